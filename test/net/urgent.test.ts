import { describe, expect, it, vi } from 'vitest';
import { quantile } from '../../src/core/quantile.ts';
import { seededRandom } from '../../src/core/random.ts';
import { CRITICAL_VISIBLE, HIGH } from '../../src/net/queue/priority.ts';
import { BASE, contentOf, hashNow, outcome, setup } from './setup.ts';

vi.setConfig({ testTimeout: 60_000 });

const url = (name: string) => new URL(name, BASE).href;
const urgent = { class: CRITICAL_VISIBLE, utility: 1 };

describe('a late urgent request', () => {
  for (const [mbit, roundTrip, honoursPriority] of [
    [5, 200, true],
    [20, 100, false],
  ] as const) {
    const server = honoursPriority ? 'a server that honours priorities' : 'a server that sends all in turn';
    it(`${mbit} Mbit/s x ${roundTrip} ms, ${server}: first byte within a round trip and window / bandwidth with 100 low ones in flight, p95 of 100`, async () => {
      const random = seededRandom(mbit);
      const bandwidth = mbit * 125_000;
      // As large as it takes that the window holds 100 of them.
      const bytes = Math.round((1.5 * bandwidth * roundTrip) / 1000 / 110);
      const blank = new Uint8Array(bytes);
      const { clock, queue, network } = setup({}, { bandwidth, roundTrip, honoursPriority, quantum: 4096, content: () => blank });
      let low = 0;
      const feed = () => {
        for (let n = queue.stats.waiting; n < 200; n++)
          queue.load({ url: url(`low${low++}`), bytes, priority: { class: HIGH, utility: 1 } }).done.catch(() => {});
      };
      feed();
      await clock.run(() => {
        if (queue.stats.waiting < 100) feed();
        return clock.now() > 12 * roundTrip;
      });
      const tries: { readonly name: string; readonly at: number; readonly within: number }[] = [];
      for (let i = 0; i < 100; i++) {
        const next = clock.now() + (random() * roundTrip) / 5;
        await clock.run(() => clock.now() >= next);
        feed();
        const { active, window } = queue.stats;
        expect(active).toBeGreaterThan(85);
        tries.push({ name: url(`urgent${i}`), at: clock.now(), within: roundTrip + (window / bandwidth) * 1000 });
        queue.load({ url: url(`urgent${i}`), bytes, priority: urgent }).done.catch(() => {});
      }
      await clock.run(() => false, 10 * roundTrip);
      const waits = tries.map(({ name, at, within }) => {
        const first = network.requests.find(r => r.url === name)?.firstByteAt ?? Number.NaN;
        return (first - at) / within;
      });
      expect(quantile(waits, 0.95)).toBeLessThanOrEqual(1);
      queue.dispose();
    });
  }

  it('ends low transfers that lie at the server in excess, and resumes them by Range: a network that has become slow', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [url(`low${i}`), contentOf(`low${i}`, 100_000)]));
    const path = { bandwidth: 2.5e6, roundTripMs: 100, protocol: 'h2' };
    const { clock, queue, network } = setup(
      { ...files, [url('late')]: contentOf('late', 10_000) },
      // Believed to be 20 Mbit/s, is 1.
      { bandwidth: 125_000, quantum: 16_384 },
      { paths: { recall: () => ({ ...path, bandwidth: 12.5e6 }), keep: () => {} } },
    );
    const lows = Object.entries(files).map(([name, bytes]) =>
      outcome(queue.load({ url: name, bytes: bytes.length, hash: hashNow(bytes), priority: { class: HIGH, utility: 1 } }).done),
    );
    await clock.run(() => queue.stats.received > 100_000);
    expect(queue.stats.inflightBytes).toBeGreaterThan(1_000_000);
    const at = clock.now();
    const late = outcome(queue.load({ url: url('late'), bytes: 10_000, priority: urgent }).done);
    await clock.run(() => late.state !== 'pending');
    // Behind all that was in flight it would have taken ten seconds.
    expect(clock.now() - at).toBeLessThan(1_500);
    expect(queue.stats.preempted).toBeGreaterThan(5);
    await clock.run();
    expect(lows.every(l => l.state === 'resolved')).toBe(true);
    expect(network.sent / 4_010_000).toBeLessThan(1.02);
    expect(queue.stats.wasted).toBe(0);
  });

  it('ends none where little more than the path holds is in flight', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [url(`low${i}`), contentOf(`low${i}`, 100_000)]));
    const { clock, queue } = setup({ ...files, [url('late')]: contentOf('late', 10_000) });
    for (const [name, bytes] of Object.entries(files))
      queue.load({ url: name, bytes: bytes.length, hash: hashNow(bytes), priority: { class: HIGH, utility: 1 } });
    await clock.run(() => queue.stats.received > 1_500_000);
    queue.load({ url: url('late'), bytes: 10_000, priority: urgent });
    await clock.run();
    expect(queue.stats.preempted).toBe(0);
  });
});
