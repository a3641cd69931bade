/** Reads models in a separate thread, under limits of time and memory. */
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/clock.ts';
import { FormatError } from '../../core/errors.ts';
import type { ImportedModel } from '../model/imported-model.ts';
import type { SourceProduct } from '../model/source-model.ts';
import type { ReadOptions } from '../read-options.ts';
import { startThread } from '../start-thread.ts';
import type { ReadModel } from './read-model.ts';
import type { ReadReply, ReadRequest } from './read-worker.ts';
import { PictureReceiver } from './sent-pictures.ts';

export interface ReadLimits {
  /** Maximum seconds for one model; default 60. */
  readonly seconds?: number;
  /** MiB by which this process may grow while one model is read; default 800. */
  readonly megabytes?: number;
}

/** Milliseconds between two checks of the memory. A thread can allocate some 100 MB in that time. */
const LOOK = 50;
const MIB = 2 ** 20;
/** MiB that parsing takes at most: a text of 256 MB, its strings, and what `checkJsonMemory` allows. */
const PARSERS = 1024;

/** A thread that answers requests one after another. `failed` is set when it ends or throws, at any time. */
interface Reader {
  readonly worker: Worker;
  readonly pictures: PictureReceiver;
  failed: Error | undefined;
}

/**
 * Reads models in a separate thread and ends it when a file takes too long or too much memory. A hostile file then fails with its
 * own error and does not stop the program. One thread serves all files until it is ended. A thread that throws after its answer
 * is replaced for the next file.
 *
 * The size of the process counts, because typed arrays and pictures lie outside the heap of the thread. V8 ends the thread when its heap
 * is full, but the whole process where a parser fills it. So the heap is larger than the limit by what parsers may take.
 */
export class ModelReaderThread {
  readonly #seconds: number;
  readonly #megabytes: number;
  readonly #clock: Clock;
  readonly #rss: () => number;
  readonly #start: (megabytes: number) => Worker;
  #reader: Reader | undefined;

  /**
   * @param rss - returns the bytes that the process holds; tests replace it.
   * @param start - creates the thread; tests replace it.
   */
  constructor(
    clock: Clock,
    { seconds = 60, megabytes = 800 }: ReadLimits = {},
    rss = () => process.memoryUsage.rss(),
    start = startWorker,
  ) {
    this.#seconds = seconds;
    this.#megabytes = megabytes;
    this.#clock = clock;
    this.#rss = rss;
    this.#start = start;
  }

  /**
   * Works like `readModel`, one model at a time. It also throws FormatError for a model that exceeds the time or memory limit.
   * Where it is aborted, it ends the thread and then rejects.
   */
  readonly read: ReadModel = async (model, options = {}) => {
    options.signal?.throwIfAborted();
    const files = typeof model === 'string' ? [model] : model;
    const reader = this.#ready();
    let answered = false;
    let worn: SourceProduct | undefined;
    const onEarly = ({ picture, product }: ReadReply): void => {
      if (picture) options.onPicture?.(reader.pictures.receivePicture(picture));
      if (!product) return;
      worn = reader.pictures.receiveProduct(product);
      options.onProduct?.(worn);
    };
    try {
      const reply = await this.#ask(reader, files, options, onEarly);
      answered = true;
      if (reply.model) return wearing(reader.pictures.receive(reply.model), worn);
      if (reply.format) throw new FormatError(reply.format.reason, reply.format);
      // Its first line says what happened; the others say where in the code.
      const { message = '' } = reply;
      throw new FormatError(`the model cannot be read (${message.split('\n')[0]})`, {
        url: files[0] ?? '',
        at: 'file',
        cause: new Error(message),
      });
    } finally {
      // The thread may still be working, but its result is not needed.
      if (!answered) await this.close();
    }
  };

  /** Starts the thread before the first model needs it, so that it loads its modules at the same time as the caller. */
  prepare(): void {
    this.#ready();
  }

  /** Returns the current thread if it still works, else a new one. */
  #ready(): Reader {
    if (this.#reader && !this.#reader.failed) return this.#reader;
    const reader: Reader = { worker: this.#start(this.#megabytes), pictures: new PictureReceiver(), failed: undefined };
    // Always listen: an `error` event without a listener ends the process.
    reader.worker.on('error', error => {
      reader.failed ??= error;
    });
    reader.worker.on('exit', code => {
      reader.failed ??= new Error(`the reader ended with code ${code}`);
    });
    this.#reader = reader;
    return reader;
  }

  /** @param onEarly - receives what comes before the last reply. */
  async #ask(
    { worker }: Reader,
    files: readonly string[],
    options: ReadOptions,
    onEarly: (reply: ReadReply) => void,
  ): Promise<ReadReply> {
    const [url = ''] = files;
    const stops: (() => void)[] = [];
    try {
      return await new Promise<ReadReply>((resolve, reject) => {
        const fail = (reason: string, cause?: unknown): void => reject(new FormatError(reason, { url, at: 'file', cause }));
        const onAbort = (): void => reject(options.signal?.reason);
        options.signal?.addEventListener('abort', onAbort);
        stops.push(() => options.signal?.removeEventListener('abort', onAbort));
        stops.push(
          this.#clock.after(this.#seconds * 1000, () =>
            fail(`reading takes more than ${this.#seconds} s (--seconds N allows more)`),
          ),
        );
        const full = `reading takes more than ${this.#megabytes} MB of memory (--memory N allows more)`;
        const before = this.#rss();
        const look = (): void => {
          const grown = Math.round((this.#rss() - before) / MIB);
          if (grown > this.#megabytes) fail(full);
          else stop = this.#clock.after(LOOK, look);
        };
        let stop = this.#clock.after(LOOK, look);
        stops.push(() => stop());
        let thrown: NodeJS.ErrnoException | undefined;
        const onError = (error: NodeJS.ErrnoException): void => {
          thrown = error;
        };
        // The end follows each error. An answer that was sent before the error may arrive after it, but before the end.
        const onExit = (code: number): void =>
          fail(
            thrown === undefined
              ? `the reader ended with code ${code}`
              : thrown.code === 'ERR_WORKER_OUT_OF_MEMORY'
                ? full
                : thrown.message,
            thrown,
          );
        const onMessage = (reply: ReadReply): void => {
          try {
            if (reply.product || reply.picture) onEarly(reply);
            else resolve(reply);
          } catch (error) {
            reject(error);
          }
        };
        worker.on('message', onMessage).on('error', onError).on('exit', onExit);
        stops.push(() => worker.off('message', onMessage).off('error', onError).off('exit', onExit));
        // Callers pass more options than these; some cannot pass between threads.
        const { root, springs, moving } = options;
        const plain = {
          ...(root === undefined ? {} : { root }),
          ...(springs === undefined ? {} : { springs }),
          ...(moving && { moving }),
        };
        worker.postMessage({ files: [...files], options: plain } satisfies ReadRequest);
      });
    } finally {
      for (const stop of stops) stop();
    }
  }

  /** Ends the thread; the next model starts another. */
  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.worker.terminate();
  }
}

/** Returns the model with what its avatar wears, if that came before. */
function wearing(model: ImportedModel, product: SourceProduct | undefined): ImportedModel {
  return model.avatar && product ? { ...model, avatar: { ...model.avatar, outfit: [{ product }] } } : model;
}

const startWorker = (megabytes: number): Worker =>
  startThread(import.meta.url, './read-worker', { resourceLimits: { maxOldGenerationSizeMb: megabytes + PARSERS } });
