import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { ktx2 } from '../../../../src/import/write/texture/ktx2.ts';
import { Ktx2Thread, ktx2Thread } from '../../../../src/import/write/texture/ktx2-thread.ts';

const pixels = Uint8Array.from({ length: 16 * 16 * 4 }, (_, i) => (i * 37) % 256);
const HERE = Uint8Array.of(1, 2, 3);

/** A thread in the test's hands. */
class FakeWorker extends EventEmitter {
  readonly asked: { readonly id: number }[] = [];
  isHeld = false;
  isEnded = false;
  postMessage(request: { readonly id: number }): void {
    this.asked.push(request);
  }
  ref(): void {
    this.isHeld = true;
  }
  unref(): void {
    this.isHeld = false;
  }
  async terminate(): Promise<number> {
    this.isEnded = true;
    return 0;
  }
}

function fake() {
  const workers: FakeWorker[] = [];
  const start = (): Worker => {
    workers.push(new FakeWorker());
    return workers[workers.length - 1] as unknown as Worker;
  };
  const thread = new Ktx2Thread(start, async () => HERE);
  return { workers, encode: (signal?: AbortSignal) => thread.encode(pixels, 16, 16, false, signal) };
}

it('makes the bytes that this thread would make', async () => {
  for (const hard of [false, true])
    expect(Buffer.compare(await ktx2Thread.encode(pixels, 16, 16, hard), await ktx2(pixels, 16, 16, hard))).toBe(0);
});

it('ends a texture at once when it is aborted, and starts another thread for the next one', async () => {
  const { workers, encode } = fake();
  const stop = new AbortController();
  const ended = encode(stop.signal);
  stop.abort(new Error('the import has ended'));
  await expect(ended).rejects.toThrow('the import has ended');
  expect(workers.map(worker => worker.isEnded)).toEqual([true]);
  // What the ended thread still says is of no texture.
  workers[0].emit('exit');
  const next = encode();
  workers[1].emit('message', { id: workers[1].asked[0].id, bytes: Uint8Array.of(9) });
  expect(await next).toEqual(Uint8Array.of(9));
});

it('goes on with the textures of another import', async () => {
  const { workers, encode } = fake();
  const stop = new AbortController();
  const [ended, other] = [encode(stop.signal), encode(new AbortController().signal)];
  stop.abort(new Error('the import has ended'));
  await expect(ended).rejects.toThrow('the import has ended');
  expect(workers[0].isEnded).toBe(false);
  for (const { id } of workers[0].asked) workers[0].emit('message', { id, bytes: Uint8Array.of(9) });
  expect(await other).toEqual(Uint8Array.of(9));
});

it('starts no thread for an import that has ended', async () => {
  const { workers, encode } = fake();
  await expect(encode(AbortSignal.abort(new Error('the import has ended')))).rejects.toThrow('the import has ended');
  expect(workers).toHaveLength(0);
});

it('keeps the process alive while it encodes, and no longer', async () => {
  const { workers, encode } = fake();
  const [first, second] = [encode(), encode()];
  for (const { id } of [...workers[0].asked]) {
    expect(workers[0].isHeld).toBe(true);
    workers[0].emit('message', { id, bytes: HERE });
  }
  await Promise.all([first, second]);
  expect(workers[0].isHeld).toBe(false);
});

it.each(['error', 'exit', 'messageerror'])('where the thread fails (%s), this one does its work', async event => {
  const { workers, encode } = fake();
  const first = encode();
  workers[0].emit(event, new Error('no memory'));
  expect(await first).toBe(HERE);
  expect(await encode()).toBe(HERE);
  expect(workers).toHaveLength(1);
});

it('where the thread cannot encode, this one does, and has the error', async () => {
  const { workers, encode } = fake();
  const made = encode();
  workers[0].emit('message', { id: workers[0].asked[0].id });
  expect(await made).toBe(HERE);
});
