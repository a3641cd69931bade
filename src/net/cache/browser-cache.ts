import type { Clock } from '../../core/clock.ts';
import type { FetchFunction } from '../transfer/transfer.ts';
import type { ByteCache, CachedBytes } from './byte-cache.ts';
import { browserStorage, CacheLedger } from './cache-ledger.ts';
import { obeysOnlyIfCached, probeHttpCache } from './http-cache-probe.ts';

/** The part of CacheStorage that is used. */
export interface CacheBuckets {
  open(name: string): Promise<CacheBucket>;
}

export interface CacheBucket {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

export interface BrowserCacheOptions {
  /** Bytes on disk; the least recently used go first. 512 MiB by default. */
  readonly quota?: number;
  /** Undefined where the browser has none (plain http) or denies it. */
  readonly buckets?: CacheBuckets | undefined;
  readonly ledger?: CacheLedger;
  readonly fetch?: FetchFunction;
  /** URL of the page. */
  readonly base?: string | undefined;
  /** Writes then wait until nothing has been put for a while. Without it, they begin at once. */
  readonly clock?: Clock;
}

/**
 * Writes begin when nothing has been put for so long, and at the latest so long after the first put, ms. A write costs the page and the
 * browser's own process 2 ms of processor time, which a room that loads needs (255 files of the lounge).
 */
const QUIET_MS = 1000;
const LONGEST_WAIT_MS = 8000;

const BUCKET = 'foyer-resources-v1';
const KEY = 'https://cache.foyer.invalid/sha256/';
const DEFAULT_QUOTA = 512 * 1024 * 1024;
/** Entries of the ledger, about 250 characters each: 1 MB of the 5 that localStorage gives the page. */
const MOST_ENTRIES = 4000;
/** Over the quota, make room for some time to come. */
const EVICT_TO = 0.9;
/** Bytes that wait to be written; more are not kept. A quarter of it begins the writes. */
const MOST_PENDING = 64 * 1024 * 1024;
/** The tabs of the origin share the quota: what the others wrote is counted again after so many writes. */
const RECOUNT_AFTER = 64;

/**
 * CacheStorage by content hash with a ledger of its own. Where there is no CacheStorage, the ledger remembers what was
 * downloaded and the browser's HTTP cache is asked for it.
 *
 * The ledger is written after the bytes and only hints: whatever it says, `has` and `get` look. So bytes that the browser
 * evicted are a miss, and so is what another tab deleted in between.
 */
export class BrowserCache implements ByteCache {
  readonly #ledger: CacheLedger;
  readonly #quota: number;
  readonly #fetch: FetchFunction;
  readonly #base: string | undefined;
  readonly #bucket: Promise<CacheBucket | undefined>;
  /** There is no CacheStorage at all: the HTTP cache is asked instead. */
  readonly #byHttp: boolean;
  readonly #clock: Clock | undefined;
  /** When something was last put, ms of the clock. */
  #putAt = 0;
  /** Begins to write now; undefined where nothing waits for its time. */
  #begin: (() => void) | undefined;
  #obeys: Promise<boolean> | undefined;
  readonly #pending = new Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly url: string }>();
  #pendingBytes = 0;
  #writing: Promise<void> | undefined;
  #total = 0;
  #writesUntilRecount = 0;
  #swept = false;
  /** To make room for a write did not help the last time. */
  #full = false;

  constructor(options: BrowserCacheOptions = {}) {
    this.#ledger = options.ledger ?? new CacheLedger(browserStorage(), Date.now);
    this.#quota = options.quota ?? DEFAULT_QUOTA;
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#clock = options.clock;
    this.#base = 'base' in options ? options.base : globalThis.location?.href;
    const buckets = 'buckets' in options ? options.buckets : browserBuckets();
    this.#byHttp = buckets === undefined;
    this.#bucket = openBucket(buckets);
  }

  mayHave(hash: string): boolean {
    return this.#pending.has(hash) || this.#ledger.get(hash) !== undefined;
  }

