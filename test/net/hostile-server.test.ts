import { describe, expect, it, vi } from 'vitest';
import { LoadError } from '../../src/core/errors.ts';
import { CRITICAL, CRITICAL_VISIBLE, HIGH } from '../../src/net/queue/priority.ts';
import { type Answer, type Asked, scriptedFetch } from './scripted-fetch.ts';
import { BASE, contentOf, hashNow, outcome, setup } from './setup.ts';

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

  it.each([
    ['shorter', 27],
    ['as long', 10_000],
    ['longer', 12_000],
  ])('a web page in place of the file, %s: it is asked for once more past all caches, a mirror at once', async (_, length) => {
    const page = new TextEncoder().encode('<!doctype html>'.padEnd(length, 'x'));
    const { clock, queue, asked } = scripted(({ url }) => ({ body: url.startsWith(CDN) ? bytes : page }));
    const alone = outcome(queue.load(request).done);
    await clock.run();
    expect(alone.reason).toMatchObject({ status: 200, failure: 'permanent', reason: expect.stringMatching(/^a web page came/) });
    expect(asked.map(({ init }) => init.cache)).toEqual([undefined, 'reload']);
    const mirrored = outcome(queue.load({ ...request, url: url('b'), mirrors: [`${CDN}b`] }).done);
    await clock.run();
    expect(mirrored.value).toEqual(bytes);
    expect(asked).toHaveLength(4);
    // By now the origin is known.
    const other = outcome(queue.load({ ...request, url: url('c') }).done);
    await clock.run();
    expect(other.reason).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(5);
  });

  it('a web page that a cache kept from before the files were there: the files come, each past all caches', async () => {
    const page = new TextEncoder().encode('<!doctype html>');
    const { clock, queue, asked } = scripted(({ init }) => ({ body: init.cache === 'reload' ? bytes : page }));
    for (const name of ['a', 'b']) {
      const file = outcome(queue.load({ ...request, hash: undefined, url: url(name) }).done);
      await clock.run();
      expect(file.value).toEqual(bytes);
    }
    expect(asked).toHaveLength(4);
  });

  it('answers that were requested before the queue asked measure neither bandwidth nor round trip', async () => {
    for (const early of [true, false]) {
      const large = contentOf('large', 400_000);
      // Half of it is there at once, and half 60 ms later.
      const { clock, queue } = setup(
        {},
        {},
        {
          fetch: async () => {
            const chunks = [large.subarray(0, 100_000), large.subarray(100_000, 200_000), large.subarray(200_000)];
            const pause = () => new Promise<void>(resolve => clock.after(chunks.length === 1 ? 60 : 1, resolve));
            const read = async () => {
              await pause();
              return { done: chunks.length === 0, value: chunks.shift() };
            };
            return {
              ok: true,
              status: 200,
              headers: new Headers(),
              early,
              body: { getReader: () => ({ read, cancel: async () => {} }) },
            };
          },
        },
      );
      const done = outcome(queue.load({ url: url('large'), bytes: 400_000, priority: critical }).done);
      await clock.run();
      expect(done.value).toHaveLength(400_000);
      expect(queue.stats.received).toBe(400_000);
      expect(queue.stats.bandwidth === undefined).toBe(early);
    }
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

  it('that cut every answer do not take turns for ever', async () => {
    const { clock, queue, asked } = scripted(() => ({ headers: { etag: '"1"' }, body: bytes.subarray(0, 60) }));
    const done = outcome(queue.load({ ...request, hash: undefined, mirrors: [`${CDN}x`] }).done);
    expect(await clock.run()).toBe(true);
    expect(done.state).toBe('rejected');
    expect(asked.length).toBeLessThan(60);
  });

  it('of the same origin are asked too', async () => {
    const { clock, queue, asked } = scripted(({ url: place }) => (place === url('x') ? { status: 503 } : { body: bytes }));
    const done = outcome(queue.load({ ...request, mirrors: [url('backup/x')] }).done);
    await clock.run();
    expect(done.value).toEqual(bytes);
    expect(asked).toHaveLength(2);
  });
});
