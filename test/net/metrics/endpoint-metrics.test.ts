import { expect, it } from 'vitest';
import { EndpointMetrics, routeOf } from '../../../src/net/metrics/endpoint-metrics.ts';
import { busiest, sendMetrics } from '../../../src/net/metrics/metrics-beacon.ts';
import { HIGH } from '../../../src/net/queue/priority.ts';
import { BASE, contentOf, setup } from '../setup.ts';
import { SimClock } from '../sim-clock.ts';
import { SimNetwork } from '../sim-network.ts';

const url = (name: string) => new URL(name, BASE).href;
const priority = { class: HIGH, utility: 1 };

it('a route is the path without what varies', () => {
  expect(routeOf('/lounge/resources/0123456789abcdef0123.glb')).toBe('/lounge/resources/:hash.glb');
  expect(routeOf('/users/17/avatar')).toBe('/users/:n/avatar');
  expect(routeOf('/cafe/beef.webp')).toBe('/cafe/beef.webp');
});

it('measures no latency of an answer that was requested before the queue asked', async () => {
  const metrics = new EndpointMetrics(() => 0, BASE);
  const answer = (early: boolean) => Object.assign(new Response('1'), { early });
  await metrics.watch(async () => answer(true))(url('a'), {});
  await metrics.watch(async () => answer(false))(url('a'), {});
  const [{ count, latency }] = metrics.toJSON();
  expect([count, latency.reduce((sum, n) => sum + n)]).toEqual([2, 1]);
});

it('counts by route and origin what the queue asks, and the queue need not know', async () => {
  const clock = new SimClock();
  const hash = (i: number) => `resources/${String(i).padStart(20, 'a')}.glb`;
  const network = new SimNetwork(clock, {
    bandwidth: 1e6,
    roundTrip: 100,
    protocol: 'h2',
    content: u => (u.includes('none') ? undefined : contentOf(u, 10_000)),
    fault: (u, n) => (u.endsWith('1.glb') && n === 0 ? { refuse: true } : undefined),
  });
  const metrics = new EndpointMetrics(() => clock.now(), BASE);
  const { queue } = setup({}, {}, { clock, fetch: metrics.watch(network.fetch) });
  for (let i = 0; i < 3; i++) queue.load({ url: url(hash(i)), bytes: 10_000, priority });
  queue.load({ url: url('none'), priority }).done.catch(() => {});
  const abort = new AbortController();
  queue.load({ url: url('left'), priority, signal: abort.signal }).done.catch(() => {});
  await clock.run(() => network.requests.length === 5);
  abort.abort();
  await clock.run();
  const figures = JSON.parse(JSON.stringify(metrics)) as ReturnType<EndpointMetrics['toJSON']>;
  const origin = 'https://room.example';
  expect(figures.map(f => [f.origin, f.route, f.count])).toEqual([
    [origin, '/lounge/resources/:hash.glb', 4],
    [origin, '/lounge/none', 1],
    [origin, '/lounge/left', 1],
  ]);
  expect(figures[0]).toMatchObject({ bytes: 30_000, errors: { network: 1 }, aborted: 0 });
  expect(figures[0].latency.reduce((a, b) => a + b)).toBe(3);
  // 100 ms and what the others take before: 64 to 511 ms.
  expect(figures[0].latency.slice(7, 10).reduce((a, b) => a + b)).toBe(3);
  expect(figures[1].errors).toEqual({ '404': 1 });
  expect(figures[2]).toMatchObject({ aborted: 1, errors: {} });
});

it('does not grow for ever', async () => {
  const metrics = new EndpointMetrics(() => 0, BASE);
  const fetch = metrics.watch(async () => new Response());
  for (let i = 0; i < 1000; i++) await fetch(`/path-${i}-x`, {});
  const figures = metrics.toJSON();
  expect(figures.length).toBeLessThanOrEqual(201);
  expect(figures.reduce((sum, f) => sum + f.count, 0)).toBe(1000);
});

it('keeps few entries however many origins there are, and what a beacon sends fits into it', async () => {
  const metrics = new EndpointMetrics(() => 0, undefined);
  const fetch = metrics.watch(async () => ({ ok: true, status: 200, headers: { get: () => null }, body: null }));
  for (let origin = 0; origin < 5000; origin++) await fetch(`https://${origin}.example/${'long/'.repeat(100)}`, {});
  await fetch('https://4999.example/', {});
  const figures = metrics.toJSON();
  expect(figures.length).toBeLessThanOrEqual(251);
  expect(figures.reduce((sum, f) => sum + f.count, 0)).toBe(5001);
  expect(JSON.stringify(busiest(metrics, 10_000)).length).toBeLessThanOrEqual(10_000);
  expect(busiest(metrics, 10_000)[0]).toEqual(figures[0]);
});

it('sends what changed: now and then, when the page is left, and at the end', async () => {
  const clock = new SimClock();
  const sent: string[] = [];
  let figures = 1;
  let leave = () => {};
  let accepts = true;
  const stop = sendMetrics({
    url: 'https://collector.example/',
    clock,
    read: () => ({ figures }),
    send: (to, body) => {
      if (!accepts) return false;
      sent.push(to);
      void body.text().then(text => sent.push(text));
      return true;
    },
    onLeave: listener => {
      leave = listener;
      return () => {};
    },
  });
  await clock.run(() => false, 200_000);
  expect(sent).toEqual(['https://collector.example/', '{"figures":1}']);
  figures = 2;
  accepts = false;
  leave();
  accepts = true;
  leave();
  leave();
  figures = 3;
  stop();
  await clock.run();
  await new Promise(resolve => setImmediate(resolve));
  expect(sent.filter(s => s.startsWith('{'))).toEqual(['{"figures":1}', '{"figures":2}', '{"figures":3}']);
});
