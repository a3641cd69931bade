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
