import type { CacheBucket, CacheBuckets } from '../../src/net/cache/cache-buckets.ts';

/** localStorage in memory; several ledgers on one are several tabs. */
export class FakeStorage implements Storage {
  readonly #map = new Map<string, string>();
  /** Every access throws, as where cookies are blocked. */
  denied = false;

  get length(): number {
    this.#check();
    return this.#map.size;
  }
  key(index: number): string | null {
    this.#check();
    return [...this.#map.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    this.#check();
    return this.#map.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#check();
    this.#map.set(key, value);
  }
  removeItem(key: string): void {
    this.#check();
    this.#map.delete(key);
  }
  clear(): void {
    this.#map.clear();
  }
  #check(): void {
    if (this.denied) throw new DOMException('denied', 'SecurityError');
  }
}

/** CacheStorage in memory: one bucket. */
export class FakeBuckets implements CacheBuckets, CacheBucket {
  readonly stored = new Map<string, Uint8Array<ArrayBuffer>>();
  denied = false;
  /** What every question is answered with instead: the storage is broken, or hangs. */
  broken: (() => Promise<never>) | undefined;
  /** Bytes that the browser allows. */
  room = Number.POSITIVE_INFINITY;

  async open(): Promise<CacheBucket> {
    if (this.denied) throw new DOMException('denied', 'SecurityError');
    return this;
  }
  async match(url: string): Promise<Response | undefined> {
    if (this.broken) return this.broken();
    const bytes = this.stored.get(url);
    return bytes && new Response(bytes);
  }
  async put(url: string, response: Response): Promise<void> {
    if (this.broken) return this.broken();
    const bytes = new Uint8Array(await response.arrayBuffer());
    let used = bytes.length;
    for (const other of this.stored.values()) used += other.length;
    if (used > this.room) throw new DOMException('full', 'QuotaExceededError');
    this.stored.set(url, bytes);
  }
  async delete(url: string): Promise<boolean> {
    return this.stored.delete(url);
  }
  async keys(): Promise<{ url: string }[]> {
    return [...this.stored.keys()].map(url => ({ url }));
  }
}
