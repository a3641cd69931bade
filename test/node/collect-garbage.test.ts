import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectGarbage } from '../../src/node/collect-garbage.ts';

/** Returns a reference to pixels in shared memory that nothing else refers to. */
const dropped = (): WeakRef<Uint8Array> => new WeakRef(new Uint8Array(new SharedArrayBuffer(2 ** 20)));

it('collects pixels in shared memory that nothing refers to, each time', async () => {
  for (let i = 0; i < 2; i++) {
    const pixels = dropped();
    // A reference keeps what it refers to until the task that made it ends.
    await setImmediate();
    expect(pixels.deref()).toBeDefined();
    await setImmediate();
    collectGarbage();
    expect(pixels.deref()).toBeUndefined();
  }
  expect('gc' in globalThis).toBe(false);
});
