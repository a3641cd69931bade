import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../core/clock.ts';
import { FormatError } from '../core/errors.ts';
import type { ImportedModel } from './imported-model.ts';
import type { ReadReply } from './read-worker.ts';
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

/**
 * Reads models in a thread of its own, which is ended when a file takes too long or too much memory: a file that nobody has
 * foreseen costs its own error, not the program. One thread serves all files until it has to be ended.
 *
 * Two bounds on memory: V8 ends the thread when its heap is full; arrays of numbers and pictures lie outside of the heap, so the
 * process is watched too.
 */
export class ModelReaderThread {
  readonly #seconds: number;
  readonly #megabytes: number;
  readonly #clock: Clock;
  readonly #rss: () => number;
  #worker: Worker | undefined;

  /** @param rss - bytes that the process holds; a test gives its own. */
  constructor(clock: Clock, { seconds = 60, megabytes = 800 }: ReadLimits = {}, rss = () => process.memoryUsage.rss()) {
    this.#seconds = seconds;
    this.#megabytes = megabytes;
    this.#clock = clock;
    this.#rss = rss;
  }

  /** As `readModel`, one model at a time; also throws FormatError for one that takes more time or memory than it may. */
  readonly read: ReadModel = async model => {
    const files = typeof model === 'string' ? [model] : model;
    const [url = ''] = files;
    const worker = (this.#worker ??= start(this.#megabytes));
    const stops: (() => void)[] = [];
    let answered = false;
    try {
      return await new Promise<ImportedModel>((resolve, reject) => {
        const fail = (reason: string, cause?: unknown): void => reject(new FormatError(reason, { url, at: 'file', cause }));
        stops.push(this.#clock.after(this.#seconds * 1000, () => fail(`reading takes more than ${this.#seconds} s`)));
        const before = this.#rss();
        const look = (): void => {
          const grown = Math.round((this.#rss() - before) / MIB);
          if (grown > this.#megabytes) fail(`reading takes more than ${this.#megabytes} MB of memory`);
          else stop = this.#clock.after(LOOK, look);
        };
        let stop = this.#clock.after(LOOK, look);
        stops.push(() => stop());
        const full = `reading takes more than ${this.#megabytes} MB of memory`;
        const onMessage = (reply: ReadReply): void => {
          answered = true;
          if (reply.model) resolve(reply.model);
          else reject(reply.format ? new FormatError(reply.format.reason, reply.format) : new Error(reply.message));
        };
        const onError = (error: NodeJS.ErrnoException): void =>
          fail(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? full : error.message, error);
        const onExit = (code: number): void => fail(`the reader ended with code ${code}`);
        worker.on('message', onMessage).on('error', onError).on('exit', onExit);
        stops.push(() => worker.off('message', onMessage).off('error', onError).off('exit', onExit));
        worker.postMessage([...files]);
      });
    } finally {
      for (const stop of stops) stop();
      // Whatever it is doing now, nobody waits for it.
      if (!answered) await this.close();
    }
  };

  /** Ends the thread; the next model starts another. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function start(megabytes: number): Worker {
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
