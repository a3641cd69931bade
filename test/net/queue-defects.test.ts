import { describe, expect, it, vi } from 'vitest';
import { BrowserCache } from '../../src/net/cache/browser-cache.ts';
import { CacheLedger } from '../../src/net/cache/cache-ledger.ts';
import { CRITICAL, HIGH } from '../../src/net/queue/priority.ts';
import { WaitingList } from '../../src/net/queue/waiting-list.ts';
import type { FetchFunction } from '../../src/net/transfer/transfer.ts';
import { FakeBuckets, FakeStorage } from './fake-storage.ts';
import { BASE, contentOf, hashNow, outcome, setup } from './setup.ts';

// Virtual time says how long things take; the real time of a busy machine says nothing.
vi.setConfig({ testTimeout: 60_000 });

// Defects of well-known projects' queues, one test each (docs/streaming.md).
const url = (name: string) => new URL(name, BASE).href;
const priority = { class: CRITICAL, utility: 1 };

describe('defects of other queues that ours does not have', () => {
  it('a synchronous throw is a failure, and frees its slot once', async () => {
    let calls = 0;
    const { clock, queue } = setup(
      {},
      {},
      {
        fetch: () => {
          calls++;
          throw new Error('thrown, not rejected');
        },
      },
    );
    const result = outcome(queue.load({ url: url('a'), priority }).done);
    const active: number[] = [];
    queue.events.on('change', () => active.push(queue.stats.active));
    await clock.run();
    expect(result).toMatchObject({ state: 'rejected', times: 1 });
    expect(calls).toBeGreaterThan(1);
    expect(Math.min(...active)).toBe(0);
    expect(queue.stats.active).toBe(0);
  });

  it('the same item twice is one download, before, while and after it runs', async () => {
    const { clock, queue, network } = setup({ [url('a')]: contentOf('a', 50_000) });
    const load = () => outcome(queue.load({ url: url('a'), bytes: 50_000, priority }).done);
    const results = [load(), load()];
    await clock.run(() => queue.stats.received > 0);
    results.push(load());
    await clock.run();
    expect(network.requests).toHaveLength(1);
    results.push(load());
    await clock.run();
    expect(results.map(r => r.state)).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
    expect(network.requests).toHaveLength(2);
  });

  it('the documented order is the real one: class 0 first, then the higher utility per byte', () => {
    const list = new WaitingList<{ priority: { class: number; utility: number }; cost: number; since: number; name: string }>();
    const add = (name: string, c: number, utility: number, cost: number) =>
      list.add({ name, priority: { class: c, utility }, cost, since: 0 });
    add('last', 3, 100, 1);
    add('third', 1, 1, 10);
    add('second', 1, 1, 5);
    add('first', 0, 0, 1000);
    expect(list.ranked(0).map(r => r.entry.name)).toEqual(['first', 'second', 'third', 'last']);
  });

  it('an abort while waiting settles', async () => {
    const { clock, queue, network } = setup({}, { protocol: 'http/1.1', fault: () => ({ hangAfter: 0 }) });
    for (let i = 0; i < 6; i++) queue.load({ url: url(`hog${i}`), priority }).done.catch(() => {});
    const abort = new AbortController();
    const result = outcome(queue.load({ url: url('waits'), priority, signal: abort.signal }).done);
    await clock.run(() => network.requests.length === 6);
    abort.abort('gone');
    await clock.run(() => true);
    expect(result).toMatchObject({ state: 'rejected', reason: 'gone' });
    queue.dispose();
  });

  it('an abort in flight rejects; it never resolves with the bytes so far', async () => {
    const { clock, queue } = setup({ [url('a')]: contentOf('a', 500_000) });
    const abort = new AbortController();
    const result = outcome(queue.load({ url: url('a'), priority, signal: abort.signal }).done);
    await clock.run(() => queue.stats.received > 100_000);
    abort.abort();
    await clock.run();
    expect(result.state).toBe('rejected');
    expect(result.reason).toMatchObject({ name: 'AbortError' });
  });

  it('a fetch that never settles and ignores its signal does not hold its slot', async () => {
    let calls = 0;
    const deaf: FetchFunction = () => {
      calls++;
      return new Promise(() => {});
    };
    const { clock, queue } = setup({}, { protocol: 'http/1.1' }, { fetch: deaf });
    const abort = new AbortController();
    for (let i = 0; i < 6; i++) queue.load({ url: url(`f${i}`), priority, signal: abort.signal }).done.catch(() => {});
    await clock.run(() => calls === 6, 1);
    abort.abort();
    queue.load({ url: url('next'), priority }).done.catch(() => {});
    await clock.run(() => calls === 7, 1);
    expect(calls).toBe(7);
    // And without an abort the watch on stalls ends it in the end.
    const stuck = outcome(queue.load({ url: url('stuck'), priority }).done);
    await clock.run(() => stuck.state !== 'pending');
    expect(stuck.state).toBe('rejected');
    expect(queue.stats.active).toBe(0);
  });

  it('nothing starves: what has waited for minutes comes before what is more urgent and new', async () => {
    const { clock, queue, network } = setup({}, { bandwidth: 20_000, content: () => new Uint8Array(40_000) });
    const low = outcome(queue.load({ url: url('low'), bytes: 40_000, priority: { class: HIGH, utility: 1 } }).done);
    let n = 0;
    const feed = () => {
      for (let i = 0; i < 3; i++) queue.load({ url: url(`c${n++}`), bytes: 40_000, priority }).done.catch(() => {});
      if (low.state === 'pending' && n < 3000) clock.after(2000, feed);
    };
    // Ten seconds ahead of the first window, so that it never runs dry; then more comes than the network can bring.
    for (let i = 0; i < 15; i++) queue.load({ url: url(`first${i}`), bytes: 40_000, priority }).done.catch(() => {});
    feed();
    await clock.run(() => low.state !== 'pending', 900_000);
    expect(low.state).toBe('resolved');
    const at = network.requests.find(r => r.url === url('low'))?.at ?? 0;
    expect(at).toBeGreaterThan(100_000);
    expect(at).toBeLessThan(300_000);
    queue.dispose();
  });

  it('a URL with a name and a password is refused at once, and the password is not told', async () => {
    const { queue, network } = setup({});
    const secret = 'https://ada:secret@room.example/a.glb';
    const error = await queue.load({ url: secret, priority }).done.catch(e => e);
    expect(error).toMatchObject({ name: 'LoadError', failure: 'permanent' });
    expect(error.message).toContain('//***@room.example/a.glb');
    expect(error.message).not.toContain('secret');
    expect(network.requests).toHaveLength(0);
  });

  it('more than may come is refused as it comes, and not asked for again', async () => {
    const bomb = url('bomb.json');
    const { queue, clock, network } = setup({ [bomb]: new Uint8Array(2e6) });
    const done = queue.load({ url: bomb, maxBytes: 1e5, priority }).done.catch(e => e);
    await clock.run();
    expect((await done).message).toContain(`more than 100000 bytes came: ${bomb}`);
    expect(network.requests).toHaveLength(1);
    expect(queue.stats.active).toBe(0);
  });

  it('a bad URL for bytes that are under way harms nobody but who asked with it', async () => {
    const bytes = contentOf('a', 50_000);
    const { clock, queue } = setup({ [url('a')]: bytes, [url('b')]: bytes });
    const hash = hashNow(bytes);
    const first = outcome(queue.load({ url: url('a'), hash, bytes: 50_000, priority }).done);
    const bad = [
      outcome(queue.load({ url: 'http://[', hash, bytes: 50_000, priority }).done),
      outcome(queue.load({ url: url('a'), mirrors: ['http://['], hash, bytes: 50_000, priority }).done),
    ];
    const other = outcome(queue.load({ url: url('b'), priority }).done);
    await clock.run();
    expect([first.state, other.state]).toEqual(['resolved', 'resolved']);
    for (const { state, reason } of bad) {
      expect(state).toBe('rejected');
      expect(reason).toMatchObject({ name: 'LoadError', url: expect.any(String) });
    }
  });

  it('eviction heeds use: what was read of late stays, however old it is', async () => {
    let today = 1e12;
    const ledger = new CacheLedger(new FakeStorage(), () => today);
    const buckets = new FakeBuckets();
    const cache = new BrowserCache({ buckets, ledger, quota: 2500, base: BASE });
    const put = async (name: string) => {
      today += 7_200_000;
      cache.put(hashNow(contentOf(name, 1000)), contentOf(name, 1000), url(name));
      await cache.flush();
    };
    await put('old, used');
    await put('newer, unused');
    today += 7_200_000;
    await cache.get(hashNow(contentOf('old, used', 1000)));
    await put('newest');
    const has = (name: string) => cache.has(hashNow(contentOf(name, 1000)));
    expect([await has('old, used'), await has('newer, unused'), await has('newest')]).toEqual([true, false, true]);
  });

  it('does not poll: a queue that waits for an answer has one timer a transfer, whatever waits behind it', async () => {
    const { clock, queue } = setup({}, { protocol: 'http/1.1', fault: () => ({ hangAfter: 0 }) });
    let timers = 0;
    const after = clock.after.bind(clock);
    clock.after = (ms, callback) => {
      timers++;
      return after(ms, callback);
    };
    for (let i = 0; i < 1000; i++) queue.load({ url: url(`f${i}`), bytes: 1e6, priority }).done.catch(() => {});
    await clock.run(() => clock.now() >= 1000, 1000);
    // Six transfers, each with its watch for stalls and the simulated network's own timers.
    expect(timers).toBeLessThan(60);
    queue.dispose();
  });
});
