import { describe, expect, it, vi } from 'vitest';
import { BrowserCache } from '../../../src/net/cache/browser-cache.ts';
import { KEY } from '../../../src/net/cache/cache-buckets.ts';
import { CacheLedger } from '../../../src/net/cache/cache-ledger.ts';
import { HIGH } from '../../../src/net/queue/priority.ts';
import { FakeBuckets, FakeStorage } from '../fake-storage.ts';
import { BASE, contentOf, hashNow, outcome, setup } from '../setup.ts';

// Virtual time says how long things take; the real time of a busy machine says nothing.
vi.setConfig({ testTimeout: 60_000 });

const url = new URL('floor.ktx2', BASE).href;
const file = contentOf('file', 1000);
const hash = hashNow(file);
const made = contentOf('made', 3000);
const form = 's3tc2048';
const key = `${hash}.${form}`;

/** The storages of a device. */
class Device {
  readonly storage = new FakeStorage();
  readonly buckets = new FakeBuckets();

  /** One visit of one tab. */
  visit({ quota = 1e9, today = 1e12, hasBuckets = true } = {}) {
    const fetch = () => Promise.reject(new TypeError('no network'));
    const ledger = new CacheLedger(this.storage, () => today);
    const cache = new BrowserCache({ ledger, buckets: hasBuckets ? this.buckets : undefined, quota, base: BASE, fetch });
    const { queue, clock, network } = setup({ [url]: file }, {}, { cache });
    return {
      cache,
      queue,
      clock,
      requests: network.requests,
      /** Loads the file, or its form. @returns the bytes and what they are. */
      load: async (wanted: string | undefined = form) => {
        const download = queue.load({ url, hash, bytes: file.length, form: wanted, priority: { class: HIGH, utility: 1 } });
        const result = outcome(download.done);
        await clock.run();
        return { bytes: result.value, form: download.form };
      },
      keep: async () => {
        await queue.keep({ hash, form, url }, made.slice());
        await cache.flush();
      },
    };
  }

  /** Names of what is stored. */
  get names(): string[] {
    return [...this.buckets.stored.keys()].map(stored => stored.slice(KEY.length));
  }
}

