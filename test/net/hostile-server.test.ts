import { describe, expect, it, vi } from 'vitest';
import { LoadError } from '../../src/core/errors.ts';
import { PartialBody } from '../../src/net/partial-body.ts';
import { CRITICAL, CRITICAL_VISIBLE, HIGH } from '../../src/net/priority.ts';
import { type Answer, type Asked, scriptedFetch } from './scripted-fetch.ts';
import { BASE, contentOf, fakeConnectivity, hashNow, outcome, setup } from './setup.ts';

// Virtual time says how long things take; the real time of a busy machine says nothing.
vi.setConfig({ testTimeout: 60_000 });

const url = (name: string) => new URL(name, BASE).href;
const CDN = 'https://cdn.example/';
const critical = { class: CRITICAL, utility: 1 };
const refused = new TypeError('Failed to fetch');

function scripted(answer: (asked: Asked, n: number) => Answer | TypeError) {
  const { fetch, asked } = scriptedFetch(answer);
  return { ...setup({}, {}, { fetch }), asked };
}

/** As a server that knows Range answers. */
function ranged(bytes: Uint8Array, { headers }: Asked): Answer {
  const from = Number(/^bytes=(\d+)-/.exec(headers.Range ?? '')?.[1] ?? 0);
  if (from === 0) return { body: bytes };
  const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  return { status: 206, headers: range, body: bytes.subarray(from) };
}

describe('what servers do', () => {
  const bytes = contentOf('a', 10_000);
  const hash = hashNow(bytes);
  const request = { url: url('a'), bytes: 10_000, hash, priority: critical };

  it('more than the document tells: what is right is used, the rest is refused, so that it holds no connection', async () => {
    let reads = 0;
    const endless = setup(
      {},
      {},
      {
        fetch: async () => ({
          ...{ ok: true, status: 200, headers: new Headers() },
          body: {
            getReader: () => ({
              read: async () => ({ done: false, value: reads++ === 0 ? bytes : new Uint8Array(1000) }),
              cancel: async () => {
                reads = Number.NaN;
              },
            }),
          },
        }),
      },
    );
    const whole = outcome(endless.queue.load(request).done);
    await endless.clock.run();
    expect(whole.value).toEqual(bytes);
    expect(reads).toBeNaN();
  });

  it('more than the document tells in one piece: all of it is waste', async () => {
    const { clock, queue } = scripted(() => ({ body: contentOf('a', 12_000) }));
    const done = outcome(queue.load({ ...request, hash: undefined }).done);
    await clock.run();
    expect(String(done.reason)).toContain('more than the expected 10000 bytes came');
    expect(queue.stats.wasted).toBe(queue.stats.received);
  });

  it.each([
    ['no body', { body: null }],
    ['an empty body', {}],
  ])('%s: no bytes, where none are expected, and an error where some are', async (_, answer) => {
    const { clock, queue } = scripted(() => answer);
    const none = outcome(queue.load({ ...request, url: url('none'), hash: undefined, bytes: 0 }).done);
    const some = outcome(queue.load(request).done);
    await clock.run();
    expect(none.value).toHaveLength(0);
    expect(some.reason).toBeInstanceOf(LoadError);
    expect(queue.stats).toMatchObject({ active: 0, waiting: 0, retrying: 0 });
  });

  it('a part where all was asked for is no document', async () => {
    const { clock, queue } = scripted((_, n) => (n === 0 ? { status: 206, body: bytes.subarray(0, 100) } : { body: bytes }));
    const done = outcome(queue.load({ url: url('a'), priority: critical }).done);
    await clock.run();
    expect(done.value).toHaveLength(10_000);
  });

  it('another part than was asked for: it starts over', async () => {
    const { clock, queue, asked } = scripted((_, n) =>
      n === 0
        ? { body: bytes.subarray(0, 4000), ending: 'break' }
        : n === 1
          ? { status: 206, headers: { 'content-range': 'bytes 0-9999/10000' }, body: bytes }
          : { body: bytes },
    );
    const done = outcome(queue.load(request).done);
    await clock.run();
    expect(done.value).toEqual(bytes);
    expect(asked.map(a => a.headers.Range)).toEqual([undefined, 'bytes=4000-', undefined]);
    expect(queue.stats.wasted).toBe(4000);
  });

  it('a file that changes under way: none of the old one in the new', async () => {
    const changed = contentOf('changed', 10_000);
    const { clock, queue } = scripted((_, n) =>
      n === 0
        ? { headers: { etag: '"1"' }, body: bytes.subarray(0, 4000), ending: 'break' }
        : { headers: { etag: '"2"' }, body: changed },
    );
    const done = outcome(queue.load({ ...request, hash: undefined }).done);
    await clock.run();
    expect(done.value).toEqual(changed);
  });

  it('a mirror with the same ETag has not the same bytes for that', async () => {
    const other = contentOf('other', 10_000);
    const { clock, queue } = scripted(asked =>
      asked.url.startsWith(CDN)
        ? { ...ranged(other, asked) }
        : { headers: { etag: '"1"' }, body: bytes.subarray(0, 4000), ending: 'break' },
    );
    const done = outcome(queue.load({ ...request, hash: undefined, mirrors: [`${CDN}a`] }).done);
    await clock.run();
    expect(done.value).toEqual(other);
  });

  it('a server that knows no Range: nothing of it is ended for something more urgent again', async () => {
    const all = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [url(`f${i}`), contentOf(`f${i}`, 80_000)]));
    const urgent = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [url(`late${i}`), contentOf(`late${i}`, 10_000)]));
    const { clock, queue } = setup(
      { ...all, ...urgent },
      {
        protocol: 'http/1.1',
        bandwidth: 50_000,
        ranges: false,
        fault: (u, n) => (u === url('f0') && n === 0 ? { cutAfter: 8000 } : undefined),
      },
    );
    const lows = Object.entries(all).map(([name, content]) =>
      outcome(queue.load({ url: name, bytes: 80_000, hash: hashNow(content), priority: { class: HIGH, utility: 1 } }).done),
    );
    await clock.run(() => queue.stats.wasted > 0);
    for (const name of Object.keys(urgent)) {
      queue.load({ url: name, bytes: 10_000, priority: { class: CRITICAL_VISIBLE, utility: 1 } });
      await clock.run(() => false, 1000);
    }
    await clock.run();
    expect(lows.every(l => l.state === 'resolved')).toBe(true);
    // What was cut of f0; and nothing that had come of any other.
    expect(queue.stats.wasted).toBe(8000);
  });

  it('an origin that sends us on to one that refuses our headers is asked without them', async () => {
    const { clock, queue, asked } = scripted(request => (request.headers.Priority ? refused : { body: bytes, url: `${CDN}a` }));
    const first = outcome(queue.load(request).done);
    await clock.run();
    expect(first.value).toEqual(bytes);
    expect(asked).toHaveLength(2);
    const second = outcome(queue.load({ ...request, url: url('b'), hash: undefined }).done);
    await clock.run();
    expect(second.value).toEqual(bytes);
    expect(asked).toHaveLength(3);
  });

  it('another origin that refuses to be asked for a part is asked for all', async () => {
    const { clock, queue, asked } = scripted(({ headers }, n) =>
      n === 0 ? { body: bytes.subarray(0, 4000), ending: 'break' } : headers.Range ? refused : { body: bytes },
    );
    const done = outcome(queue.load({ ...request, url: `${CDN}a` }).done);
    await clock.run();
    expect(done.value).toEqual(bytes);
    expect(asked.map(a => a.headers.Range)).toEqual([undefined, 'bytes=4000-', undefined]);
  });

  it('keeps what it has while nobody answers', async () => {
    const { clock, queue, asked } = scripted((request, n) =>
      n === 0 ? { body: bytes.subarray(0, 4000), ending: 'break' } : n < 3 ? refused : ranged(bytes, request),
    );
    const done = outcome(queue.load(request).done);
    await clock.run();
    expect(done.value).toEqual(bytes);
    expect(asked.at(-1)?.headers.Range).toBe('bytes=4000-');
    expect(queue.stats.wasted).toBe(0);
  });

  it('many small cuts: it gets there as long as each brings something', async () => {
    const { clock, queue } = scripted(request => {
      const { body, ...answer } = ranged(bytes, request);
      return { ...answer, body: body?.subarray(0, 100) ?? null, ending: 'break' };
    });
    const done = outcome(queue.load(request).done);
    await clock.run();
    expect(done.value).toEqual(bytes);
    expect(queue.stats.requests).toBe(100);
  });

  it('the same, of a server that knows no Range, ends', async () => {
    const { clock, queue } = scripted(() => ({ body: bytes.subarray(0, 100), ending: 'break' }));
    const done = outcome(queue.load({ ...request, hash: undefined }).done);
    await clock.run();
    expect(done.state).toBe('rejected');
    expect(queue.stats.requests).toBe(40);
  });
});

