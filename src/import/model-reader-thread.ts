/** Reads models in a thread of their own, under limits of time and memory. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../core/clock.ts';
import { FormatError } from '../core/errors.ts';
import type { ReadOptions } from './read-options.ts';
import type { ReadReply, ReadRequest } from './read-worker.ts';
import type { ReadModel } from './readers.ts';

export interface ReadLimits {
  /** Seconds that one model may take; 60 where not given. */
  readonly seconds?: number;
  /** MiB that this process may grow by while one model is read; 800 where not given. */
  readonly megabytes?: number;
}

/** Milliseconds between two looks at the memory; a thread can take some 100 MB meanwhile. */
const LOOK = 50;
const MIB = 2 ** 20;

/** A thread that answers one request after another; `failed` is set when it ends or throws, however late. */
interface Reader {
  readonly worker: Worker;
  failed: Error | undefined;
}

/**
 * Reads models in a thread of its own, which is ended when a file takes too long or too much memory: a file that nobody has
 * foreseen costs its own error, not the program. One thread serves all files until it has to be ended; one that throws after its
 * answer is replaced for the next file.
 *
 * Two bounds on memory: V8 ends the thread when its heap is full; arrays of numbers and pictures lie outside of the heap, so the
 * process is watched too.
 */
export class ModelReaderThread {
  readonly #seconds: number;
  readonly #megabytes: number;
  readonly #clock: Clock;
  readonly #rss: () => number;
  readonly #start: (megabytes: number) => Worker;
  #reader: Reader | undefined;

  /**
   * @param rss - bytes that the process holds; a test gives its own.
   * @param start - makes the thread; a test gives its own.
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

  /** As `readModel`, one model at a time; also throws FormatError for one that takes more time or memory than it may. */
  readonly read: ReadModel = async (model, options = {}) => {
    const files = typeof model === 'string' ? [model] : model;
    const reader = this.#ready();
    let answered = false;
    try {
      const reply = await this.#ask(reader, files, options);
      answered = true;
      if (reply.model) return reply.model;
      throw reply.format ? new FormatError(reply.format.reason, reply.format) : new Error(reply.message);
    } finally {
      // Whatever it is doing now, nobody waits for it.
      if (!answered) await this.close();
    }
  };

  /** The thread that is there, where it still works; else a new one. */
  #ready(): Reader {
    if (this.#reader && !this.#reader.failed) return this.#reader;
    const reader: Reader = { worker: this.#start(this.#megabytes), failed: undefined };
    // Always heard: an error that nobody listens for ends the process.
    reader.worker.on('error', error => {
      reader.failed ??= error;
    });
    reader.worker.on('exit', code => {
      reader.failed ??= new Error(`the reader ended with code ${code}`);
    });
    this.#reader = reader;
    return reader;
  }

  async #ask({ worker }: Reader, files: readonly string[], options: ReadOptions): Promise<ReadReply> {
    const [url = ''] = files;
    const stops: (() => void)[] = [];
    try {
      return await new Promise<ReadReply>((resolve, reject) => {
        const fail = (reason: string, cause?: unknown): void => reject(new FormatError(reason, { url, at: 'file', cause }));
        stops.push(this.#clock.after(this.#seconds * 1000, () => fail(`reading takes more than ${this.#seconds} s`)));
        const full = `reading takes more than ${this.#megabytes} MB of memory`;
        const before = this.#rss();
        const look = (): void => {
          const grown = Math.round((this.#rss() - before) / MIB);
          if (grown > this.#megabytes) fail(full);
          else stop = this.#clock.after(LOOK, look);
        };
        let stop = this.#clock.after(LOOK, look);
        stops.push(() => stop());
        const onError = (error: NodeJS.ErrnoException): void =>
          fail(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? full : error.message, error);
        const onExit = (code: number): void => fail(`the reader ended with code ${code}`);
        worker.on('message', resolve).on('error', onError).on('exit', onExit);
        stops.push(() => worker.off('message', resolve).off('error', onError).off('exit', onExit));
        worker.postMessage({ files: [...files], options } satisfies ReadRequest);
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

function startWorker(megabytes: number): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: megabytes };
  // In the repository the thread runs TypeScript, which tsx makes of it; a build has a file of its own beside this one.
  const source = import.meta.url.endsWith('.ts');
  const entry = new URL(source ? './read-worker.ts' : './read-worker.js', import.meta.url);
  if (!existsSync(fileURLToPath(entry))) throw new Error(`the reader's thread is missing: ${entry}`);
  const tsx = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/\.cjs$/, '.mjs');
  const worker = source
    ? new Worker(`import('${tsx()}').then(tsx => (tsx.register(), import('${entry}')))`, { eval: true, resourceLimits })
    : new Worker(entry, { resourceLimits });
  worker.unref();
  return worker;
}
