import type { Clock } from '../core/clock.ts';
import type { ByteCache } from './byte-cache.ts';
import type { Job } from './job.ts';
import { WaitingList } from './waiting-list.ts';

export interface CacheLaneOptions {
  readonly cache: ByteCache;
  readonly clock: Clock;
  onChange(job: Job): void;
  onHit(job: Job, bytes: Uint8Array<ArrayBuffer>, from: 'cache' | 'memory'): void;
  /** It is not there after all, or not what it must be. */
  onMiss(job: Job): void;
}

/** Reads at a time: enough to keep the disk busy, few enough that the order still counts. */
const READS = 16;

/** Reads what is on this device, the most urgent first, beside the network lane and never waiting for it. */
export class CacheLane {
  readonly #options: CacheLaneOptions;
  readonly #waiting = new WaitingList<Job>();
  readonly #reading = new Set<Job>();
  #awake = false;
  hits = 0;
  bytes = 0;

  constructor(options: CacheLaneOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.size + this.#reading.size;
  }

  mayHave(hash: string): boolean {
    return this.#options.cache.mayHave(hash);
  }

  add(job: Job): void {
    job.state = 'cache';
    this.#options.onChange(job);
    this.#waiting.add(job);
    this.#wake();
  }

  remove(job: Job): void {
    this.#waiting.delete(job);
    this.#reading.delete(job);
  }

  rescored(): void {
    this.#waiting.touch();
  }

  #wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    queueMicrotask(() => {
      this.#awake = false;
      const chosen: Job[] = [];
      this.#waiting.drain(this.#options.clock.now(), job => {
        if (this.#reading.size + chosen.length >= READS) return 'stop';
        chosen.push(job);
        return 'take';
      });
      for (const job of chosen) this.#read(job);
    });
  }

  async #read(job: Job): Promise<void> {
    this.#reading.add(job);
    const found = await this.#options.cache.get(job.hash ?? '').catch(() => undefined);
    this.#wake();
    // Removed meanwhile: whoever removed it has settled it.
    if (!this.#reading.delete(job)) return;
    if (!found || (job.bytes !== undefined && found.bytes.length !== job.bytes)) return this.#options.onMiss(job);
    this.hits++;
    this.bytes += found.bytes.length;
    this.#options.onHit(job, found.bytes, found.from);
  }
}
