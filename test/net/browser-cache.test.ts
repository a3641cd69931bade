import { describe, expect, it, vi } from 'vitest';
import { BrowserCache } from '../../src/net/browser-cache.ts';
import { CacheLedger } from '../../src/net/cache-ledger.ts';
import { CRITICAL, HIGH } from '../../src/net/priority.ts';
import type { FetchFunction } from '../../src/net/transfer.ts';
import { FakeBuckets, FakeStorage } from './fake-storage.ts';
import { BASE, contentOf, hashNow, outcome, setup } from './setup.ts';

// Virtual time says how long things take; the real time of a busy machine says nothing.
vi.setConfig({ testTimeout: 60_000 });

const url = (name: string) => new URL(name, BASE).href;
const bytesOf = (name: string, length = 1000) => contentOf(name, length);

/** One visit of one tab; the storages are the device's. */
function visit(
  storage: FakeStorage,
  buckets: FakeBuckets | undefined,
  { today = 1e12, quota = 1e9, fetch }: { today?: number; quota?: number; fetch?: FetchFunction } = {},
) {
  return new BrowserCache({
    ledger: new CacheLedger(storage, () => today),
    buckets,
    quota,
    base: BASE,
    fetch: fetch ?? (() => Promise.reject(new TypeError('no network'))),
  });
}

async function store(cache: BrowserCache, name: string, length = 1000): Promise<string> {
  const bytes = bytesOf(name, length);
  const hash = hashNow(bytes);
  cache.put(hash, bytes, url(name));
  await cache.flush();
  return hash;
}

describe('BrowserCache', () => {
  it('has on the next visit what was put on the last', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const hash = await store(visit(storage, buckets), 'a');
    const next = visit(storage, buckets);
    expect(next.mayHave(hash)).toBe(true);
    expect(await next.has(hash)).toBe(true);
    expect(await next.get(hash)).toEqual({ bytes: bytesOf('a'), from: 'cache' });
    expect(next.mayHave(hashNow(bytesOf('b')))).toBe(false);
  });

  it('gives what still waits to be written', async () => {
    const cache = visit(new FakeStorage(), new FakeBuckets());
    const bytes = bytesOf('a');
    cache.put(hashNow(bytes), bytes, url('a'));
    expect(await cache.get(hashNow(bytes))).toEqual({ bytes, from: 'memory' });
  });

  it('notices that the browser evicted it', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const hash = await store(visit(storage, buckets), 'a');
    buckets.stored.clear();
    const next = visit(storage, buckets);
    expect(next.mayHave(hash)).toBe(true);
    expect(await next.has(hash)).toBe(false);
    expect(next.mayHave(hash)).toBe(false);
  });

  it('lasts as long as the page where localStorage is denied', async () => {
    const storage = new FakeStorage();
    storage.denied = true;
    const cache = visit(storage, new FakeBuckets());
    const hash = await store(cache, 'a');
    expect(await cache.has(hash)).toBe(true);
    expect(visit(storage, undefined).mayHave(hash)).toBe(false);
  });

  it('is empty and harmless where all is denied', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    storage.denied = buckets.denied = true;
    const cache = visit(storage, buckets);
    const hash = await store(cache, 'a');
    expect(await cache.has(hash)).toBe(false);
    expect(await cache.get(hash)).toBeUndefined();
  });

  it('asks the HTTP cache where there is no CacheStorage: its own origin only, and only for what was downloaded', async () => {
    const storage = new FakeStorage();
    const asked: string[] = [];
    const fetch: FetchFunction = async (u, init) => {
      asked.push(`${u} ${init.cache} ${init.mode}`);
      return new Response(bytesOf('a'));
    };
    const hash = await store(visit(storage, undefined), 'a');
    const next = visit(storage, undefined, { fetch });
    expect((await next.get(hash))?.bytes).toEqual(bytesOf('a'));
    expect(await next.has(hashNow(bytesOf('b')))).toBe(false);
    next.put('cafe', bytesOf('c'), 'https://other.example/c');
    await next.flush();
    expect(await next.has('cafe')).toBe(false);
    expect(asked).toEqual([`${url('a')} only-if-cached same-origin`]);
    // The other browser's way to say no.
    const miss = visit(storage, undefined, { fetch: async () => new Response(null, { status: 504 }) });
    expect(await miss.has(hash)).toBe(false);
  });

  it('stays within its quota; the least recently used goes first', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const day = 86_400_000;
    const hashes: string[] = [];
    for (let i = 0; i < 10; i++) hashes.push(await store(visit(storage, buckets, { today: 1e12 + i * day }), `f${i}`));
    await visit(storage, buckets, { today: 1e12 + 20 * day }).get(hashes[0]);
    await store(visit(storage, buckets, { today: 1e12 + 21 * day, quota: 8000 }), 'new');
    const left = visit(storage, buckets);
    const has = await Promise.all(hashes.map(h => left.has(h)));
    expect(has).toEqual([true, false, false, false, false, true, true, true, true, true]);
    expect([...buckets.stored.values()].reduce((sum, b) => sum + b.length, 0)).toBe(7000);
  });

  it('makes room where the browser allows less than that', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    buckets.room = 4500;
    const cache = visit(storage, buckets);
    for (let i = 0; i < 4; i++) await store(cache, `f${i}`);
    const hash = await store(cache, 'new');
    expect(await cache.has(hash)).toBe(true);
    buckets.room = 0;
    expect(await cache.has(await store(cache, 'too much'))).toBe(false);
  });

  it('two tabs that write at once lose nothing', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const tabs = [visit(storage, buckets), visit(storage, buckets)];
    const hashes = await Promise.all(Array.from({ length: 20 }, (_, i) => store(tabs[i % 2], `f${i % 15}`)));
    for (const tab of tabs) for (const hash of hashes) expect(await tab.has(hash)).toBe(true);
    expect(buckets.stored.size).toBe(15);
  });

  it('deletes what no ledger entry leads to', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    await store(visit(storage, buckets), 'a');
    storage.clear();
    await store(visit(storage, buckets), 'b');
    expect(buckets.stored.size).toBe(1);
  });

  it('takes no entry from what someone else wrote there', () => {
    const storage = new FakeStorage();
    storage.setItem('foyer:cache:aa', 'nonsense');
    storage.setItem('foyer:cache:bb', '12 13 https://x.example/ y');
    const ledger = new CacheLedger(storage, () => 0);
    expect(ledger.entries()).toEqual([]);
  });
});

