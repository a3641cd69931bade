/** Encodes KTX2 in a thread of its own: a texture takes seconds, in which this thread would not hear Ctrl-C. */
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../start-thread.ts';
import { ktx2 } from './ktx2.ts';
import type { Ktx2Reply, Ktx2Request } from './ktx2-worker.ts';

/** One thread, which starts with the first texture. Where it fails, this one does its work. Several imports may share it. */
export class Ktx2Thread {
  readonly #start: () => Worker;
  readonly #here: typeof ktx2;
  /** What to call with a texture, or where the thread fails. */
  readonly #asked = new Map<number, (bytes: Uint8Array | undefined) => void>();
  #worker: Worker | undefined;
  #failed = false;
  #ids = 0;

  /** @param start - creates a thread, and `here` encodes without one; tests replace them. */
  constructor(start = (): Worker => startThread(import.meta.url, './ktx2-worker'), here = ktx2) {
    this.#start = start;
    this.#here = here;
  }

  /**
   * Works like `ktx2`. Where all are aborted that it encodes, the thread ends at once. The next texture starts another one.
   *
   * @throws the reason of `signal`.
   */
  async encode(rgba: Uint8Array, width: number, height: number, hard: boolean, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const bytes = this.#failed ? undefined : await this.#ask({ id: ++this.#ids, rgba, width, height, hard }, signal);
    return bytes ?? this.#here(rgba, width, height, hard);
  }

  /** @returns undefined where the thread fails. */
  async #ask(request: Ktx2Request, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const { id } = request;
    let onAbort = (): void => {};
    try {
      return await new Promise((resolve, reject) => {
        this.#worker ??= this.#open();
        this.#asked.set(id, resolve);
        onAbort = () => {
          this.#asked.delete(id);
          if (this.#asked.size === 0) this.#close();
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort);
        // Nothing else may keep the process alive until the answer.
        this.#worker.ref();
        this.#worker.postMessage(request);
      });
    } catch {
      // No memory for a thread, or for a copy of the pixels.
      this.#asked.delete(id);
      signal?.throwIfAborted();
      return undefined;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #close(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }

  #open(): Worker {
    const worker = this.#start();
    const fail = (): void => {
      // It was closed.
      if (this.#worker !== worker) return;
      this.#failed = true;
      for (const resolve of this.#asked.values()) resolve(undefined);
      this.#asked.clear();
    };
    worker.on('message', ({ id, bytes }: Ktx2Reply) => {
      if (this.#worker !== worker) return;
      this.#asked.get(id)?.(bytes);
      this.#asked.delete(id);
      if (this.#asked.size === 0) worker.unref();
    });
    // Always listen: an `error` event without a listener ends the process.
    worker.on('error', fail).on('exit', fail).on('messageerror', fail);
    return worker;
  }
}

/** The thread of all imports of this process, as there is one encoder. */
export const ktx2Thread = new Ktx2Thread();