describe('a form that is kept in place of a file', () => {
  it('comes on the next visit, without the network', async () => {
    const device = new Device();
    const first = device.visit();
    expect(await first.load()).toEqual({ bytes: file, form: undefined });
    await first.keep();
    const next = device.visit();
    expect(await next.queue.hasCached(hash, form)).toBe(true);
    expect(await next.load()).toEqual({ bytes: made, form });
    expect(next.requests).toHaveLength(0);
    expect(next.queue.stats).toMatchObject({ cacheHits: 1 });
  });

  it('takes the place of the file, written or not', async () => {
    for (const isWritten of [true, false]) {
      const device = new Device();
      const first = device.visit();
      await first.load();
      if (isWritten) await first.cache.flush();
      await first.keep();
      expect(device.names).toEqual([key]);
      expect(device.visit().cache.mayHave(hash)).toBe(false);
    }
  });

  it('is had while it waits to be written', async () => {
    const device = new Device();
    const first = device.visit();
    await first.load();
    const { queue } = first;
    await queue.keep({ hash, form, url }, made.slice());
    expect(await queue.hasCached(hash, form)).toBe(true);
    expect(await first.load()).toEqual({ bytes: made, form });
  });

  it('is not what somebody gets who asks for the file, or for another form', async () => {
    const device = new Device();
    await device.visit().keep();
    const next = device.visit();
    expect(await next.queue.hasCached(hash)).toBe(false);
    expect(await next.queue.hasCached(hash, 's3tc1024')).toBe(false);
    expect(await next.load('s3tc1024')).toEqual({ bytes: file, form: undefined });
    expect(await next.load('')).toEqual({ bytes: file, form: undefined });
  });

  it.each([
    ['has other bytes', (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(7, 100, 101)],
    ['is cut', (bytes: Uint8Array<ArrayBuffer>) => bytes.subarray(0, 2000)],
    ['is nearly empty', () => new Uint8Array(3)],
    ['is empty', () => new Uint8Array(0)],
  ])('that %s is deleted, and the file comes', async (_, damage) => {
    const device = new Device();
    await device.visit().keep();
    const stored = device.buckets.stored.get(KEY + key) as Uint8Array<ArrayBuffer>;
    device.buckets.stored.set(KEY + key, damage(stored));
    const next = device.visit();
    expect(await next.load()).toEqual({ bytes: file, form: undefined });
    expect(next.requests).toHaveLength(1);
    await next.cache.flush();
    expect(device.names).toEqual([hash]);
  });

  it('that is read too late is not what the network gave', async () => {
    const device = new Device();
    await device.visit().keep();
    const stored = device.buckets.stored.get(KEY + key);
    const { queue, clock } = device.visit();
    let answer = (_: Response) => {};
    device.buckets.broken = () =>
      new Promise<never>(resolve => {
        answer = response => resolve(response as never);
      });
    const download = queue.load({ url, hash, bytes: file.length, form, priority: { class: HIGH, utility: 1 } });
    const result = outcome(download.done);
    // The read hangs, and the job goes to the network.
    await clock.run(() => clock.now() > 5000);
    device.buckets.broken = undefined;
    answer(new Response(stored));
    await clock.run();
    expect({ bytes: result.value, form: download.form }).toEqual({ bytes: file, form: undefined });
    expect(queue.stats).toMatchObject({ requests: 1, cacheHits: 0 });
  });

  it('that the browser evicted is a miss', async () => {
    const device = new Device();
    await device.visit().keep();
    device.buckets.stored.clear();
    const next = device.visit();
    expect(await next.queue.hasCached(hash, form)).toBe(false);
    expect(await next.load()).toEqual({ bytes: file, form: undefined });
  });

  it('that finds no room leaves the file, written or not, and all else', async () => {
    for (const isWritten of [true, false]) {
      const device = new Device();
      device.buckets.room = 3500;
      const first = device.visit();
      const other = contentOf('other', 1000);
      first.cache.put(hashNow(other), other, url);
      await first.cache.flush();
      await first.load();
      if (isWritten) await first.cache.flush();
      await first.keep();
      expect(device.names.sort()).toEqual([hash, hashNow(other)].sort());
      expect(await device.visit().load()).toEqual({ bytes: file, form: undefined });
    }
  });

  it('counts against the quota, and goes when it is the least recently used', async () => {
    const device = new Device();
    await device.visit({ today: 1e12 }).keep();
    const { cache } = device.visit({ today: 2e12, quota: 4000 });
    const other = contentOf('other', 2000);
    cache.put(hashNow(other), other, url);
    await cache.flush();
    expect(device.names).toEqual([hashNow(other)]);
  });

  it('is not kept where only the HTTP cache is: that holds what servers sent', async () => {
    const first = new Device().visit({ hasBuckets: false });
    await first.load();
    await first.keep();
    expect([first.cache.mayHave(hash), first.cache.mayHave(key)]).toEqual([true, false]);
  });

  it('is not kept without a cache, without a hash, and where the cache fails: nothing is thrown', async () => {
    const put = vi.fn(() => {
      throw new Error('broken');
    });
    const cache = { mayHave: () => false, has: async () => false, get: async () => undefined, put, delete: async () => {} };
    const of = { hash, form, url };
    await setup({}, {}, { cache }).queue.keep(of, made.slice());
    expect(put).toHaveBeenCalledTimes(1);
    await setup({}, {}, { cache, hash: async () => undefined }).queue.keep(of, made.slice());
    await setup({}).queue.keep(of, made.slice());
    expect(put).toHaveBeenCalledTimes(1);
  });
});
