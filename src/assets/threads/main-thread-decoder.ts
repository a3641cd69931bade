import type { DecodedKinds, DecodeJob, DecodeKind } from './decode-job.ts';

/** A job that somebody waits for. Settles once. */
export interface DecodeTask {
  readonly job: DecodeJob;
  readonly resolve: (asset: DecodedKinds[DecodeKind]) => void;
  readonly reject: (reason: unknown) => void;
  /** Nobody waits for it any more: aborted or disposed of. */
  settled: boolean;
}

/** What the page decodes itself: one job at a time, first come first served. */
export class MainThreadDecoder {
  readonly #decode: (job: DecodeJob) => Promise<DecodedKinds[DecodeKind]>;
  readonly #waiting: DecodeTask[] = [];
  #current: DecodeTask | undefined;

  constructor(decode: (job: DecodeJob) => Promise<DecodedKinds[DecodeKind]>) {
    this.#decode = decode;
  }

  /** Jobs that wait or run and that somebody still waits for. */
  get pending(): number {
    return this.#waiting.length + Number(this.#current?.settled === false);
  }

  add(...tasks: readonly DecodeTask[]): void {
    this.#waiting.push(...tasks);
    if (!this.#current) void this.#work();
  }

  /** It has been aborted. */
  remove(task: DecodeTask): void {
    const place = this.#waiting.indexOf(task);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  /** All that wait or run, which are forgotten. */
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
