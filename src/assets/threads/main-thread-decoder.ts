import type { DecodedKinds, DecodeJob, DecodeKind } from './decode-job.ts';

/** A decode job with its promise. Settles once. */
export interface DecodeTask {
  readonly job: DecodeJob;
  readonly resolve: (asset: DecodedKinds[DecodeKind]) => void;
  readonly reject: (reason: unknown) => void;
  /** Aborted or disposed of: nobody waits for it. */
  settled: boolean;
}

/** Decodes in the page: one job at a time, first come first served. */
export class MainThreadDecoder {
  readonly #decode: (job: DecodeJob) => Promise<DecodedKinds[DecodeKind]>;
  readonly #waiting: DecodeTask[] = [];
  #current: DecodeTask | undefined;

  constructor(decode: (job: DecodeJob) => Promise<DecodedKinds[DecodeKind]>) {
    this.#decode = decode;
  }

  /** Jobs that wait or run and are still wanted. */
  get pending(): number {
    return this.#waiting.length + Number(this.#current?.settled === false);
  }

  add(...tasks: readonly DecodeTask[]): void {
    this.#waiting.push(...tasks);
    if (!this.#current) void this.#work();
  }

  /** Removes an aborted job. */
  remove(task: DecodeTask): void {
    const place = this.#waiting.indexOf(task);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  /** Removes and returns all jobs. */
  clear(): DecodeTask[] {
    return [...(this.#current ? [this.#current] : []), ...this.#waiting.splice(0)];
  }

  async #work(): Promise<void> {
    for (;;) {
      const task = this.#waiting.shift();
      this.#current = task;
      if (!task) return;
      try {
        task.resolve(await this.#decode(task.job));
      } catch (error) {
        task.reject(error);
      }
    }
  }
}
