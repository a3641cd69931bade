import { expect, it, vi } from 'vitest';
import { createDecoder } from '../../../src/assets/threads/decoder.ts';
import type { WorkerLike } from '../../../src/assets/threads/worker-pool.ts';

vi.mock('../../../src/assets/textures/transcoder-files.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});

it('a decoder whose lazy code cannot be loaded says so to whoever needs it, and to nobody else', async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  const worker = { postMessage() {}, terminate() {} } as unknown as WorkerLike;
  const decoder = createDecoder({ workers: 1, createWorker: () => worker });
  await expect(decoder.texture(new Uint8Array(4), { url: 'a.ktx2', type: 'image/ktx2' })).rejects.toThrow();
  decoder.prepare();
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve));
  process.off('unhandledRejection', onUnhandled);
  decoder.dispose();
  expect(unhandled).toEqual([]);
});
