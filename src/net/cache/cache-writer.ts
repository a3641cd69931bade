import { type CacheBucket, KEY } from './cache-buckets.ts';
import type { CacheLedger } from './cache-ledger.ts';

/** Entries of the ledger, about 250 characters each: 1 MB of the 5 that localStorage gives the page. */
const MOST_ENTRIES = 4000;
/** Over the quota, make room for some time to come. */
const EVICT_TO = 0.9;
/** The tabs of the origin share the quota: what the others wrote is counted again after so many writes. */
const RECOUNT_AFTER = 64;

/** What waits to be written under a hash. */
export interface PendingWrite {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where they came from. */
  readonly url: string;
  /** An entry that these bytes take the place of, and its bytes where they were not written yet. */
  readonly replaced?: { readonly hash: string; readonly bytes: Uint8Array<ArrayBuffer> | undefined } | undefined;
}

/** Writes bodies to CacheStorage, and makes room for them: code that a room needs only once it is there. */
export class CacheWriter {
  readonly #ledger: CacheLedger;
  readonly #quota: number;
  readonly #bucket: CacheBucket | undefined;
  readonly #byHttp: boolean;
  #total = 0;
  #writesUntilRecount = 0;
  #swept = false;
  /** To make room for a write did not help the last time. */
  #full = false;

  /**
   * @param quota - bytes on disk.
   * @param byHttp - there is no CacheStorage at all: the HTTP cache holds bodies, if anything does.
   */
  constructor(ledger: CacheLedger, quota: number, bucket: CacheBucket | undefined, byHttp: boolean) {
    this.#ledger = ledger;
    this.#quota = quota;
    this.#bucket = bucket;
    this.#byHttp = byHttp;
  }

  /** Writes a body and its entry in the ledger, and deletes what they replace. Gives up where there is no room. */
  async write(hash: string, { bytes, url, replaced }: PendingWrite): Promise<void> {
    if (!this.#swept) await this.#sweep();
    // What only makes a visit faster costs nobody a file: no room is made for it.
    if (await this.#put(hash, bytes, !replaced)) {
      this.#ledger.add(hash, bytes.length, url);
      this.#total += bytes.length;
      if (replaced) await this.#delete(replaced.hash);
    } else if (replaced?.bytes) await this.write(replaced.hash, { bytes: replaced.bytes, url });
    if (--this.#writesUntilRecount < 0 || this.#total > this.#quota) await this.#evict(() => this.#quota);
  }

  async #put(hash: string, bytes: Uint8Array<ArrayBuffer>, mayEvict: boolean): Promise<boolean> {
    const bucket = this.#bucket;
    // Without CacheStorage the HTTP cache holds it, if anything does.
    if (!bucket) return this.#byHttp;
    for (;;) {
      try {
        await bucket.put(KEY + hash, new Response(bytes, { headers: { 'content-length': String(bytes.length) } }));
        this.#full = false;
        return true;
      } catch (error) {
        if (!mayEvict || this.#full || (error as Error | undefined)?.name !== 'QuotaExceededError') return false;
        // The browser's own quota, smaller than ours: half of what there is makes room. If not, others fill it: what is left stays.
        this.#full = true;
        await this.#evict(total => total / 2);
      }
    }
  }

  /** Counts what there is. Over its limit of bytes or of entries, deletes the least recently used. */
  async #evict(limitOf: (total: number) => number): Promise<void> {
    this.#writesUntilRecount = RECOUNT_AFTER;
    const entries = this.#ledger.entries();
    this.#total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    const limit = limitOf(this.#total);
    let count = entries.length;
    if (this.#total <= limit && count <= MOST_ENTRIES) return;
    for (const { hash, bytes } of entries) {
      if (this.#total <= limit * EVICT_TO && count <= MOST_ENTRIES * EVICT_TO) break;
      count--;
      await this.#delete(hash);
      this.#total -= bytes;
    }
  }

  async #delete(hash: string): Promise<void> {
    this.#ledger.delete(hash);
    await this.#bucket?.delete(KEY + hash).catch(() => false);
  }

  /** Once a visit: deletes what no ledger entry leads to (a tab that was closed between the two writes, a cleared ledger). */
  async #sweep(): Promise<void> {
    const bucket = this.#bucket;
    this.#swept = true;
    try {
      for (const { url } of (await bucket?.keys()) ?? []) if (!this.#ledger.get(url.slice(KEY.length))) await bucket?.delete(url);
    } catch {
      // The next visit tries again.
    }
  }
}
