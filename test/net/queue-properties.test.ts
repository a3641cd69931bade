import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DownloadQueue } from '../../src/net/queue/download-queue.ts';
import { BASE, contentOf, hashNow, outcome, setup } from './setup.ts';
import type { Fault } from './sim-network.ts';

const RESOURCES = 12;
const LENGTHS = [0, 1, 5_000, 20_000, 90_000];
const url = (i: number) => new URL(`r${i}`, BASE).href;
const mirror = (i: number) => `https://mirror.example/r${i}`;
const bytesOf = (i: number) => contentOf(`r${i}`, LENGTHS[i % LENGTHS.length]);
const content = Array.from({ length: RESOURCES }, (_, i) => bytesOf(i));
const hashes = content.map(hashNow);

type Act =
  | {
      readonly kind: 'load';
      readonly resource: number;
      readonly class: number;
      readonly utility: number;
      readonly hashed: boolean;
    }
  | { readonly kind: 'abort'; readonly nth: number }
  | { readonly kind: 'rescore'; readonly nth: number; readonly class: number; readonly utility: number }
  | { readonly kind: 'wait'; readonly ms: number };

const classes = fc.integer({ min: 0, max: 3 });
const utility = fc.integer({ min: 0, max: 1000 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('load' as const),
      resource: fc.nat(RESOURCES - 1),
      class: classes,
      utility,
      hashed: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), nth: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rescore' as const), nth: fc.nat(50), class: classes, utility }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(400) }) },
);
const fault: fc.Arbitrary<Fault | undefined> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  fc.constantFrom<Fault>(
    { status: 404 },
    { status: 503 },
    { cutAfter: 3000 },
    { hangAfter: 3000 },
    { endAfter: 3000 },
    { refuse: true },
    { throws: new Error('thrown, not rejected') },
    { garble: true },
  ),
);

describe('the queue, whatever happens', () => {
  it('settles every promise once, gives the right bytes or a reason, leaks no slot, and its counts never go below zero', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 1, maxLength: 40 }),
        fc.array(fault, { minLength: 1, maxLength: 20 }),
        fc.constantFrom<'h2' | 'http/1.1'>('h2', 'http/1.1'),
        fc.record({ ranges: fc.boolean(), etag: fc.constantFrom('', '"1"', 'W/"1"'), mirrored: fc.boolean() }),
        async (acts, faults, protocol, { ranges, etag, mirrored }) => {
          let asked = 0;
          let healthy = false;
          const files = Object.fromEntries(content.flatMap((bytes, i) => [url(i), mirror(i)].map(place => [place, bytes])));
          const { clock, queue } = setup(files, {
            ...{ protocol, ranges, etag },
            fault: () => (healthy ? undefined : faults[asked++ % faults.length]),
          });
          const loads: {
            i: number;
            hashed: boolean;
            abort: AbortController;
            result: ReturnType<typeof outcome>;
            set: ReturnType<DownloadQueue['load']>;
          }[] = [];
          const check = () => {
            const { waiting, active, retrying, inflightBytes } = queue.stats;
            for (const count of [waiting, active, retrying, inflightBytes]) expect(count).toBeGreaterThanOrEqual(0);
            // Of HTTP/1.1 two may wait in the browser for a connection, at each of two origins.
            expect(active).toBeLessThanOrEqual(protocol === 'h2' ? 100 : (6 + 2) * 2);
          };
          queue.events.on('change', check);
          for (const a of acts) {
            if (a.kind === 'load') {
              const abort = new AbortController();
              const i = a.resource;
              const hash = a.hashed ? hashes[i] : undefined;
              const mirrors = mirrored ? [mirror(i)] : [];
              const set = queue.load({ url: url(i), mirrors, bytes: content[i].length, hash, priority: a, signal: abort.signal });
              loads.push({ i, hashed: a.hashed, abort, result: outcome(set.done), set });
            } else if (a.kind === 'wait') await clock.run(() => false, a.ms);
            else if (loads.length > 0) {
              const load = loads[a.nth % loads.length];
              if (a.kind === 'abort') load.abort.abort('taken back');
              else load.set.setPriority(a);
            }
            check();
          }
          expect(await clock.run()).toBe(true);
          for (const { i, hashed, abort, result } of loads) {
            expect(result.times).toBe(1);
            if (result.state === 'resolved') {
              const bytes = result.value as Uint8Array;
              expect(bytes.length).toBe(content[i].length);
              // Without a hash nobody can tell garbled bytes from right ones.
              if (hashed) expect(hashNow(bytes)).toBe(hashes[i]);
            } else if (result.reason === 'taken back') expect(abort.signal.aborted).toBe(true);
            else expect(result.reason).toMatchObject({ name: 'LoadError', url: expect.stringMatching(/^https:.*r\d+$/) });
          }
          expect(queue.stats).toMatchObject({ waiting: 0, active: 0, retrying: 0, inflightBytes: 0 });
          // All slots are free: as many can start as at the beginning.
          healthy = true;
          for (let n = 0; n < 6; n++)
            queue.load({ url: `${url(n)}?again`, bytes: 1, priority: { class: 1, utility: 1 } }).done.catch(() => {});
          await clock.run(() => true);
          expect(queue.stats.active).toBe(6);
          queue.dispose();
        },
      ),
      { numRuns: 120, seed: 20141 },
    );
  }, 60_000);

  it('starts no request while a more urgent one waits for the same origin', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(classes, utility), { minLength: 2, maxLength: 60 }), async wants => {
        const files = Object.fromEntries(wants.map((_, i) => [url(i), contentOf(`${i}`, 10_000)]));
        const { clock, queue, network } = setup(files, { protocol: 'http/1.1' });
        for (const [i, [c, u]] of wants.entries()) queue.load({ url: url(i), bytes: 10_000, priority: { class: c, utility: u } });
        await clock.run();
        const started = network.requests.map(r => wants[Number(/r(\d+)$/.exec(r.url)?.[1])]);
        const sorted = [...started].sort((a, b) => a[0] - b[0] || b[1] - a[1]);
        expect(started).toEqual(sorted);
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