describe('the cache lane', () => {
  it('brings cached resources with all network slots taken, and asks the network for none of them', async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [url(`f${i}`), bytesOf(`f${i}`, 300_000)]));
    const cache = visit(new FakeStorage(), new FakeBuckets());
    for (let i = 10; i < 20; i++) await store(cache, `f${i}`, 300_000);
    const { clock, queue, network } = setup(files, { protocol: 'http/1.1', bandwidth: 1000 }, { cache });
    const load = (name: string, c: number) =>
      outcome(queue.load({ url: name, bytes: 300_000, hash: hashNow(files[name]), priority: { class: c, utility: 1 } }).done);
    for (let i = 0; i < 10; i++) load(url(`f${i}`), CRITICAL);
    const cached = Array.from({ length: 10 }, (_, i) => load(url(`f${i + 10}`), HIGH));
    await clock.run(() => cached.every(c => c.state === 'resolved'), 50);
    expect(cached.map(c => c.state)).toEqual(cached.map(() => 'resolved'));
    expect(network.requests.every(r => !/f1\d$/.test(r.url))).toBe(true);
    expect(queue.stats).toMatchObject({ cacheHits: 10, cacheBytes: 3_000_000 });
  });

  it('brings over the network what is gone or wrong, and keeps it', async () => {
    const files = { [url('a')]: bytesOf('a'), [url('b')]: bytesOf('b') };
    const buckets = new FakeBuckets();
    const cache = visit(new FakeStorage(), buckets);
    const hashes = [await store(cache, 'a'), await store(cache, 'b')];
    const [first, second] = [...buckets.stored.keys()];
    buckets.stored.delete(first);
    buckets.stored.set(second, bytesOf('garbled'));
    const { clock, queue, network } = setup(files, {}, { cache });
    const results = ['a', 'b'].map((name, i) =>
      outcome(queue.load({ url: url(name), hash: hashes[i], priority: { class: HIGH, utility: 1 } }).done),
    );
    await clock.run(() => results.every(r => r.state === 'resolved'));
    expect(results.map(r => r.value)).toEqual([bytesOf('a'), bytesOf('b')]);
    expect(network.requests).toHaveLength(2);
    await cache.flush();
    expect((await cache.get(hashes[1]))?.bytes).toEqual(bytesOf('b'));
  });

  it('settles once when aborted while it reads', async () => {
    const files = { [url('a')]: bytesOf('a') };
    const cache = visit(new FakeStorage(), new FakeBuckets());
    const hash = await store(cache, 'a');
    const { clock, queue, network } = setup(files, {}, { cache });
    const abort = new AbortController();
    const result = outcome(queue.load({ url: url('a'), hash, signal: abort.signal, priority: { class: HIGH, utility: 1 } }).done);
    await Promise.resolve();
    abort.abort('gone');
    await clock.run();
    expect(result).toMatchObject({ state: 'rejected', reason: 'gone', times: 1 });
    expect(network.requests).toHaveLength(0);
    expect(queue.stats.waiting).toBe(0);
  });

  it('answers hasCached', async () => {
    const cache = visit(new FakeStorage(), new FakeBuckets());
    const hash = await store(cache, 'a');
    expect(await setup({}, {}, { cache }).queue.hasCached(hash)).toBe(true);
    expect(await setup({}, {}, { cache }).queue.hasCached('ff')).toBe(false);
    expect(await setup({}).queue.hasCached(hash)).toBe(false);
  });
});