describe('mirrors', () => {
  const bytes = contentOf('x', 100);
  const request = { url: url('x'), bytes: 100, hash: hashNow(bytes), priority: critical };

  it('one file that fails at an origin that works otherwise comes from the mirror', async () => {
    const { clock, queue, asked } = scripted(({ url: place }) =>
      place === url('x') ? { status: 503 } : { body: place.startsWith(CDN) ? bytes : contentOf('other', 10) },
    );
    const other = (n: number) => queue.load({ url: url(`other${n}`), bytes: 10, priority: critical }).done;
    // The origin fails once, and works again.
    const first = outcome(queue.load({ ...request, mirrors: [`${CDN}x`] }).done);
    await clock.run();
    await other(1);
    const second = outcome(queue.load({ ...request, mirrors: [`${CDN}x`] }).done);
    await clock.run();
    expect([first.state, second.state]).toEqual(['resolved', 'resolved']);
    expect(asked.filter(a => a.url === url('x'))).toHaveLength(2);
  });

  it('of the same origin are asked too', async () => {
    const { clock, queue, asked } = scripted(({ url: place }) => (place === url('x') ? { status: 503 } : { body: bytes }));
    const done = outcome(queue.load({ ...request, mirrors: [url('backup/x')] }).done);
    await clock.run();
    expect(done.value).toEqual(bytes);
    expect(asked).toHaveLength(2);
  });
});

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

describe('PartialBody', () => {
  it('takes no more memory than twice what has come, whatever a document promises', () => {
    const body = new PartialBody(url('a'), 500 * 2 ** 20);
    const before = process.memoryUsage().arrayBuffers;
    body.append(new Uint8Array(1000));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 2 ** 20);
  });

  it.each([1, 2 ** 20, 3 * 2 ** 20 + 7])('gives %d bytes as they came', length => {
    const bytes = contentOf('a', length);
    const body = new PartialBody(url('a'), length);
    for (let at = 0; at < length; at += 70_000) body.append(bytes.subarray(at, at + 70_000));
    const taken = body.take();
    expect(Buffer.compare(taken, bytes)).toBe(0);
    expect(taken.buffer.byteLength).toBe(length);
  });

  it('holds to the most that may come where the most is no number', () => {
    expect(new PartialBody(url('a'), undefined, Number.NaN).length).toBe(0);
    expect(() => new PartialBody(url('a'), 2 ** 53)).toThrow(LoadError);
    expect(() => new PartialBody(url('a'), Number.NaN)).toThrow(LoadError);
  });
});
