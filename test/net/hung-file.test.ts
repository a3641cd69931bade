import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { BandwidthEstimate } from '../../src/net/estimates/bandwidth-estimate.ts';
import { admit } from '../../src/net/queue/admission.ts';
import { Job } from '../../src/net/queue/job.ts';
import { CRITICAL, HIGH } from '../../src/net/queue/priority.ts';
import { WaitingList } from '../../src/net/queue/waiting-list.ts';
import { beginAttempt } from '../../src/net/transfer/attempt.ts';
import { Origins } from '../../src/net/transfer/origins.ts';
import { PartialBody } from '../../src/net/transfer/partial-body.ts';
import { isHung, SilentRounds } from '../../src/net/transfer/silent-rounds.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { BASE, contentOf, hashNow, outcome, type Setup, setup } from './setup.ts';
import type { SimOptions } from './sim-network.ts';

const HUNG = 'https://room.example/hung';
const small = Array.from({ length: 20 }, (_, i) => `https://room.example/small${i}`);
const high = Array.from({ length: 20 }, (_, i) => `https://room.example/high${i}`);

/** Loads 20 critical files of 20 KB, one of 200 KB and 20 high textures of 100 KB: 2.6 MB, of which the path holds 100 KB. */
function room(fault: NonNullable<SimOptions['fault']>, network: Partial<SimOptions> = {}, tick = 0) {
  const files: Record<string, Uint8Array> = { [HUNG]: contentOf(HUNG, 200_000) };
  for (const url of small) files[url] = contentOf(url, 20_000);
  for (const url of high) files[url] = contentOf(url, 100_000);
  // A tab in the background: its timers run at whole ticks.
  const throttled: Clock = {
    now: () => made.clock.now(),
    after: (ms, callback) => made.clock.after(Math.ceil((made.clock.now() + ms) / tick) * tick - made.clock.now(), callback),
  };
  const made: Setup = setup(files, { fault, ...network }, tick > 0 ? { clock: throttled } : {});
  const { clock, network: server, queue } = made;
  const load = (url: string, priorityClass: number) =>
    outcome(
      queue.load({
        ...{ url, bytes: files[url].length, hash: hashNow(files[url]) },
        priority: { class: priorityClass, utility: url === HUNG ? 1e6 : 1 },
      }).done,
    );
  const hung = load(HUNG, CRITICAL);
  const rest = small.map(url => load(url, CRITICAL));
  const textures = high.map(url => load(url, HIGH));
  const all = (outcomes: readonly { readonly state: string }[]) => () => outcomes.every(({ state }) => state === 'resolved');
  return { clock, server, queue, load, hung, textures, done: all(textures), whole: all([hung, ...rest, ...textures]) };
}

const hang = (bytes: number) => (url: string, n: number) => (url === HUNG && n === 0 ? { hangAfter: bytes } : undefined);

