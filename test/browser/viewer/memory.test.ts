import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

const small = '/rooms-test/small/room.json';

async function open(memory: string, before?: (page: Page) => Promise<unknown>): Promise<ViewerPage> {
  const url = `${server.url}?quality=high&memory=${memory}&room=${encodeURIComponent(small)}`;
  const viewer = await ViewerPage.open(browser, url, { viewport: { width: 320, height: 200 }, ...(before && { before }) });
  await viewer.reach('complete');
  return viewer;
}

/** As on a GPU that reads no compressed textures: the small room's take eight times as much, 350 KB for one of 256 x 256. */
const withoutS3tc = (page: Page) =>
  page.addInitScript(() => {
    const { getExtension } = WebGLRenderingContext.prototype;
    const refusing = function (this: WebGLRenderingContext, name: string): unknown {
      return name.includes('s3tc') ? null : Reflect.apply(getExtension, this, [name]);
    };
    WebGLRenderingContext.prototype.getExtension = refusing as typeof getExtension;
  });

/** Which texture each kind of furniture shows. */
function shown(viewer: ViewerPage): Promise<Record<string, 'high' | 'low'>> {
  return viewer.ask(v => {
    const tiers: Record<string, 'high' | 'low'> = {};
    for (const { info } of v.session?.furniture ?? []) {
      const product = v.session?.productOf(info.product.url);
      for (const slot of product?.textures.values() ?? [])
        tiers[info.product.name] = slot.shown && slot.shown === slot.high?.value ? 'high' : 'low';
    }
    return tiers;
  });
}

/** Once nothing moves any more, what the budget counts is what the renderer has, to the byte. */
async function counted(viewer: ViewerPage) {
  let found = await viewer.metrics();
  const uncounted = async () => {
    found = await viewer.metrics();
    return found.memory.gpu - found.uploaded.textures - found.uploaded.geometries;
  };
  await expect.poll(uncounted).toBe(0);
  return found.memory;
}

describe('a memory budget', () => {
  it('that is large enough holds all high textures, each byte counted', async () => {
    const viewer = await open('64');
    const memory = await counted(viewer);
    expect(memory).toMatchObject({ limit: 64 * 2 ** 20, heldBack: 0 });
    expect(memory.gpu).toBeGreaterThan(150_000);
    expect(Object.values(await shown(viewer))).not.toContain('low');
    await viewer.close();
  });

  it('that is too small keeps the least visible low, and the others when the camera has moved', async () => {
    const viewer = await open('1.2', withoutS3tc);
    const before = await counted(viewer);
    expect(before.gpu + before.cpu).toBeLessThanOrEqual(before.limit);
    expect(before.heldBack).toBeGreaterThan(0);
    const first = await shown(viewer);
    expect(new Set(Object.values(first))).toEqual(new Set(['high', 'low']));
    const low = Object.keys(first).find(name => first[name] === 'low') ?? '';
    await viewer.page.evaluate(name => {
      const v = document.querySelector('room-viewer') as HTMLElementTagNameMap['room-viewer'];
      const thing = v.session?.furniture.find(f => f.info.product.name === name);
      const { x, y, z } = thing?.sphere.center ?? { x: 0, y: 0, z: 0 };
      v.lookFrom({ position: [x, y + 0.3, z + 1], target: [x, y, z] }, { jump: true });
    }, low);
    await expect.poll(async () => (await shown(viewer))[low], { timeout: 10_000 }).toBe('high');
    const after = await counted(viewer);
    expect(after.gpu + after.cpu).toBeLessThanOrEqual(after.limit);
    expect(Object.values(await shown(viewer))).toContain('low');
    expect(viewer.problems).toEqual([]);
    // More room, no reload: everything is high.
    await viewer.ask(v => v.setAttribute('memory', '64'));
    await expect.poll(async () => Object.values(await shown(viewer)), { timeout: 10_000 }).not.toContain('low');
    await viewer.close();
  });

  it('of nothing at all kills no room', async () => {
    const viewer = await open('0.001', withoutS3tc);
    const memory = await counted(viewer);
    expect(memory.heldBack).toBeGreaterThan(3);
    expect(Object.values(await shown(viewer))).not.toContain('high');
    expect((await viewer.metrics()).failed).toEqual([]);
    await viewer.close();
  });
});
