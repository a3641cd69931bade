import type { Clock } from '../../core/clock.ts';
import type { Job } from '../queue/job.ts';
import { WaitingList } from '../queue/waiting-list.ts';
import { checkContent, type HashFunction } from '../transfer/content-check.ts';
import type { ByteCache, CachedBytes } from './byte-cache.ts';
import { formKey, unsealed } from './kept-form.ts';

export interface CacheLaneOptions {
  readonly cache: ByteCache;
  readonly clock: Clock;
  readonly hash: HashFunction;
  onChange(job: Job): void;
  onHit(job: Job, bytes: Uint8Array<ArrayBuffer>, from: 'cache' | 'memory'): void;
  /** It is not there after all, or not what it must be. */
  onMiss(job: Job): void;
}

/**
 * Reads at a time: enough to keep the disk busy, few enough that the order counts. With 48 the first texture of a room came after 590 ms, with 16 after
 * 200 to 360, with 8 after 180 to 240, and all at the same time (Chromium, two cores, 250 files, 11.6 MB).
 */
const READS = 8;
/** A read that takes longer hangs: the storage of browsers does, now and then. What waits for it goes to the network, ms. */
const HANGS_MS = 5_000;

/** What the cache had for a job. */
interface Found extends CachedBytes {
  /** The form that the job asks for, if the bytes are that. */
  readonly form?: string;
}

/** Reads what is on this device, the most urgent first, beside the network lane and never waiting for it. */
export class CacheLane {
  readonly #options: CacheLaneOptions;
  readonly #waiting = new WaitingList<Job>();
  readonly #reading = new Set<Job>();
  /** Questions that the storage has not answered in time; while there is one, it is asked nothing more. */
  readonly #hung = new Set<Promise<unknown>>();
  #awake = false;
  hits = 0;
  bytes = 0;

  constructor(options: CacheLaneOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.size + this.#reading.size;
  }

  mayHave({ hash, form }: Job): boolean {
    const { cache } = this.#options;
    if (hash === undefined || this.#hung.size > 0) return false;
    return cache.mayHave(hash) || (!!form && cache.mayHave(formKey(hash, form)));
  }

  /** Whether it is there, now. Never rejects. */
  async has(hash: string): Promise<boolean> {
    if (this.#hung.size > 0) return false;
    return (await this.#inTime(this.#options.cache.has(hash).catch(() => false))) ?? false;
  }

  add(job: Job): void {
    this.#waiting.add(job);
    job.state = 'cache';
    this.#options.onChange(job);
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
    const found = await this.#inTime(this.#checked(job));
    if (this.#hung.size > 0) this.#giveUp();
    this.#wake();
    // Removed meanwhile: whoever removed it has settled it.
    if (!this.#reading.delete(job)) return;
    if (!found) {
      this.#options.onMiss(job);
      return;
    }
    this.hits++;
    this.bytes += found.bytes.length;
    // Only here: a read that hung may end while the job loads the file from the network.
    job.kept = found.form;
    this.#options.onHit(job, found.bytes, found.from);
  }

  /** What waits need not wait for its own turn to hang. */
  #giveUp(): void {
    const waiting: Job[] = [];
    this.#waiting.drain(this.#options.clock.now(), job => {
      waiting.push(job);
      return 'take';
    });
    for (const job of waiting) this.#options.onMiss(job);
  }

  /** What the storage answers; undefined where it takes too long. `answer` must not reject. */
  #inTime<T>(answer: Promise<T>): Promise<T | undefined> {
    return new Promise(resolve => {
      const cancel = this.#options.clock.after(HANGS_MS, () => {
        this.#hung.add(answer);
        resolve(undefined);
      });
      void answer.then(value => {
        cancel();
        this.#hung.delete(answer);
        resolve(value);
      });
    });
  }

  /** Undefined unless they are whole and the right ones: a disk can lose bits, and others can write to our storage. Never rejects. */
  async #checked(job: Job): Promise<Found | undefined> {
    const { hash = '', url, bytes } = job;
    const { cache, hash: hashOf } = this.#options;
    const form = await this.#checkedForm(job);
    if (form) return form;
    try {
      const found = await cache.get(hash);
      if (!found) return undefined;
      try {
        await checkContent(found.bytes, { url, hash }, hashOf);
      } catch {
        await cache.delete(hash);
        return undefined;
      }
      // The right ones, yet not as long as this document says: it is the document that is wrong, and the download will tell.
      return bytes === undefined || bytes === found.bytes.length ? found : undefined;
    } catch {
      return undefined;
    }
  }

  /** The form that the job asks for, if it is there and whole. Never rejects. */
  async #checkedForm(job: Job): Promise<Found | undefined> {
    const { hash = '', form, url } = job;
    const { cache, hash: hashOf } = this.#options;
    if (!form) return undefined;
    const key = formKey(hash, form);
    try {
      const found = await cache.get(key);
      if (!found) return undefined;
      return { bytes: await unsealed(found.bytes, url, hashOf), from: found.from, form };
    } catch {
      await cache.delete(key).catch(() => {});
      return undefined;
    }
  }
}