describe('a file whose server accepts the request and then sends nothing', () => {
  it.each([
    ['HTTP/2', 'h2', 0],
    ['HTTP/2, after a part', 'h2', 60_000],
    ['HTTP/1.1', 'http/1.1', 0],
  ] as const)('holds back no high textures for long: %s', async (_, protocol, bytes) => {
    const healthy = room(() => undefined, { protocol });
    await healthy.clock.run(healthy.done);
    const { clock, done, whole, hung } = room(hang(bytes), { protocol });
    await clock.run(done);
    // It rests for three rounds: a round trip and what is in flight each.
    expect(clock.now()).toBeLessThan(healthy.clock.now() + 1500);
    expect(hung.state).toBe('pending');
    await clock.run(whole);
    expect(hung.state).toBe('resolved');
  });

  it('counts again once it delivers', async () => {
    const clock = new VirtualClock();
    const bandwidth = new BandwidthEstimate();
    const origins = new Origins(BASE, undefined, bandwidth);
    const origin = origins.of(BASE);
    origin.protocol = 'h2';
    origin.roundTrip.assume(100);
    for (let ms = 0; ms < 2000; ms += 10) bandwidth.received(10_000, ms, true);
    const job = (url: string, priorityClass: number, bytes: number) =>
      new Job({ url, bytes, priority: { class: priorityClass, utility: 1 } }, new PartialBody(url, bytes), 0);
    const critical = job(HUNG, CRITICAL, 200_000);
    const active = new Set([critical]);
    const attempt = beginAttempt(critical, HUNG, origin, 0);
    const waiting = new WaitingList<Job>();
    waiting.add(job(high[0], HIGH, 1000));
    const starts = () => {
      const { admitted } = admit({ ranked: waiting.ranked(0), active, origins, bandwidth, now: clock.now() });
      for (const start of admitted) start.origin.ended();
      return admitted.length;
    };
    const rounds = new SilentRounds({ clock, bandwidth, active, onRound: () => rounds.count() });
    rounds.count();
    // 200 KB at 1 MB/s, and a round trip of 100 ms, are 0.3 s.
    await clock.advance(890);
    expect([isHung(critical), starts()]).toEqual([false, 0]);
    await clock.advance(20);
    expect([isHung(critical), starts()]).toEqual([true, 1]);
    rounds.moved(attempt);
    expect([isHung(critical), starts()]).toEqual([false, 0]);
    rounds.stop();
  });

  it('a network that is gone starts one window more, not one after the other', async () => {
    const requested = (gone: boolean) => {
      const { clock, server } = room((url, n) => (gone && high.indexOf(url) > 3 && n === 0 ? { hangAfter: 0 } : undefined));
      return clock.run(() => false, 14_000).then(() => server.requests.length);
    };
    // The first four high textures arrive. The window holds two or three of 100 KB.
    expect(await requested(false)).toBe(41);
    expect(await requested(true)).toBeLessThanOrEqual(21 + 4 + 8);
  });

  it.each([
    'h2',
    'http/1.1',
  ] as const)('many that hang at once: all arrive in the end, and no slot is lost: %s', async protocol => {
    const { clock, queue, whole, load } = room((url, n) => (n === 0 && url.length % 2 === 0 ? { hangAfter: 0 } : undefined), {
      protocol,
    });
    let least = 0;
    queue.events.on('change', () => {
      const { active, waiting, retrying, inflightBytes } = queue.stats;
      least = Math.min(least, active, waiting, retrying, inflightBytes);
    });
    expect(await clock.run(whole, 120_000)).toBe(true);
    expect([least, queue.stats.active, queue.stats.waiting, queue.stats.retrying]).toEqual([0, 0, 0, 0]);
    const again = small.map(url => load(url, CRITICAL));
    const at = clock.now();
    await clock.run(() => again.every(({ state }) => state === 'resolved'));
    expect(clock.now() - at).toBeLessThan(2000);
  });

  it('a queue that is disposed of while files hang leaves no timer', async () => {
    const { clock, server, queue, hung } = room(url => (url === HUNG ? { hangAfter: 0 } : undefined));
    await clock.run(() => false, 2000);
    queue.dispose();
    const at = clock.now();
    const requests = server.requests.length;
    await clock.run();
    expect(hung.state).toBe('rejected');
    // The server notices within a round trip. A stall would be due after 15 s.
    expect(clock.now() - at).toBeLessThan(1000);
    expect(server.requests).toHaveLength(requests);
  });

  it.each([
    1000, 60_000,
  ])('a tab in the background, whose timers run every %i ms, loads the same files with the same requests', async tick => {
    const awake = room(() => undefined);
    await awake.clock.run(awake.whole);
    const asleep = room(() => undefined, {}, tick);
    expect(await asleep.clock.run(asleep.whole, 2 * 60_000)).toBe(true);
    expect(asleep.server.requests.length).toBe(awake.server.requests.length);
    const hangs = room(hang(0), {}, tick);
    expect(await hangs.clock.run(hangs.whole, 10 * 60_000)).toBe(true);
  });
});
