import type { Clock } from '../core/clock.ts';
import type { ByteCache, CachedBytes } from './byte-cache.ts';
import { checkContent, type HashFunction } from './content-check.ts';
import type { Job } from './job.ts';
import { WaitingList } from './waiting-list.ts';

export interface CacheLaneOptions {
  readonly cache: ByteCache;
  readonly clock: Clock;
  readonly hash: HashFunction;
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
    const found = await this.#checked(job);
    this.#wake();
    // Removed meanwhile: whoever removed it has settled it.
    if (!this.#reading.delete(job)) return;
    if (!found) {
      this.#options.onMiss(job);
      return;
    }
    this.hits++;
    this.bytes += found.bytes.length;
    this.#options.onHit(job, found.bytes, found.from);
  }

  /** Undefined unless they are whole and the right ones: a disk can lose bits, and others can write to our storage. */
  async #checked({ hash = '', url, bytes }: Job): Promise<CachedBytes | undefined> {
    const { cache, hash: hashOf } = this.#options;
    try {
      const found = await cache.get(hash);
      if (found) await checkContent(found.bytes, { url, bytes, hash }, hashOf);
      return found;
    } catch {
      await cache.delete(hash).catch(() => {});
      return undefined;
    }
  }
}
