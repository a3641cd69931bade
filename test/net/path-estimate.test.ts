import { expect, it } from 'vitest';
import { BandwidthEstimate, byteWindow, RoundTripEstimate } from '../../src/net/path-estimate.ts';

it('the window is 1.5 x bandwidth x round trip, never below 64 KiB', () => {
  expect(byteWindow(2_500_000, 100)).toBe(375_000);
  expect(byteWindow(625_000, 20)).toBe(65_536);
  expect(byteWindow(undefined, 20)).toBe(524_288);
  expect(byteWindow(1e12, 1000)).toBe(32 * 1024 * 1024);
});

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

it('round trip: the smallest; exact samples outdo the others; a busy server widens the window to twice at most', () => {
  const estimate = new RoundTripEstimate();
  expect(estimate.value).toBeUndefined();
  expect(estimate.bridged).toBeUndefined();
  estimate.sample(5, 0);
  estimate.sample(Number.NaN, 0);
  expect(estimate.value).toBe(5);
  estimate.sample(60, 0, true);
  estimate.sample(50, 0, true);
  estimate.sample(3, 0);
  expect(estimate.value).toBe(50);
  expect(estimate.bridged).toBe(50);
  for (let i = 0; i < 8; i++) estimate.sample(80, 1, true);
  expect(estimate.bridged).toBe(80);
  for (let i = 0; i < 8; i++) estimate.sample(500, 1, true);
  expect(estimate.bridged).toBe(100);
  expect(estimate.value).toBe(50);
  // Another route: the old one is forgotten after some minutes.
  for (let t = 0; t < 400_000; t += 10_000) estimate.sample(200, t, true);
  expect(estimate.value).toBe(200);
});
