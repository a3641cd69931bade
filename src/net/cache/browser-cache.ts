import type { Clock } from '../../core/clock.ts';
import type { FetchFunction } from '../transfer/transfer.ts';
import type { ByteCache, CachedBytes } from './byte-cache.ts';
import { type CacheBucket, type CacheBuckets, KEY } from './cache-buckets.ts';
import { browserStorage, CacheLedger } from './cache-ledger.ts';
import type { CacheWriter, PendingWrite } from './cache-writer.ts';

export interface BrowserCacheOptions {
  /** Bytes on disk; the least recently used go first. 512 MiB by default. */
  readonly quota?: number;
  /** Bytes in memory that may wait to be written. More are not kept, but one entry may always wait. 64 MiB by default. */
  readonly maxUnwritten?: number;
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
const DEFAULT_QUOTA = 512 * 1024 * 1024;
const DEFAULT_UNWRITTEN = 64 * 1024 * 1024;

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
  readonly #maxUnwritten: number;
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
  readonly #pending = new Map<string, PendingWrite>();
  #pendingBytes = 0;
  #writing: Promise<void> | undefined;
  #writer: CacheWriter | undefined;

  constructor(options: BrowserCacheOptions = {}) {
    this.#ledger = options.ledger ?? new CacheLedger(browserStorage(), Date.now);
    this.#quota = options.quota ?? DEFAULT_QUOTA;
    this.#maxUnwritten = options.maxUnwritten ?? DEFAULT_UNWRITTEN;
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#clock = options.clock;
    this.#base = 'base' in options ? options.base : globalThis.location?.href;
    const buckets = 'buckets' in options ? options.buckets : browserBuckets();
    this.#byHttp = buckets === undefined;
    this.#bucket = openBucket(buckets);
  }

  get unwritten(): number {
    return this.#pendingBytes;
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

  put(hash: string, bytes: Uint8Array<ArrayBuffer>, url: string, instead?: string): void {
    const waiting = this.#pendingBytes;
    if (this.#pending.has(hash) || bytes.length > this.#quota) return;
    if (waiting > 0 && waiting + bytes.length > this.#maxUnwritten) return;
    let replaced: PendingWrite['replaced'];
    if (instead !== undefined) {
      // The HTTP cache holds what the server sent, nothing else.
      if (this.#byHttp) return;
      replaced = { hash: instead, bytes: this.#pending.get(instead)?.bytes };
      this.#forgetPending(instead);
    }
    const entry = { bytes, url, replaced };
    this.#pending.set(hash, entry);
    this.#pendingBytes += sizeOf(entry);
    this.#putAt = this.#clock?.now() ?? 0;
    this.#writing ??= this.#writePending();
    if (this.#pendingBytes > this.#maxUnwritten / 4) this.#begin?.();
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
      const response = bucket ? await bucket.match(KEY + hash) : await this.#probe(entry.url);
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

  /** Asks the HTTP cache. Its code comes where there is no CacheStorage. */
  async #probe(url: string): Promise<Response | undefined> {
    if (!this.#byHttp || this.#base === undefined) throw new Error('no storage');
    const { obeysOnlyIfCached, probeHttpCache } = await import('./http-cache-probe.ts');
    this.#obeys ??= obeysOnlyIfCached(this.#base, this.#fetch);
    if (!(await this.#obeys)) throw new Error('the HTTP cache cannot be asked');
    return probeHttpCache(url, this.#base, this.#fetch);
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
    // Code that comes when the room is there.
    const code = this.#writer ? undefined : await import('./cache-writer.ts').catch(() => undefined);
    this.#writer ??= code && new code.CacheWriter(this.#ledger, this.#quota, bucket, this.#byHttp);
    for (const [hash, entry] of this.#pending) {
      await this.#writer?.write(hash, entry);
      this.#forgetPending(hash);
    }
  }

  #forgetPending(hash: string): void {
    const entry = this.#pending.get(hash);
    if (entry) this.#pendingBytes -= sizeOf(entry);
    this.#pending.delete(hash);
  }
}

const sizeOf = ({ bytes, replaced }: PendingWrite): number => bytes.length + (replaced?.bytes?.length ?? 0);

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
