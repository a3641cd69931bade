import { describe, expect, it, vi } from 'vitest';
import { BrowserCache } from '../../src/net/cache/browser-cache.ts';
import { CacheLedger } from '../../src/net/cache/cache-ledger.ts';
import { CRITICAL, CRITICAL_VISIBLE, HIGH } from '../../src/net/queue/priority.ts';
import { FakeBuckets, FakeStorage } from './fake-storage.ts';
import { scriptedFetch } from './scripted-fetch.ts';
import { BASE, contentOf, fakeConnectivity, hashNow, outcome, setup } from './setup.ts';

// Virtual time says how long things take; the real time of a busy machine says nothing.
vi.setConfig({ testTimeout: 60_000 });

const url = (name: string) => new URL(name, BASE).href;
const critical = { class: CRITICAL, utility: 1 };
const refused = new TypeError('Failed to fetch');

describe('who comes and goes', () => {
  it('aborted in the moment in which it is preempted: nothing of it goes on', async () => {
    const all = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [url(`f${i}`), contentOf(`f${i}`, 80_000)]));
    const { clock, queue, network } = setup(all, { protocol: 'http/1.1', bandwidth: 50_000 });
    const aborts = Object.keys(all).map(() => new AbortController());
    Object.entries(all).forEach(([name, bytes], i) => {
      const priority = { class: HIGH, utility: 1 };
      queue.load({ url: name, bytes: 80_000, hash: hashNow(bytes), priority, signal: aborts[i].signal }).done.catch(() => {});
    });
    await clock.run(() => queue.stats.received > 60_000);
    const leave = () => {
      for (const abort of aborts) abort.abort();
    };
    // `fetch` hears of the preemption as it happens; all who wait leave at once.
    for (const { init } of network.requests) init.signal?.addEventListener('abort', () => queueMicrotask(leave), { once: true });
    queue.load({ url: url('late'), bytes: 10_000, priority: { class: CRITICAL_VISIBLE, utility: 1 } }).done.catch(() => {});
    await clock.run(() => aborts[0].signal.aborted);
    expect(queue.stats.preempted).toBe(0);
    await clock.run();
    const urls = network.requests.map(r => r.url);
    expect(new Set(urls).size).toBe(urls.length);
    expect(queue.snapshot()).toEqual([]);
    expect(queue.stats).toMatchObject({ waiting: 0, active: 0, retrying: 0 });
  });

  it.each([
    'waiting',
    'cache',
    'network',
    'retrying',
    'done',
    'failed',
  ] as const)('aborted by who hears that it is %s: settles once, and nothing goes on', async state => {
    const bytes = contentOf('a', 1000);
    const hash = hashNow(bytes);
    const cache = new BrowserCache({
      ledger: new CacheLedger(new FakeStorage(), () => 0),
      buckets: new FakeBuckets(),
      base: BASE,
    });
    if (state === 'cache') {
      cache.put(hash, bytes, url('a'));
      await cache.flush();
    }
    const fault = (_: string, n: number) => (state === 'failed' ? { status: 404 } : n === 0 ? { status: 503 } : undefined);
    const { clock, queue, network } = setup({ [url('a')]: bytes }, { fault }, { cache });
    const abort = new AbortController();
    let asked = Number.NaN;
    queue.events.on('change', now => {
      if (now.state !== state || abort.signal.aborted) return;
      abort.abort('heard');
      asked = network.requests.length;
    });
    const done = outcome(queue.load({ url: url('a'), bytes: 1000, hash, priority: critical, signal: abort.signal }).done);
    await clock.run();
    expect(done).toMatchObject({ state: 'rejected', reason: 'heard', times: 1 });
    expect(queue.stats).toMatchObject({ waiting: 0, active: 0, retrying: 0, inflightBytes: 0 });
    expect(queue.snapshot()).toEqual([]);
    expect(network.requests.length).toBeLessThanOrEqual(asked + (state === 'network' ? 1 : 0));
  });

  it('all others aborted by who hears that the first is tried again as the network is back: none of them is', async () => {
    const connectivity = fakeConnectivity();
    const names = ['f0', 'f1', 'f2'];
    const all = Object.fromEntries(names.map(name => [url(name), contentOf(name, 1000)]));
    const fault = (_: string, n: number) => (n === 0 ? { status: 503 } : undefined);
    const { clock, queue } = setup(all, { fault }, { connectivity });
    const aborts = names.map(() => new AbortController());
    const downloads = names.map((name, i) =>
      queue.load({ url: url(name), bytes: 1000, priority: critical, signal: aborts[i].signal }).done.catch(() => 'aborted'),
    );
    await clock.run(() => queue.stats.retrying === 3);
    const states: string[] = [];
    queue.events.on('change', now => {
      states.push(`${now.url.slice(-2)} ${now.state}`);
      if (now.state === 'waiting') for (const [i, abort] of aborts.entries()) if (!now.url.endsWith(names[i])) abort.abort();
    });
    connectivity.comeBack();
    await clock.run();
    expect(states.slice(0, 3)).toEqual(['f0 waiting', 'f1 aborted', 'f2 aborted']);
    expect(states.filter(state => state.startsWith('f1'))).toEqual(['f1 aborted']);
    expect(await Promise.all(downloads)).toEqual([contentOf('f0', 1000), 'aborted', 'aborted']);
  });

  it('all others aborted by who hears that the first has started: none of them is asked for', async () => {
    const all = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [url(`f${i}`), contentOf(`f${i}`, 1000)]));
    const { clock, queue, network } = setup(all);
    const abort = new AbortController();
    queue.load({ url: url('f0'), bytes: 1000, priority: { class: CRITICAL_VISIBLE, utility: 1 } });
    for (let i = 1; i < 20; i++)
      queue.load({ url: url(`f${i}`), bytes: 1000, priority: critical, signal: abort.signal }).done.catch(() => {});
    queue.events.on('change', ({ state }) => state === 'network' && abort.abort());
    await clock.run();
    expect(network.requests.map(r => r.url)).toEqual([url('f0')]);
    expect(queue.stats).toMatchObject({ waiting: 0, active: 0, retrying: 0 });
    const again = queue.load({ url: url('f1'), bytes: 1000, priority: critical });
    await clock.run();
    expect(await again.done).toHaveLength(1000);
  });

  it('thousands that share a signal leave with it, and let go of it when they are done', async () => {
    const all = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [url(`f${i}`), contentOf(`f${i}`, 1000)]));
    const { clock, queue } = setup(all, { protocol: 'http/1.1' });
    const abort = new AbortController();
    let listeners = 0;
    const add = abort.signal.addEventListener.bind(abort.signal);
    abort.signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    const results = Object.keys(all).map(name =>
      outcome(queue.load({ url: name, bytes: 1000, priority: critical, signal: abort.signal }).done),
    );
    await clock.run(() => results.some(({ state }) => state === 'resolved'));
    abort.abort('gone');
    await clock.run();
    expect(listeners).toBe(1);
    expect(results.filter(({ state }) => state === 'pending')).toEqual([]);
    expect(results.filter(({ reason }) => reason === 'gone').length).toBeGreaterThan(30);
    expect(queue.stats).toMatchObject({ waiting: 0, active: 0 });
  });

  it('aborted while the hash is computed: counted as waste', async () => {
    let answer = (_: string) => {};
    const hash = () => new Promise<string>(resolve => (answer = resolve));
    const bytes = contentOf('a', 1000);
    const { clock, queue } = setup({ [url('a')]: bytes }, {}, { hash });
    const abort = new AbortController();
    const done = outcome(
      queue.load({ url: url('a'), bytes: 1000, hash: hashNow(bytes), priority: critical, signal: abort.signal }).done,
    );
    await clock.run(() => queue.stats.received === 1000);
    await clock.run();
    abort.abort('gone');
    answer(hashNow(bytes));
    await clock.run();
    expect(done).toMatchObject({ state: 'rejected', reason: 'gone', times: 1 });
    expect(queue.stats).toMatchObject({ wasted: 1000, active: 0 });
  });

  it('two documents that tell two lengths for one hash: the one that is right gets its bytes', async () => {
    const bytes = contentOf('a', 1000);
    const { clock, queue } = setup({ [url('a')]: bytes });
    const request = { url: url('a'), hash: hashNow(bytes), priority: critical };
    const wrong = outcome(queue.load({ ...request, bytes: 900 }).done);
    const right = outcome(queue.load({ ...request, bytes: 1000 }).done);
    await clock.run();
    expect([wrong.state, right.state]).toEqual(['rejected', 'resolved']);
  });

  it('with a name and without are two requests; with and without a fragment is one', async () => {
    const { clock, queue, network } = setup({ [url('a')]: contentOf('a', 100) });
    queue.load({ url: url('a'), priority: critical });
    queue.load({ url: `${url('a')}#sofa`, priority: critical });
    queue.load({ url: url('a'), credentials: 'include', priority: critical });
    await clock.run();
    expect(network.requests.map(r => r.init.credentials)).toEqual([undefined, 'include']);
  });

  it.each([Number.NaN, -1, 4, 1.5])('a class of %s is refused, not kept waiting for ever', async c => {
    const { clock, queue } = setup({ [url('a')]: contentOf('a', 100) });
    const bad = outcome(queue.load({ url: url('a'), priority: { class: c, utility: 1 } }).done);
    const good = queue.load({ url: url('a'), priority: critical });
    expect(() => good.setPriority({ class: c, utility: 1 })).toThrow(RangeError);
    await clock.run();
    expect(bad.reason).toBeInstanceOf(RangeError);
    expect(await good.done).toHaveLength(100);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('a utility of %s harms nobody', async utility => {
    const { clock, queue } = setup({ [url('a')]: contentOf('a', 100), [url('b')]: contentOf('b', 100) });
    const both = ['a', 'b'].map(name => outcome(queue.load({ url: url(name), priority: { class: HIGH, utility } }).done));
    await clock.run();
    expect(both.map(b => b.state)).toEqual(['resolved', 'resolved']);
  });

  it('bursts of `online` give nothing up', async () => {
    const connectivity = fakeConnectivity();
    const bytes = contentOf('a', 100);
    let up = false;
    const { fetch } = scriptedFetch(() => (up ? { body: bytes } : refused));
    const { clock, queue } = setup({}, {}, { fetch, connectivity });
    const done = outcome(queue.load({ url: url('a'), bytes: 100, priority: critical }).done);
    for (let i = 0; i < 50; i++) {
      await clock.run(() => false, 10);
      connectivity.comeBack();
    }
    up = true;
    await clock.run();
    expect(done.value).toEqual(bytes);
  });

  it('an hour without a network is no reason to give up at the first failure after it', async () => {
    const connectivity = fakeConnectivity();
    const bytes = contentOf('a', 100);
    let state: 'down' | 'busy' | 'up' = 'down';
    const { fetch } = scriptedFetch(() => {
      if (state === 'up') return { body: bytes };
      if (state === 'down') return refused;
      state = 'up';
      return { status: 503 };
    });
    const { clock, queue } = setup({}, {}, { fetch, connectivity });
    connectivity.online = false;
    const done = outcome(queue.load({ url: url('a'), bytes: 100, priority: critical }).done);
    await clock.run(() => false, 3_600_000);
    state = 'busy';
    connectivity.online = true;
    await clock.run();
    expect(done.value).toEqual(bytes);
  });
});
