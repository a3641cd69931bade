import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { ssim } from 'ssim.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileServer, serveFiles } from '../file-server.ts';
import { type Harness, startHarness } from './harness.ts';
import type { Figure } from './skinned/page.ts';

// `foyer` is what test/browser/render/skinned/page.ts exports, in the page. The knight, from its own file: test/import-pictures/pictures.test.ts.
declare const foyer: typeof import('./skinned/page.ts');

const SIDE = 320;
const lounge = resolve(import.meta.dirname, '../../../public/rooms/lounge');
const documentFile = join(lounge, 'room.json');

interface Found {
  readonly data: Readonly<Record<string, string>>;
  readonly relations: Readonly<Record<string, string>>;
  readonly edges?: readonly string[];
}

/** Everybody in the lounge, and the resources that they are made of. */
function guests(base: string): (Figure & { readonly name: string; readonly animation: string })[] {
  const { denormalized } = JSON.parse(readFileSync(documentFile, 'utf8')) as { denormalized: Record<string, Found> };
  const at = (url: string): Found => denormalized[url] ?? denormalized[url.slice(url.indexOf('#'))];
  const members = (url: string) => (at(url).edges ?? []).map(at);
  const resources = (product: string) => members(at(product).relations.resources);
  const file = ({ relations: { ref } }: Found) => new URL(ref, base).href;
  const room = denormalized['room.json'];
  return members(room.relations.avatars).map(edge => {
    const avatar = at(edge.relations.ref);
    const bones = resources(avatar.relations.skeleton);
    const find = (kind: string, name?: string) => {
      const found = bones.find(({ data }) => data.kind === kind && (name === undefined || data.name === name));
      if (!found) throw new Error(`no ${kind} ${name} of ${avatar.data.name}`);
      return file(found);
    };
    const meshes = members(avatar.relations.outfit).map(({ relations: { ref } }) => {
      const worn = resources(ref);
      const textures: Record<string, string> = {};
      for (const tier of ['low', 'high'])
        for (const edge of worn)
          if (edge.data.kind === 'texture' && edge.data.tier === tier && edge.data.type === 'image/webp')
            textures[edge.data.slot] = file(edge);
      return { url: file(worn.find(({ data }) => data.kind === 'mesh') as Found), textures };
    });
    const { animation } = edge.data;
    return { name: avatar.data.name, animation, skeleton: find('skeleton'), clip: find('animation', animation), meshes };
  });
}

const decode = (base64: string) => ({ data: new Uint8ClampedArray(Buffer.from(base64, 'base64')), width: SIDE, height: SIDE });

describe.skipIf(!existsSync(documentFile))('the guests of the lounge, skinned, against stock three.js', () => {
  let harness: Harness;
  let server: FileServer;
  let page: Page;
  beforeAll(async () => {
    harness = await startHarness(join(import.meta.dirname, 'skinned/page.ts'));
    server = await serveFiles({ '/': lounge });
    ({ page } = await harness.open());
    // The files come from another port than the page.
    await page.route(`${server.url}**`, async route => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } });
    });
  });
  afterAll(async () => {
    await harness?.close();
    await server?.close();
  });

  it('each in their clothes, at three moments of what they do, from three sides: similar by at least 0.98', async () => {
    const least: string[] = [];
    for (const { name, animation, ...figure } of guests(server.url).slice(0, 10)) {
      const pairs = await page.evaluate(f => foyer.shoot(f, [0.3, 0.9, 1.7]), figure);
      const similar = pairs.map(([ours, theirs]) => ssim(decode(ours) as ImageData, decode(theirs) as ImageData).mssim);
      const covered = decode(pairs[0][1]).data.filter((x, i) => i % 4 === 1 && x > 0).length / SIDE ** 2;
      least.push(`${name} (${animation}) ${Math.min(...similar).toFixed(3)}`);
      expect(covered).toBeGreaterThan(0.05);
      // Another moment is not similar enough: the test can fail.
      if (animation === 'dance')
        expect(ssim(decode(pairs[0][0]) as ImageData, decode(pairs[1][1]) as ImageData).mssim).toBeLessThan(0.95);
      for (const s of similar) expect(s, `${name}, ${animation}`).toBeGreaterThan(0.98);
    }
    console.log(`least similarity to stock three.js: ${least.join(', ')}`);
  });
});
