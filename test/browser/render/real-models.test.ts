import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mesh } from 'three';
import { describe, expect, inject, it } from 'vitest';
import { importModels } from '../../../src/import/import-models.ts';
import { launchChromium } from '../chromium.ts';
import { serveFiles } from '../file-server.ts';
import { difference } from '../pictures.ts';
import { ViewerPage } from '../viewer-page.ts';

const assets = resolve(import.meta.dirname, '../../../../shared/assets');
const knight = join(assets, 'kaykit-characters/Knight.glb');
const present = existsSync(knight);
if (!present) console.warn(`skipped: the real models are not there (${assets})`);

describe.skipIf(!present)('real models, by the import code', () => {
  it('a knight and ten pieces of furniture: the knight is skinned and moves, the furniture is textured', {
    timeout: 240_000,
  }, async () => {
    const furniture = readdirSync(join(assets, 'kaykit-furniture')).filter(f => f.endsWith('.gltf'));
    const pieces = furniture.slice(0, 10).map(f => join(assets, 'kaykit-furniture', f));
    const folder = mkdtempSync(join(tmpdir(), 'foyer-real-'));
    const browser = await launchChromium();
    try {
      await importModels([knight, ...pieces], folder);
      const server = await serveFiles({ '/': inject('site'), '/real/': folder });
      const viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=/real/room.json`);
      await viewer.reach('complete');
      expect((await viewer.metrics()).failed).toEqual([]);
      expect(viewer.problems).toEqual([]);
      const seen = await viewer.ask(v => {
        const meshesBelow = (root: { traverse(visit: (object: object) => void): void }) => {
          const meshes: Mesh[] = [];
          root.traverse(object => {
            if ('isMesh' in object) meshes.push(object as Mesh);
          });
          return meshes.map(mesh => ({
            skinned: mesh.userData.foyer?.palette !== undefined,
            textured: (mesh.material as unknown as { map: unknown }).map !== null,
          }));
        };
        return {
          pieces: v.session?.furniture.map(f => meshesBelow(f.group)) ?? [],
          avatars: v.session?.avatars.map(a => meshesBelow(a.group)) ?? [],
        };
      });
      expect(seen.pieces).toHaveLength(10);
      expect(seen.pieces.flat().length).toBeGreaterThanOrEqual(10);
      expect(seen.pieces.flat().every(mesh => mesh.textured)).toBe(true);
      expect(seen.avatars).toHaveLength(1);
      expect(seen.avatars[0].some(mesh => mesh.skinned)).toBe(true);
      expect(difference(await viewer.picture(0.1), await viewer.picture(0.8))).toBeGreaterThan(0.0005);
      await viewer.close();
      await server.close();
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
