import type { Clock } from '../../core/clock.ts';
import type { Job } from '../queue/job.ts';

/** Jobs that wait for a better time to be tried again. */
export class RetryingJobs {
  readonly #clock: Clock;
  readonly #again: (job: Job) => void;
  /** Each with what cancels its wait. */
  readonly #jobs = new Map<Job, () => void>();

  /** @param again - called when a job's time has come. */
  constructor(clock: Clock, again: (job: Job) => void) {
    this.#clock = clock;
    this.#again = again;
  }

  get size(): number {
    return this.#jobs.size;
  }

  add(job: Job, ms: number): void {
    this.#jobs.set(
      job,
      this.#clock.after(ms, () => this.#retry(job)),
    );
  }

  /** Forgets a job. Harmless for one that does not wait. */
  delete(job: Job): void {
    this.#jobs.get(job)?.();
    this.#jobs.delete(job);
  }

  /** The network is back: all start now. Former failures belong to the lost network. */
  startAll(): void {
    // Not a copy: a listener of one job may remove another.
    for (const job of this.#jobs.keys()) {
      job.failures = job.setbacks = 0;
      this.#retry(job);
    }
  }

  #retry(job: Job): void {
    this.delete(job);
    this.#again(job);
  }
}
