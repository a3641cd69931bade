import { describe, expect, it, vi } from 'vitest';
import { LoadError } from '../../../src/core/errors.ts';
import type { DownloadState } from '../../../src/net/queue/download-state.ts';
import { CRITICAL, CRITICAL_VISIBLE, DOCUMENT, HIGH } from '../../../src/net/queue/priority.ts';
import type { FetchFunction } from '../../../src/net/transfer/transfer.ts';
import { BASE, contentOf, fakeConnectivity, hashNow, outcome, setup } from '../setup.ts';

// Virtual time says how long things take; the real time of a busy machine says nothing.
vi.setConfig({ testTimeout: 60_000 });

const url = (name: string) => new URL(name, BASE).href;
/** Much quicker than toEqual. */
const same = (a: Uint8Array | undefined, b: Uint8Array) => a !== undefined && Buffer.compare(a, b) === 0;
const critical = { class: CRITICAL, utility: 1 };

function files(count: number, length = 20_000): Record<string, Uint8Array> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [url(`f${i}`), contentOf(`f${i}`, length)]));
}

describe('DownloadQueue', () => {
  it('brings the bytes', async () => {
    const all = files(1);
    const { clock, queue } = setup(all);
    const result = outcome(queue.load({ url: url('f0'), bytes: 20_000, priority: critical }).done);
    await clock.run();
    expect(same(result.value, all[url('f0')])).toBe(true);
    expect(queue.stats).toMatchObject({ waiting: 0, active: 0, retrying: 0, inflightBytes: 0, received: 20_000, wasted: 0 });
  });

  it('brings bytes of unknown length', async () => {
    const { clock, queue } = setup(files(1, 100_001));
    const result = outcome(queue.load({ url: url('f0'), priority: critical }).done);
    await clock.run();
    expect(result.value).toHaveLength(100_001);
  });

  it('does not wait for the end of the stream where all bytes are there and a hash tells that they are right', async () => {
    const bytes = contentOf('f0', 20_000);
    const endless: FetchFunction = async () => {
      const chunks = [bytes];
      const read = () => {
        const value = chunks.pop();
        return value ? Promise.resolve({ done: false, value }) : new Promise<never>(() => {});
      };
      return { ok: true, status: 200, headers: new Headers(), body: { getReader: () => ({ read, cancel: async () => {} }) } };
    };
    const { clock, queue } = setup({}, {}, { fetch: endless });
    const request = { url: url('f0'), bytes: 20_000, priority: critical };
    const checked = outcome(queue.load({ ...request, hash: hashNow(bytes) }).done);
    const unchecked = outcome(queue.load(request).done);
    await clock.run(() => checked.state !== 'pending', 1000);
    expect(same(checked.value ?? new Uint8Array(), bytes)).toBe(true);
    expect(unchecked.state).toBe('pending');
    queue.dispose();
  });

  it('starts by class, then by utility per byte', async () => {
    const { clock, queue, network } = setup(files(8), { protocol: 'http/1.1' });
    // Six to fill the connections, then those that must wait.
    for (let i = 0; i < 6; i++) queue.load({ url: url(`f${i}`), bytes: 20_000, priority: { class: DOCUMENT, utility: 1 } });
    // Each large enough to keep the path full, so that nothing but the order counts.
    const rest: [string, number, number, number][] = [
      ['high', HIGH, 1e6, 2_000_000],
      ['dear', CRITICAL, 2, 2_000_000],
      ['cheap', CRITICAL, 1.9, 1_000_000],
      ['seen', CRITICAL_VISIBLE, 0.1, 2_000_000],
    ];
    for (const [name, c, utility, bytes] of rest)
      queue.load({ url: url(name), bytes, priority: { class: c, utility } }).done.catch(() => {});
    await clock.run();
    expect(network.requests.slice(6).map(r => r.url)).toEqual(['seen', 'cheap', 'dear', 'high'].map(url));
    expect(network.peak).toBe(6);
  });

  it('rescores in place', async () => {
    const { clock, queue, network } = setup(files(9), { protocol: 'http/1.1' });
    const loads = Array.from({ length: 9 }, (_, i) =>
      queue.load({ url: url(`f${i}`), bytes: 20_000, priority: { class: CRITICAL, utility: 9 - i } }),
    );
    loads[8].setPriority({ class: CRITICAL, utility: 100 });
    await clock.run();
    loads[8].setPriority({ class: DOCUMENT, utility: 1 });
    expect(network.requests[0].url).toBe(url('f8'));
    expect(network.requests).toHaveLength(9);
  });

  it('keeps about a window of bytes in flight once it knows the path', async () => {
    const { clock, queue } = setup(files(200, 50_000));
    for (const name of Object.keys(files(200))) queue.load({ url: name, bytes: 50_000, priority: critical });
    // The first window, which is a guess, has come by then.
    await clock.run(() => queue.stats.received > 6_000_000);
    const { window, inflightBytes, bandwidth, roundTripMs } = queue.stats;
    expect(bandwidth).toBeGreaterThan(0.9e6);
    expect(bandwidth).toBeLessThan(1.1e6);
    // The first answer took the set-up of the connection as well.
    expect(roundTripMs).toBeGreaterThanOrEqual(100);
    expect(inflightBytes).toBeLessThanOrEqual(window + 50_000);
    expect(inflightBytes).toBeGreaterThan(window / 2);
  });

  it('lets a late urgent request overtake a full window', async () => {
    const all = files(100, 200_000);
    const { clock, queue, network } = setup({ ...all, [url('late')]: contentOf('late', 10_000) });
    for (const name of Object.keys(all)) queue.load({ url: name, bytes: 200_000, priority: { class: HIGH, utility: 1 } });
    await clock.run(() => queue.stats.received > 1_000_000);
    const now = clock.now();
    queue.load({ url: url('late'), bytes: 10_000, priority: { class: CRITICAL_VISIBLE, utility: 1 } });
    await clock.run();
    const late = network.requests.find(r => r.url === url('late'));
    expect(late?.at).toBe(now);
    expect(late?.firstByteAt).toBeLessThan(now + 100 + 8 * 10);
  });

  it('preempts a low transfer where all slots are taken and much is left of it, and resumes it by Range', async () => {
    // A slow network: what went out before that was known is far more than the window that it deserves.
    const all = files(10, 80_000);
    const late10 = { [url('late')]: contentOf('late', 10_000) };
    const { clock, queue, network } = setup({ ...all, ...late10 }, { protocol: 'http/1.1', bandwidth: 50_000 });
    const lows = Object.entries(all).map(([name, bytes]) =>
      outcome(queue.load({ url: name, bytes: bytes.length, hash: hashNow(bytes), priority: { class: HIGH, utility: 1 } }).done),
    );
    await clock.run(() => queue.stats.received > 60_000);
    const now = clock.now();
    queue.load({ url: url('late'), bytes: 10_000, priority: { class: CRITICAL_VISIBLE, utility: 1 } });
    await clock.run();
    const late = network.requests.find(r => r.url === url('late'));
    expect(late?.at).toBe(now);
    expect(lows.every(l => l.state === 'resolved')).toBe(true);
    expect(queue.stats).toMatchObject({ preempted: 1, wasted: 0 });
    expect(network.sent).toBeLessThan(810_000 * 1.02);
  });

  it('rejects with the reason at once when aborted, waiting or running, and asks for no more', async () => {
    const all = files(30);
    const { clock, queue, network } = setup(all, { protocol: 'http/1.1' });
    const aborts = Object.keys(all).map(() => new AbortController());
    const results = Object.keys(all).map((name, i) =>
      outcome(queue.load({ url: name, bytes: 20_000, priority: critical, signal: aborts[i].signal }).done),
    );
    await clock.run(() => queue.stats.received > 0);
    const asked = network.requests.length;
    for (const abort of aborts) abort.abort('left the room');
    await clock.run(() => true);
    expect(results.filter(r => r.state === 'rejected' && r.reason === 'left the room').length).toBe(30);
    await clock.run();
    expect(network.requests).toHaveLength(asked);
    expect(queue.stats).toMatchObject({ waiting: 0, active: 0, retrying: 0, inflightBytes: 0 });
  });

  it('asks nothing for a signal that is aborted already', async () => {
    const { clock, queue, network } = setup(files(1));
    const result = outcome(queue.load({ url: url('f0'), priority: critical, signal: AbortSignal.abort('no') }).done);
    await clock.run();
    expect(result).toMatchObject({ state: 'rejected', reason: 'no' });
    expect(network.requests).toHaveLength(0);
  });

  it('shares one download between all who want the same content, by whatever URL; one who leaves does not take it from the others', async () => {
    const bytes = contentOf('x', 30_000);
    const { clock, queue, network } = setup({ [url('a')]: bytes, [url('b')]: bytes });
    const hash = hashNow(bytes);
    const abort = new AbortController();
    const first = outcome(queue.load({ url: url('a'), hash, bytes: 30_000, priority: critical, signal: abort.signal }).done);
    const second = outcome(queue.load({ url: url('b'), hash, bytes: 30_000, priority: critical }).done);
    const third = outcome(queue.load({ url: url('a'), hash, bytes: 30_000, priority: critical }).done);
    await clock.run(() => queue.stats.received > 0);
    abort.abort('gone');
    await clock.run();
    expect(first).toMatchObject({ state: 'rejected', reason: 'gone', times: 1 });
    expect(same(second.value, bytes)).toBe(true);
    expect(same(third.value, bytes)).toBe(true);
    // Each has its own: one may be transferred to a worker.
    expect(second.value?.buffer).not.toBe(third.value?.buffer);
    expect(network.requests).toHaveLength(1);
    expect(queue.stats.shared).toBe(2);
  });

  it('starts afresh when asked again after the last one left', async () => {
    const { clock, queue } = setup(files(1));
    const abort = new AbortController();
    const first = outcome(queue.load({ url: url('f0'), priority: critical, signal: abort.signal }).done);
    await clock.run(() => queue.stats.received > 0);
    abort.abort();
    const second = outcome(queue.load({ url: url('f0'), priority: critical }).done);
    await clock.run();
    expect(first.state).toBe('rejected');
    expect(second.value).toHaveLength(20_000);
  });

  it('fails what is not there at once, and brings the rest', async () => {
    const { clock, queue, network } = setup(files(2));
    const bad = outcome(queue.load({ url: url('none'), priority: critical }).done);
    const good = outcome(queue.load({ url: url('f1'), priority: critical }).done);
    await clock.run();
    expect(bad.reason).toBeInstanceOf(LoadError);
    expect(bad.reason).toMatchObject({ status: 404, failure: 'permanent', url: url('none') });
    expect(good.state).toBe('resolved');
    expect(network.requests).toHaveLength(2);
  });

  it('rejects what is no URL, no length', async () => {
    const { clock, queue } = setup({});
    const bad = outcome(queue.load({ url: 'http://[', priority: critical }).done);
    const long = outcome(queue.load({ url: url('x'), bytes: 1e12, priority: critical }).done);
    await clock.run();
    expect(bad.reason).toBeInstanceOf(LoadError);
    expect(String(long.reason)).toContain('1000000000000');
    expect(queue.stats.waiting).toBe(0);
  });

  it('tries again with growing delays, and gives up in the end', async () => {
    const { clock, queue, network } = setup(files(2), {
      fault: (u, n) => (u === url('f0') || n < 3 ? { status: 503 } : undefined),
    });
    const bad = outcome(queue.load({ url: url('f0'), priority: critical }).done);
    const good = outcome(queue.load({ url: url('f1'), priority: critical }).done);
    await clock.run();
    expect(bad.reason).toMatchObject({ status: 503 });
    expect(good.state).toBe('resolved');
    const times = network.requests.filter(r => r.url === url('f0')).map(r => r.at);
    expect(times).toHaveLength(6);
    const gaps = times.slice(1).map((t, i) => t - times[i]);
    expect(gaps.at(-1)).toBeGreaterThan(gaps[0] * 4);
  });

  it('waits as long as the server asks', async () => {
    const { clock, queue, network } = setup(files(1), {
      fault: (_, n) => (n === 0 ? { status: 429, retryAfter: 7 } : undefined),
    });
    queue.load({ url: url('f0'), priority: critical });
    await clock.run();
    expect(network.requests[1].at - network.requests[0].at).toBeGreaterThanOrEqual(7000);
  });

  it('asks once more after a minute where the server asks for longer, then gives up and quotes the header and the URL', async () => {
    const { clock, queue, network } = setup(files(1), { fault: () => ({ status: 503, retryAfter: 99_999 }) });
    const result = outcome(queue.load({ url: url('f0'), priority: critical }).done);
    await clock.run();
    const [first, second, ...more] = network.requests.map(r => r.at);
    expect(second - first).toBeGreaterThanOrEqual(60_000);
    expect(second - first).toBeLessThan(61_000);
    expect(more).toEqual([]);
    expect(String(result.reason)).toContain(`(Retry-After: 99999): ${url('f0')} (HTTP 503)`);
  });

  it('asks once more after a minute also where other failures came before', async () => {
    const faults = [{ status: 500 }, { status: 503, retryAfter: 99_999 }];
    const { clock, queue, network } = setup(files(1), { fault: (_, n) => faults[n] });
    const result = outcome(queue.load({ url: url('f0'), priority: critical }).done);
    await clock.run();
    expect(result.state).toBe('resolved');
    expect(network.requests).toHaveLength(3);
    expect(network.requests[2].at - network.requests[1].at).toBeGreaterThanOrEqual(60_000);
  });

  it('takes another mirror at once where a server asks for longer than a minute', async () => {
    const { clock, queue } = setup(
      { [url('f0')]: contentOf('f0', 1000), 'https://cdn.example/f0': contentOf('f0', 1000) },
      { fault: to => (to === url('f0') ? { status: 503, retryAfter: 99_999 } : undefined) },
    );
    const result = outcome(queue.load({ url: url('f0'), mirrors: ['https://cdn.example/f0'], priority: critical }).done);
    await clock.run();
    expect(result.value).toHaveLength(1000);
    expect(clock.now()).toBeLessThan(2000);
  });

  it('goes on by Range where a transfer was cut', async () => {
    const all = files(1, 400_000);
    const bytes = all[url('f0')];
    const { clock, queue, network } = setup(all, { fault: (_, n) => (n < 3 ? { cutAfter: 100_000 } : undefined) });
    const result = outcome(queue.load({ url: url('f0'), bytes: 400_000, hash: hashNow(bytes), priority: critical }).done);
    await clock.run();
    expect(same(result.value, bytes)).toBe(true);
    expect(network.requests.map(r => r.range)).toEqual([0, 100_000, 200_000, 300_000]);
    expect(queue.stats.wasted).toBe(0);
  });

  it('asks for nothing more where the connection breaks behind the last byte', async () => {
    const all = files(1, 50_000);
    const { clock, queue, network } = setup(all, { fault: () => ({ cutAfter: 50_000 }) });
    const result = outcome(queue.load({ url: url('f0'), bytes: 50_000, priority: critical }).done);
    await clock.run();
    expect(same(result.value, all[url('f0')])).toBe(true);
    expect(network.requests).toHaveLength(1);
  });

  it('starts over where the server knows no Range, or nothing tells that the rest fits', async () => {
    for (const hash of [true, false]) {
      const all = files(1, 200_000);
      const { clock, queue } = setup(all, { ranges: !hash, fault: (_, n) => (n === 0 ? { cutAfter: 100_000 } : undefined) });
      const result = outcome(
        queue.load({ url: url('f0'), bytes: 200_000, hash: hash ? hashNow(all[url('f0')]) : undefined, priority: critical }).done,
      );
      await clock.run();
      expect(same(result.value, all[url('f0')])).toBe(true);
      expect(queue.stats.wasted).toBe(100_000);
    }
  });

  it('goes on by Range under a strong ETag', async () => {
    const all = files(1, 200_000);
    const { clock, queue, network } = setup(all, {
      etag: '"v1"',
      fault: (_, n) => (n === 0 ? { cutAfter: 100_000 } : undefined),
    });
    const result = outcome(queue.load({ url: url('f0'), bytes: 200_000, priority: critical }).done);
    await clock.run();
    expect(same(result.value, all[url('f0')])).toBe(true);
    expect(network.requests[1].headers).toMatchObject({ Range: 'bytes=100000-', 'If-Range': '"v1"' });
  });

  it('does not use wrong bytes: asks once more past all caches, then fails', async () => {
    const all = files(2);
    const { clock, queue, network } = setup(all, {
      fault: (u, n) => (u === url('f0') || n === 0 ? { garble: true } : undefined),
    });
    const hash = (name: string) => hashNow(all[url(name)]);
    const bad = outcome(queue.load({ url: url('f0'), hash: hash('f0'), priority: critical }).done);
    const good = outcome(queue.load({ url: url('f1'), hash: hash('f1'), priority: critical }).done);
    await clock.run();
    expect(String(bad.reason)).toContain('content hash');
    expect(same(good.value, all[url('f1')])).toBe(true);
    const again = network.requests.filter(r => r.url === url('f0'));
    expect(again.map(r => r.init.cache)).toEqual([undefined, 'reload']);
  });

  it('has the server asked whether an HTTP cache is right, and shares no download with requests that do not', async () => {
    const all = files(1);
    const { clock, queue, network } = setup(all);
    const request = { url: url('f0'), priority: critical };
    const answers = [true, false, true].map(revalidate => outcome(queue.load({ ...request, revalidate }).done));
    await clock.run();
    expect(answers.every(({ value }) => same(value, all[url('f0')]))).toBe(true);
    expect(network.requests.map(r => r.init.cache)).toEqual(['no-cache', undefined]);
  });

  it('does not use bytes of the wrong length', async () => {
    const all = files(3, 20_000);
    const { clock, queue, network } = setup(all, { fault: u => (u === url('f0') ? { endAfter: 5_000 } : undefined) });
    const short = outcome(queue.load({ url: url('f0'), bytes: 20_000, priority: critical }).done);
    const long = outcome(queue.load({ url: url('f1'), bytes: 10_000, priority: critical }).done);
    const lying = outcome(queue.load({ url: url('f2'), bytes: 30_000, hash: hashNow(all[url('f2')]), priority: critical }).done);
    await clock.run();
    for (const { reason } of [short, long, lying]) expect(reason).toBeInstanceOf(LoadError);
    expect(network.requests.length).toBeLessThan(12);
  });

  it('lets a slow transfer that moves go on for ever, and ends one that does not', async () => {
    const all = files(2, 300_000);
    const { clock, queue, network } = setup(all, {
      bandwidth: 2000,
      fault: (u, n) => (u === url('f1') && n === 0 ? { hangAfter: 8192 } : undefined),
    });
    const slow = outcome(queue.load({ url: url('f0'), bytes: 300_000, priority: critical }).done);
    await clock.run();
    expect(slow.state).toBe('resolved');
    expect(clock.now()).toBeGreaterThan(150_000);
    const stuck = outcome(queue.load({ url: url('f1'), bytes: 300_000, hash: hashNow(all[url('f1')]), priority: critical }).done);
    await clock.run();
    expect(stuck.state).toBe('resolved');
    expect(network.requests.map(r => r.range)).toEqual([0, 0, 8192]);
  });

  it('waits for what the server still sends of answers that nobody wants any more', async () => {
    const all = files(24, 150_000);
    let sent = 0;
    let silentUntil = 0;
    // 1 Mbit/s; the server has taken 2.4 MB into its buffers and sends all of it, wanted or not, before anything else.
    const fetch: FetchFunction = async (u, init) => {
      sent++;
      const wait = silentUntil - clock.now();
      if (wait > 0) await new Promise<void>(resolve => clock.after(wait, resolve));
      return network.fetch(u, init);
    };
    const { clock, queue, network } = setup(all, { bandwidth: 125_000 }, { fetch });
    const load = (i: number, signal?: AbortSignal) =>
      outcome(queue.load({ url: url(`f${i}`), bytes: 150_000, priority: critical, ...(signal ? { signal } : {}) }).done);
    const leave = new AbortController();
    for (let i = 0; i < 16; i++) load(i, leave.signal);
    await clock.run(() => queue.stats.received > 100_000);
    silentUntil = clock.now() + 19_000;
    leave.abort();
    const before = sent;
    const wanted = [20, 21, 22, 23].map(i => load(i));
    await clock.run();
    expect(wanted.map(w => w.state)).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
    // Nobody took the silence of 19 s for the end of the server.
    expect(sent - before).toBe(4);
  });

  it('takes a mirror where an origin fails, leaves it for a while, and probes it again', async () => {
    const mirror = (name: string) => `https://mirror.example/${name}`;
    const all = files(40);
    for (const [name, bytes] of Object.entries({ ...all })) all[mirror(new URL(name).pathname.split('/').pop() ?? '')] = bytes;
    let broken = true;
    const { clock, queue, network } = setup(all, {
      fault: u => (broken && u.startsWith('https://room') ? { refuse: true } : undefined),
    });
    const load = (i: number) =>
      outcome(
        queue.load({
          url: url(`f${i}`),
          mirrors: [mirror(`f${i}`)],
          bytes: 20_000,
          hash: hashNow(all[url(`f${i}`)]),
          priority: critical,
        }).done,
      );
    const first = load(0);
    await clock.run();
    expect(first.state).toBe('resolved');
    const rest = Array.from({ length: 10 }, (_, i) => load(i + 1));
    await clock.run();
    expect(rest.every(r => r.state === 'resolved')).toBe(true);
    expect(network.requests.filter(r => r.url.startsWith('https://room'))).toHaveLength(1);
    broken = false;
    await clock.run(() => false, 60_000);
    clock.after(60_000, () => {});
    await clock.run();
    const later = Array.from({ length: 10 }, (_, i) => load(i + 20));
    await clock.run();
    expect(later.every(r => r.state === 'resolved')).toBe(true);
    expect(network.requests.filter(r => r.url.startsWith('https://room')).length).toBeGreaterThan(1);
  });

  it('gives up sooner on an origin that has never answered while another does; not where nothing answers', async () => {
    const took = async (known: boolean) => {
      const { clock, queue, network } = setup(files(1), {
        fault: u => (u.startsWith('https://dead') ? { refuse: true } : undefined),
      });
      if (known) queue.load({ url: url('f0'), priority: critical });
      await clock.run();
      const from = clock.now();
      const dead = outcome(queue.load({ url: 'https://dead.example/x', priority: critical }).done);
      await clock.run();
      expect(dead.state).toBe('rejected');
      return [network.requests.filter(r => r.url.startsWith('https://dead')).length, (clock.now() - from) / 1000];
    };
    const [requests, seconds] = await took(true);
    expect(requests).toBe(4);
    expect(seconds).toBeLessThan(3.5);
    expect((await took(false))[0]).toBe(6);
  });

  it('takes a mirror that it is told of while the first place is being asked', async () => {
    const { clock, queue } = setup({ 'https://mirror.example/x': contentOf('x', 10) });
    const load = queue.load({ url: url('x'), priority: critical });
    const result = outcome(load.done);
    await clock.run(() => queue.stats.active === 1);
    expect(() => load.addMirrors(['https://'])).toThrow('not a URL');
    load.addMirrors(['https://mirror.example/x']);
    await clock.run();
    expect(result.value).toHaveLength(10);
    load.addMirrors(['https://mirror.example/y']);
  });

  it('takes the mirror for a resource that one origin lacks', async () => {
    const { clock, queue } = setup({ 'https://mirror.example/x': contentOf('x', 10) });
    const result = outcome(queue.load({ url: url('x'), mirrors: ['https://mirror.example/x'], priority: critical }).done);
    await clock.run();
    expect(result.value).toEqual(contentOf('x', 10));
  });

  it('waits for the network to come back without counting that as failures', async () => {
    const connectivity = fakeConnectivity();
    connectivity.online = false;
    const { clock, queue, network } = setup(
      files(1),
      { fault: () => (connectivity.online ? undefined : { refuse: true }) },
      { connectivity },
    );
    const result = outcome(queue.load({ url: url('f0'), priority: critical }).done);
    await clock.run(() => false, 600_000);
    expect(result.state).toBe('pending');
    const asked = network.requests.length;
    connectivity.comeBack();
    await clock.run(() => result.state !== 'pending', 2_000);
    expect(result.state).toBe('resolved');
    expect(network.requests).toHaveLength(asked + 1);
  });

  it('tells what each resource does', async () => {
    const { clock, queue } = setup(files(1), { fault: (_, n) => (n === 0 ? { status: 500 } : undefined) });
    const seen: DownloadState[] = [];
    queue.events.on('change', state => seen.push(state));
    queue.load({ url: url('f0'), bytes: 20_000, priority: critical });
    queue.load({ url: url('none'), priority: critical }).done.catch(() => {});
    await clock.run();
    expect(seen.filter(s => s.url === url('f0')).map(s => s.state)).toEqual([
      'waiting',
      'network',
      'retrying',
      'waiting',
      'network',
      'done',
    ]);
    expect(seen.filter(s => s.url === url('f0')).at(-1)).toMatchObject({ from: 'network', received: 20_000, attempts: 2 });
    expect(seen.filter(s => s.url === url('none')).at(-1)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('404'),
    });
  });

  it('sends an explicit priority to its own origin only', async () => {
    const other = 'https://other.example/x';
    const { clock, queue, network } = setup({ ...files(1), [other]: contentOf('x', 10) });
    queue.load({ url: url('f0'), priority: { class: HIGH, utility: 1 } });
    queue.load({ url: other, priority: { class: HIGH, utility: 1 } });
    await clock.run();
    expect(network.requests.map(r => r.headers.Priority)).toEqual(['u=5', undefined]);
    expect(network.requests[1].init.priority).toBe('low');
  });

  it('rejects all that waits when disposed, and all that comes later', async () => {
    const { clock, queue } = setup(files(20), { protocol: 'http/1.1' });
    const results = Object.keys(files(20)).map(name => outcome(queue.load({ url: name, priority: critical }).done));
    await clock.run(() => queue.stats.received > 0);
    queue.dispose();
    queue.dispose();
    results.push(outcome(queue.load({ url: url('f0'), priority: critical }).done));
    await clock.run();
    expect(results.every(r => r.state === 'rejected' && r.times === 1)).toBe(true);
    expect(queue.stats).toMatchObject({ waiting: 0, active: 0, retrying: 0 });
  });
});
