/** Makes levels of detail in two threads. */
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../start-thread.ts';
import type { LevelJob, LevelMaker } from './level-job.ts';
import type { LeveledPart } from './levels.ts';

/** Models with fewer triangles are done before the thread has started. */
const WORTH = 8000;
/** Loads on demand, so that a command can make a LevelThread while its models are still being read. */
const here = () => import('./level-job.ts');

/** Jobs that the thread has at a time, so that it does not wait for the next one while this thread is at work. */
const AHEAD = 2;

/**
 * Makes the levels of a model's parts here and in another thread at the same time. Each part's result depends on its job alone, so
 * the bytes do not depend on who made it. Where the thread fails, this one does its work.
 */
export class LevelThread {
  readonly #start: () => Worker;
  #worker: Worker | undefined;
  #failed = false;
  /** Whether a model is at work. Another one at the same time does without the thread. */
  #busy = false;

  /** @param start - creates the thread; tests replace it. */
  constructor(start = (): Worker => startThread(import.meta.url, './level-worker')) {
    this.#start = start;
  }

  /** Starts the thread for a model of so many triangles and parts, if that is worth it. */
  prepare(triangles: number, parts: number): void {
    if (triangles >= WORTH && parts > 1) this.#ready();
  }

  readonly make: LevelMaker = async jobs => {
    const worker = jobs.length > 1 && jobs[0].triangles >= WORTH && !this.#busy ? this.#ready() : undefined;
    if (!worker) return (await here()).makeLevelsHere(jobs);
    this.#busy = true;
    try {
      return await this.#share(jobs, worker);
    } finally {
      this.#busy = false;
    }
  };

  /** Takes jobs from the front, while the thread takes them from the back. */
  async #share(jobs: readonly LevelJob[], worker: Worker): Promise<LeveledPart[]> {
    const { runLevelJob } = await here();
    const out: LeveledPart[] = [];
    /** Jobs that the thread has, the oldest first. */
    const sent: number[] = [];
    let front = 0;
    let back = jobs.length;
    let wake = (): void => {};
    const send = (): void => {
      // The last one is for this thread: it would wait for nothing else.
      while (!this.#failed && sent.length < AHEAD && back - front > 1) {
        sent.push(--back);
        worker.postMessage(jobs[back]);
      }
    };
    const onMessage = (made: LeveledPart): void => {
      const job = sent.shift();
      if (job !== undefined) out[job] = made;
      send();
      wake();
    };
    const onFailure = (): void => wake();
    worker.on('message', onMessage).on('error', onFailure).on('exit', onFailure);
    try {
      send();
      while (front < back) {
        out[front] = await runLevelJob(jobs[front]);
        front++;
        // Lets replies arrive.
        await new Promise(setImmediate);
      }
      while (sent.length > 0 && !this.#failed)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      for (const job of sent) out[job] = await runLevelJob(jobs[job]);
      return out;
    } finally {
      worker.off('message', onMessage).off('error', onFailure).off('exit', onFailure);
    }
  }

  #ready(): Worker | undefined {
    if (this.#failed) return undefined;
    if (this.#worker) return this.#worker;
    try {
      this.#worker = this.#start();
    } catch {
      this.#failed = true;
      return undefined;
    }
    const fail = (): void => {
      this.#failed = true;
    };
    // Always listen: an `error` event without a listener ends the process.
    this.#worker.on('error', fail).on('exit', fail);
    return this.#worker;
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#failed = true;
    await worker?.terminate();
  }
}
