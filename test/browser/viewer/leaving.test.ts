import { expect, it } from 'vitest';
import { growth, heapUse } from '../js-heap.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

/** 50 rooms, each left for the next one so many milliseconds after it was asked for: while documents, bytes, decoders and uploads are under way. */
async function hurry(viewer: ViewerPage): Promise<void> {
  await viewer.page.evaluate(async () => {
    const v = document.querySelector('room-viewer')!;
    const rooms = ['/rooms-test/small/room.json', '/rooms-test/dressing/room.json'];
    for (let i = 0; i < 50; i++) {
      v.src = rooms[i % 2];
      await new Promise(resolve => setTimeout(resolve, (i * 13) % 97));
    }
    v.src = null;
    await new Promise(resolve => setTimeout(resolve, 200));
    performance.clearResourceTimings();
    (window.recorded.events as unknown[]).length = 0;
  });
}

it('fifty rooms left at any moment, mid-decode too, leave nothing behind', async () => {
  const viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=/rooms-test/small/room.json`, {
    viewport: { width: 160, height: 100 },
  });
  await viewer.reach('complete');
  // Programs that only the first rooms compile, the log of downloads (1,000 entries), the decoders: all as large as they ever become.
  for (let i = 0; i < 4; i++) await hurry(viewer);
  const before = { gpu: await viewer.gpuObjects(), heap: await heapUse(viewer.page) };
  await hurry(viewer);
  expect(await viewer.ask(v => v.state)).toBe('empty');
  const { memory, uploaded } = await viewer.metrics();
  expect([memory.gpu, memory.cpu, memory.heldBack]).toEqual([0, 0, 0]);
  expect(await viewer.gpuObjects()).toBe(before.gpu);
  const heap = await heapUse(viewer.page);
  expect(heap.bytes / before.heap.bytes - 1, growth(before.heap, heap)).toBeLessThan(0.01);
  console.log(
    `50 rooms left early: heap ${before.heap.bytes} -> ${heap.bytes} bytes, ${before.gpu} GPU objects, ${uploaded.textures}`,
  );
  // And it still opens one.
  await viewer.ask(v => v.setAttribute('src', '/rooms-test/small/room.json'));
  await viewer.reach('complete');
  expect((await viewer.metrics()).failed).toEqual([]);
  expect(viewer.problems).toEqual([]);
  await viewer.close();
});

// A browser has about 16 contexts for a page, and takes the oldest away for another one. Removed viewers kept theirs until the garbage
// collector ran: the 15th took the page's own.
it.each(['lean', 'three'])('viewers that are removed take no WebGL context from the page: %s', async renderer => {
  const viewer = await ViewerPage.open(browser, `${server.url}?room=/rooms-test/small/room.json`, {
    viewport: { width: 320, height: 200 },
  });
  await viewer.reach('complete');
  const isLost = await viewer.page.evaluate(async name => {
    document.querySelector('room-viewer')?.remove();
    const own = document.createElement('canvas').getContext('webgl');
    let made = 0;
    const { getContext } = HTMLCanvasElement.prototype;
    const counted = getContext as (this: HTMLCanvasElement, ...args: unknown[]) => RenderingContext | null;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
      made += Number(args[0] === (name === 'lean' ? 'webgl' : 'webgl2'));
      return counted.apply(this, args);
    } as typeof getContext;
    for (let i = 0; i < 40; i++) {
      const next = document.createElement('room-viewer');
      next.setAttribute('renderer', name);
      next.src = '/rooms-test/small/room.json';
      document.body.append(next);
      while (made === i) await new Promise(resolve => setTimeout(resolve, 10));
      next.remove();
    }
    return own?.isContextLost();
  }, renderer);
  expect(isLost).toBe(false);
  expect(viewer.problems).toEqual([]);
  await viewer.close();
});
