import { describe, expect, it, vi } from 'vitest';
import { BrowserCache } from '../../../src/net/cache/browser-cache.ts';
import { CacheLedger } from '../../../src/net/cache/cache-ledger.ts';
import { CRITICAL, HIGH } from '../../../src/net/queue/priority.ts';
import type { FetchFunction } from '../../../src/net/transfer/transfer.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { FakeBuckets, FakeStorage } from '../fake-storage.ts';
import { BASE, contentOf, hashNow, outcome, setup } from '../setup.ts';

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

  it('with a clock writes when nothing has been put for a second, or at the latest after eight', async () => {
    const [storage, buckets, clock] = [new FakeStorage(), new FakeBuckets(), new VirtualClock()];
    const ledger = new CacheLedger(storage, () => 1e12);
    const cache = new BrowserCache({ ledger, buckets, base: BASE, clock });
    const put = (name: string) => cache.put(hashNow(bytesOf(name)), bytesOf(name), url(name));
    const isWritten = (name: string) => ledger.get(hashNow(bytesOf(name))) !== undefined;
    put('a');
    await clock.advance(900);
    put('b');
    await clock.advance(900);
    expect([isWritten('a'), isWritten('b')]).toEqual([false, false]);
    await clock.advance(200);
    expect([isWritten('a'), isWritten('b')]).toEqual([true, true]);
    for (let i = 0; i < 10; i++) {
      put(`c${i}`);
      await clock.advance(900);
    }
    expect(isWritten('c0')).toBe(true);
  });

  it('with a clock writes at once when much waits: none of it is given up', async () => {
    const [storage, buckets, clock] = [new FakeStorage(), new FakeBuckets(), new VirtualClock()];
    const ledger = new CacheLedger(storage, () => 1e12);
    const cache = new BrowserCache({ ledger, buckets, base: BASE, clock });
    for (let i = 0; i < 10; i++) {
      cache.put(`hash-${i}`, new Uint8Array(10 * 1024 * 1024), url('a'));
      await clock.advance(100);
    }
    await cache.flush();
    expect(ledger.entries()).toHaveLength(10);
  });

  it('keeps no more bytes waiting than it may, and counts those that wait, what they replace included', async () => {
    const cache = new BrowserCache({ buckets: new FakeBuckets(), base: BASE, maxUnwritten: 2500, clock: new VirtualClock() });
    cache.put('large', new Uint8Array(9000), url('a'));
    expect(cache.unwritten).toBe(9000);
    await cache.flush();
    expect(cache.unwritten).toBe(0);
    for (const name of ['a', 'b', 'c']) cache.put(name, new Uint8Array(1000), url(name));
    expect([cache.unwritten, cache.mayHave('b'), cache.mayHave('c')]).toEqual([2000, true, false]);
    cache.put('b.form', new Uint8Array(400), url('b'), 'b');
    expect(cache.unwritten).toBe(2400);
    await cache.flush();
    expect(cache.unwritten).toBe(0);
  });

  it('gives what still waits to be written', async () => {
    const cache = visit(new FakeStorage(), new FakeBuckets());
    const bytes = bytesOf('a');
    cache.put(hashNow(bytes), bytes, url('a'));
    expect(await cache.get(hashNow(bytes))).toEqual({ bytes, from: 'memory' });
  });

  it('writes what is put between the last write and its end without waiting for more', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const ledger = new CacheLedger(storage, () => 1e12);
    const cache = new BrowserCache({ ledger, buckets, base: BASE, fetch: () => Promise.reject(new TypeError('no network')) });
    const add = ledger.add.bind(ledger);
    const late = bytesOf('late');
    // The first write counts what there is, and waits for that.
    await store(cache, 'first');
    vi.spyOn(ledger, 'add').mockImplementationOnce((...entry) => {
      add(...entry);
      // Runs when the loop has ended, and before its promise has settled.
      queueMicrotask(() => cache.put(hashNow(late), late, url('late')));
    });
    await store(cache, 'a');
    for (let i = 0; i < 5; i++) await cache.flush();
    for (let i = 0; i < 50; i++) await Promise.resolve();
    expect(buckets.stored.size).toBe(3);
  });

  it('keeps at most 4,000 entries, the latest: many small files must not fill the storage of the page', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    let today = 1e12;
    const ledger = new CacheLedger(storage, () => today++);
    const cache = new BrowserCache({ ledger, buckets, base: BASE, fetch: () => Promise.reject(new TypeError('no network')) });
    const hash = (i: number) => i.toString(16).padStart(64, '0');
    for (let i = 0; i < 4200; i++) cache.put(hash(i), Uint8Array.of(1), url(`${i}`));
    await cache.flush();
    expect(storage.length).toBeLessThanOrEqual(4065);
    expect(storage.length).toBe(buckets.stored.size);
    expect([cache.mayHave(hash(0)), cache.mayHave(hash(4199))]).toEqual([false, true]);
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
      return u.endsWith('foyer-has-no-such-file') ? new Response(null, { status: 504 }) : new Response(bytesOf('a'));
    };
    const hash = await store(visit(storage, undefined), 'a');
    const next = visit(storage, undefined, { fetch });
    expect((await next.get(hash))?.bytes).toEqual(bytesOf('a'));
    expect(await next.has(hashNow(bytesOf('b')))).toBe(false);
    next.put('cafe', bytesOf('c'), 'https://other.example/c');
    await next.flush();
    expect(await next.has('cafe')).toBe(false);
    expect(asked).toEqual([
      `${url('foyer-has-no-such-file')} only-if-cached same-origin`,
      `${url('a')} only-if-cached same-origin`,
    ]);
    // The other browser's way to say no.
    const miss = visit(storage, undefined, { fetch: async () => new Response(null, { status: 504 }) });
    expect(await miss.has(hash)).toBe(false);
  });

  it('believes no HTTP cache of a browser that asks the server instead', async () => {
    const storage = new FakeStorage();
    const asked: string[] = [];
    const hash = await store(visit(storage, undefined), 'a');
    const cache = visit(storage, undefined, {
      fetch: async u => {
        asked.push(u);
        return u === url('a') ? new Response(bytesOf('a')) : new Response('not found', { status: 404 });
      },
    });
    expect([await cache.has(hash), await cache.get(hash)]).toEqual([false, undefined]);
    expect(asked).toEqual([url('foyer-has-no-such-file')]);
    expect(cache.mayHave(hash)).toBe(true);
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

  it('the first write of a visit that finds no room takes half of what there is, not all', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const former = visit(storage, buckets);
    for (let i = 0; i < 10; i++) await store(former, `f${i}`);
    buckets.room = 10_500;
    await store(visit(storage, buckets), 'new');
    expect(buckets.stored.size).toBe(5);
  });

  it('where making room does not help it is made once', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const cache = visit(storage, buckets);
    for (let i = 0; i < 16; i++) await store(cache, `f${i}`);
    // Somebody else of the origin has taken the room.
    buckets.room = 0;
    for (let i = 0; i < 4; i++) await store(cache, `new${i}`);
    expect(buckets.stored.size).toBe(7);
    buckets.room = 1e9;
    expect(await cache.has(await store(cache, 'again'))).toBe(true);
    buckets.room = 0;
    await store(cache, 'full again');
    expect(buckets.stored.size).toBeLessThan(7);
  });

  it('a write that fails for another reason costs nothing else', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const cache = visit(storage, buckets);
    for (let i = 0; i < 4; i++) await store(cache, `f${i}`);
    buckets.broken = () => Promise.reject(new DOMException('disk', 'UnknownError'));
    expect(await cache.has(await store(cache, 'new'))).toBe(false);
    buckets.broken = undefined;
    expect(buckets.stored.size).toBe(4);
  });

  it('does not forget what it has because the storage failed once', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const hash = await store(visit(storage, buckets), 'a');
    buckets.broken = () => Promise.reject(new DOMException('disk', 'UnknownError'));
    expect(await visit(storage, buckets).has(hash)).toBe(false);
    buckets.broken = undefined;
    buckets.denied = true;
    expect(await visit(storage, buckets).has(hash)).toBe(false);
    buckets.denied = false;
    expect(await visit(storage, buckets).has(hash)).toBe(true);
  });

  it('keeps what came from a URL with a blank in it', async () => {
    const [storage, buckets] = [new FakeStorage(), new FakeBuckets()];
    const cache = visit(storage, buckets);
    const bytes = bytesOf('a');
    cache.put(hashNow(bytes), bytes, 'sofa 1.glb');
    await cache.flush();
    expect(await visit(storage, buckets).has(hashNow(bytes))).toBe(true);
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

  it('a storage that hangs holds nothing up: all of it comes over the network, and it is asked nothing more', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `f${i}`);
    const files = Object.fromEntries(names.map(name => [url(name), bytesOf(name)]));
    const buckets = new FakeBuckets();
    const cache = visit(new FakeStorage(), buckets);
    for (const name of names) await store(cache, name);
    let asked = 0;
    buckets.broken = () => {
      asked++;
      return new Promise(() => {});
    };
    const { clock, queue } = setup(files, {}, { cache });
    const has = outcome(queue.hasCached(hashNow(bytesOf('f0'))));
    const all = names.map(name =>
      outcome(
        queue.load({ url: url(name), bytes: 1000, hash: hashNow(bytesOf(name)), priority: { class: HIGH, utility: 1 } }).done,
      ),
    );
    await clock.run(() => all.every(({ state }) => state === 'resolved'), 7000);
    expect(all.every(({ state }) => state === 'resolved')).toBe(true);
    expect(has.value).toBe(false);
    const before = asked;
    expect(await queue.hasCached(hashNow(bytesOf('f0')))).toBe(false);
    queue.load({ url: url('f0'), bytes: 1000, hash: hashNow(bytesOf('f0')), priority: { class: HIGH, utility: 1 } });
    await clock.run();
    // 8 reads, one look, and the write of the first that came, which hangs as well.
    expect([before, asked]).toEqual([10, 10]);
  });

  it('a storage that hangs and comes back is asked again', async () => {
    const buckets = new FakeBuckets();
    const cache = visit(new FakeStorage(), buckets);
    const hash = await store(cache, 'a');
    const hanging: ((nothing: never) => void)[] = [];
    buckets.broken = () => new Promise<never>(resolve => hanging.push(resolve));
    const { clock, queue } = setup({ [url('a')]: bytesOf('a') }, {}, { cache });
    const load = () => outcome(queue.load({ url: url('a'), hash, priority: { class: HIGH, utility: 1 } }).done);
    const first = load();
    await clock.run();
    expect(first.state).toBe('resolved');
    buckets.broken = undefined;
    for (const answer of hanging) answer(undefined as never);
    await cache.flush();
    await clock.run();
    const second = load();
    await clock.run();
    expect([first.state, second.state]).toEqual(['resolved', 'resolved']);
    expect(queue.stats).toMatchObject({ requests: 1, cacheHits: 1 });
  });

  it('a document that tells another length does not cost what is cached', async () => {
    const cache = visit(new FakeStorage(), new FakeBuckets());
    const hash = await store(cache, 'a');
    const { clock, queue } = setup({ [url('a')]: bytesOf('a') }, {}, { cache });
    const wrong = outcome(queue.load({ url: url('a'), hash, bytes: 900, priority: { class: HIGH, utility: 1 } }).done);
    await clock.run();
    expect(wrong.state).toBe('rejected');
    expect(await cache.has(hash)).toBe(true);
  });

  it('a cache that throws keeps nobody waiting', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    const cache = { mayHave: () => true, has: broken, get: broken, put: broken, delete: broken };
    const { clock, queue } = setup({ [url('a')]: bytesOf('a') }, {}, { cache });
    const hash = hashNow(bytesOf('a'));
    const done = outcome(queue.load({ url: url('a'), hash, priority: { class: HIGH, utility: 1 } }).done);
    await clock.run();
    expect(done.value).toEqual(bytesOf('a'));
  });

  it('answers hasCached', async () => {
    const cache = visit(new FakeStorage(), new FakeBuckets());
    const hash = await store(cache, 'a');
    expect(await setup({}, {}, { cache }).queue.hasCached(hash)).toBe(true);
    expect(await setup({}, {}, { cache }).queue.hasCached('ff')).toBe(false);
    expect(await setup({}).queue.hasCached(hash)).toBe(false);
  });
});
