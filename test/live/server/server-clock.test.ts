import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { ServerClock } from '../../../src/live/server/server-clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const SERVER_AHEAD = 1_764_000_000_000;

/** Responses of a server whose clock is `SERVER_AHEAD` before ours, over ways of random lengths. */
async function learn(count: number, header: (ms: number) => Record<string, string>, seed: number) {
  const clock = new VirtualClock();
  const server = new ServerClock(clock, 0);
  const random = seededRandom(seed);
  for (let i = 0; i < count; i++) {
    const sent = clock.now();
    await clock.advance(20 + 200 * random());
    const headers = new Headers(header(clock.now() + SERVER_AHEAD));
    await clock.advance(20 + 200 * random());
    server.learn(headers, sent, clock.now());
    await clock.advance(1000 * random());
  }
  return { error: Math.abs(server.now * 1000 - clock.now() - SERVER_AHEAD), server };
}

describe('the clock of the server', () => {
  it('is known to within the shortest round trip, by one header with milliseconds', async () => {
    const timing = (ms: number) => ({ 'server-timing': `app;dur=1.2, clock;desc="${(ms / 1000).toFixed(3)}"` });
    for (let seed = 0; seed < 20; seed++) expect((await learn(1, timing, seed)).error).toBeLessThan(110);
    for (let seed = 0; seed < 20; seed++) {
      const { error, server } = await learn(30, timing, seed);
      expect(error).toBeLessThan(40);
      expect(server.uncertainty).toBeLessThan(80);
    }
  });

  it('is found from whole seconds too, by the moments at which they change', async () => {
    const date = (ms: number) => ({ date: new Date(ms).toUTCString() });
    for (let seed = 0; seed < 20; seed++) expect((await learn(40, date, seed)).error).toBeLessThan(120);
  });

  it('is found again after one of the clocks was set', async () => {
    const clock = new VirtualClock();
    const server = new ServerClock(clock, 0);
    server.sample(5000, 0, 10, 1);
    server.sample(905_000, 0, 10, 1);
    expect(server.now).toBeCloseTo(905, 0);
  });

  it('ignores a response without a time', () => {
    const server = new ServerClock(new VirtualClock(), 7000);
    server.learn(new Headers({ 'server-timing': 'clock;desc="soon"', date: 'today' }), 0, 10);
    expect(server.now).toBe(7);
  });
});
