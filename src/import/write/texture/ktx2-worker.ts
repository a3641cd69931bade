/** The thread of Ktx2Thread. A message holds a picture; the reply holds its texture. */
import { parentPort } from 'node:worker_threads';
import { optimizeLater } from '../../optimize-later.ts';
import { ktx2 } from './ktx2.ts';

export interface Ktx2Request {
  readonly id: number;
  readonly rgba: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly hard: boolean;
}

export interface Ktx2Reply {
  readonly id: number;
  /** Missing where the encoder failed. The other thread tries again and gets the error. */
  readonly bytes?: Uint8Array;
}

// A picture that cannot be read gets no answer: who asked learns it from the end of this thread.
parentPort?.on('messageerror', () => process.exit(1));

optimizeLater();

let last: Promise<unknown> = Promise.resolve();

// One after another, so that one picture holds memory.
parentPort?.on('message', (request: Ktx2Request) => {
  last = last.then(() => answer(request));
});

async function answer({ id, rgba, width, height, hard }: Ktx2Request): Promise<void> {
  const bytes = await ktx2(rgba, width, height, hard).catch(() => undefined);
  parentPort?.postMessage({ id, ...(bytes ? { bytes } : {}) } satisfies Ktx2Reply);
}
