import { expect, it } from 'vitest';
import { BandwidthEstimate } from '../../../src/net/estimates/bandwidth-estimate.ts';

it('bandwidth: the pace of the bytes after the first, not of the silence before them', () => {
  const estimate = new BandwidthEstimate();
  expect(estimate.value).toBeUndefined();
  // 1 MB/s in chunks of 10 KB after half a second of nothing.
  for (let i = 0; i <= 20; i++) estimate.received(10_000, 500 + i * 10, true);
  expect(estimate.value).toBeCloseTo(1e6, -1);
});

it('bandwidth: one burst behind a busy main thread does not count, a slower path does', () => {
  const estimate = new BandwidthEstimate();
  let now = 0;
  for (let i = 0; i < 60; i++) estimate.received(10_000, (now += 10), true);
  estimate.received(300_000, (now += 10), true);
  for (let i = 0; i < 10; i++) estimate.received(10_000, (now += 10), true);
  expect(estimate.value).toBeLessThan(2e6);
  for (let i = 0; i < 80; i++) estimate.received(1_000, (now += 10), true);
  expect(estimate.value).toBeCloseTo(1e5, -2);
});

it('bandwidth: too little to do says nothing', () => {
  const estimate = new BandwidthEstimate();
  let now = 0;
  for (let i = 0; i < 60; i++) estimate.received(10_000, (now += 10), true);
  for (let i = 0; i < 100; i++) estimate.received(100, (now += 10), false);
  estimate.idle(now);
  expect(estimate.value).toBeCloseTo(1e6, -2);
});

it('bandwidth: grows while the rate does, and no more once it has stood for 300 ms', () => {
  const estimate = new BandwidthEstimate();
  expect(estimate.growing).toBe(true);
  let now = 0;
  for (const chunk of [1_000, 2_000, 4_000, 8_000]) for (let i = 0; i < 12; i++) estimate.received(chunk, (now += 5), true);
  expect(estimate.growing).toBe(true);
  for (let i = 0; i < 40; i++) estimate.received(8_000, (now += 5), true);
  expect(estimate.growing).toBe(true);
  for (let i = 0; i < 60; i++) estimate.received(8_000, (now += 5), true);
  expect(estimate.growing).toBe(false);
});

it('bandwidth: what a former visit measured counts until the first sample', () => {
  const estimate = new BandwidthEstimate();
  estimate.assume(Number.NaN);
  expect(estimate.valueOrAssumed).toBeUndefined();
  estimate.assume(5e6);
  expect(estimate.value).toBeUndefined();
  expect(estimate.valueOrAssumed).toBe(5e6);
  for (let i = 0; i <= 12; i++) estimate.received(5_000, i * 5, true);
  expect(estimate.valueOrAssumed).toBeCloseTo(1e6, -1);
});