  async has(hash: string): Promise<boolean> {
    return (await this.#find(hash, async () => true)) ?? false;
  }

  async get(hash: string): Promise<CachedBytes | undefined> {
    const waiting = this.#pending.get(hash);
    if (waiting) return { bytes: waiting.bytes.slice(), from: 'memory' };
    const bytes = await this.#find(hash, async response => new Uint8Array(await response.arrayBuffer()));
    return bytes instanceof Uint8Array ? { bytes, from: 'cache' } : undefined;
  }

  put(hash: string, bytes: Uint8Array<ArrayBuffer>, url: string): void {
    if (this.#pending.has(hash) || bytes.length > this.#quota || this.#pendingBytes + bytes.length > MOST_PENDING) return;
    this.#pending.set(hash, { bytes, url });
    this.#pendingBytes += bytes.length;
    this.#putAt = this.#clock?.now() ?? 0;
    this.#writing ??= this.#writePending();
    if (this.#pendingBytes > MOST_PENDING / 4) this.#begin?.();
  }

  async delete(hash: string): Promise<void> {
    this.#ledger.delete(hash);
    const bucket = await this.#bucket;
    await bucket?.delete(KEY + hash).catch(() => false);
  }

  /** Resolves when all that was put is written (or given up). */
  async flush(): Promise<void> {
    this.#begin?.();
    await this.#writing;
  }

  /** Looks where the ledger says; corrects the ledger where it is wrong. A storage that fails has said nothing: it may work again. */
  async #find<T>(hash: string, read: (response: Response) => Promise<T>): Promise<T | true | undefined> {
    if (this.#pending.has(hash)) return true;
    const entry = this.#ledger.get(hash);
    if (!entry) return undefined;
    try {
      const bucket = await this.#bucket;
      if (!bucket && !(await this.#canProbe())) return undefined;
      const response = bucket ? await bucket.match(KEY + hash) : await probeHttpCache(entry.url, this.#base, this.#fetch);
      if (response) {
        const found = await read(response);
        this.#ledger.touch(entry);
        return found;
      }
    } catch {
      return undefined;
    }
    this.#ledger.delete(hash);
    return undefined;
  }

  async #canProbe(): Promise<boolean> {
    if (!this.#byHttp || this.#base === undefined) return false;
    this.#obeys ??= obeysOnlyIfCached(this.#base, this.#fetch);
    return this.#obeys;
  }

  async #writePending(): Promise<void> {
    if (this.#clock) await this.#quiet(this.#clock);
    // What is put between the last write and here waits for no other `put`.
    while (this.#pending.size > 0) await this.#writeAll();
    this.#writing = undefined;
  }

  /** Resolves when nothing has been put for a while, or when `flush` asks. */
  #quiet(clock: Clock): Promise<void> {
    const latest = clock.now() + LONGEST_WAIT_MS;
    return new Promise(resolve => {
      let cancel = () => {};
      this.#begin = () => {
        cancel();
        this.#begin = undefined;
        resolve();
      };
      const look = () => {
        const left = Math.min(this.#putAt + QUIET_MS, latest) - clock.now();
        if (left > 0) cancel = clock.after(left, look);
        else this.#begin?.();
      };
      look();
    });
  }

  /** One after the other: writes must not take the disk from the reads, nor the processor from the frames. */
  async #writeAll(): Promise<void> {
    const bucket = await this.#bucket;
    if (!this.#swept) await this.#sweep(bucket);
    for (const [hash, { bytes, url }] of this.#pending) {
      if (await this.#write(bucket, hash, bytes)) {
        this.#ledger.add(hash, bytes.length, url);
        this.#total += bytes.length;
      }
      this.#pending.delete(hash);
      this.#pendingBytes -= bytes.length;
      if (--this.#writesUntilRecount < 0 || this.#total > this.#quota) await this.#evict(bucket, () => this.#quota);
    }
  }

  async #write(bucket: CacheBucket | undefined, hash: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    // Without CacheStorage the HTTP cache holds it, if anything does.
    if (!bucket) return this.#byHttp;
    for (;;) {
      try {
        await bucket.put(KEY + hash, new Response(bytes, { headers: { 'content-length': String(bytes.length) } }));
        this.#full = false;
        return true;
      } catch (error) {
        if (this.#full || (error as Error | undefined)?.name !== 'QuotaExceededError') return false;
        // The browser's own quota, smaller than ours: half of what there is makes room. If not, others fill it: what is left stays.
        this.#full = true;
        await this.#evict(bucket, total => total / 2);
      }
    }
  }

  /** Counts what there is. Over its limit of bytes or of entries, deletes the least recently used. */
  async #evict(bucket: CacheBucket | undefined, limitOf: (total: number) => number): Promise<void> {
    this.#writesUntilRecount = RECOUNT_AFTER;
    const entries = this.#ledger.entries();
    this.#total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    const limit = limitOf(this.#total);
    let count = entries.length;
    if (this.#total <= limit && count <= MOST_ENTRIES) return;
    for (const { hash, bytes } of entries) {
      if (this.#total <= limit * EVICT_TO && count <= MOST_ENTRIES * EVICT_TO) break;
      count--;
      this.#ledger.delete(hash);
      await bucket?.delete(KEY + hash).catch(() => false);
      this.#total -= bytes;
    }
  }

  /** Once a visit: deletes what no ledger entry leads to (a tab that was closed between the two writes, a cleared ledger). */
  async #sweep(bucket: CacheBucket | undefined): Promise<void> {
    this.#swept = true;
    try {
      for (const { url } of (await bucket?.keys()) ?? []) if (!this.#ledger.get(url.slice(KEY.length))) await bucket?.delete(url);
    } catch {
      // The next visit tries again.
    }
  }
}

async function openBucket(buckets: CacheBuckets | undefined): Promise<CacheBucket | undefined> {
  try {
    return await buckets?.open(BUCKET);
  } catch {
    return undefined;
  }
}

/** Merely naming `caches` throws where storage is denied. */
function browserBuckets(): CacheBuckets | undefined {
  try {
    return globalThis.caches;
  } catch {
    return undefined;
  }
}
