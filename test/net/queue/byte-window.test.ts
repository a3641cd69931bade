import { expect, it } from 'vitest';
import { BandwidthEstimate } from '../../../src/net/estimates/bandwidth-estimate.ts';
import { RoundTripEstimate } from '../../../src/net/estimates/round-trip-estimate.ts';
import { byteWindow, firstWindow, pathBytes, windowOf } from '../../../src/net/queue/byte-window.ts';
import { CRITICAL, HIGH } from '../../../src/net/queue/priority.ts';

it('is 1.5 x bandwidth x round trip, 64 KiB to 32 MiB', () => {
  expect(byteWindow(2_500_000, 100)).toBe(375_000);
  expect(byteWindow(625_000, 20)).toBe(65_536);
  expect(byteWindow(1e12, 1000)).toBe(32 * 1024 * 1024);
});

it('at first for 100 Mbit/s, or what a former visit found; of a slow network no more than four seconds; never below 512 KiB', () => {
  expect(firstWindow({})).toBe(4 * 1024 * 1024);
  expect(firstWindow({ roundTripMs: 20 })).toBe(512 * 1024);
  expect(firstWindow({ roundTripMs: 50 })).toBe(937_500);
  expect(firstWindow({ roundTripMs: 900 })).toBe(4 * 1024 * 1024);
  expect(firstWindow({ bandwidth: 250_000 })).toBe(1_000_000);
  expect(firstWindow({ bandwidth: 1000 })).toBe(512 * 1024);
  expect(firstWindow({ bandwidth: 12_500_000, roundTripMs: 200 })).toBe(3_750_000);
  expect(firstWindow({ bandwidth: 625_000, roundTripMs: 20 })).toBe(512 * 1024);
  expect(firstWindow({ bandwidth: 625_000 })).toBe(2_500_000);
  expect(firstWindow({ bandwidth: 1e10, roundTripMs: 10_000 })).toBe(16 * 1024 * 1024);
});

it('bold for what the room waits for, careful with high textures until something is known', () => {
  const bandwidth = new BandwidthEstimate();
  const roundTrip = new RoundTripEstimate();
  expect(windowOf(bandwidth, roundTrip, CRITICAL)).toBe(4 * 1024 * 1024);
  expect(windowOf(bandwidth, roundTrip, HIGH)).toBe(512 * 1024);
  expect(pathBytes(bandwidth, roundTrip)).toBe(0);
  bandwidth.assume(12_500_000);
  roundTrip.assume(200);
  expect(windowOf(bandwidth, roundTrip, HIGH)).toBe(3_750_000);
  expect(pathBytes(bandwidth, roundTrip)).toBe(2_500_000);
  roundTrip.sample(100, 0, 'timed');
  for (let i = 0; i <= 12; i++) bandwidth.received(5_000, i * 5, true);
  // 1 MB/s x 100 ms, and it may be more: the rate has only begun to be measured.
  expect(windowOf(bandwidth, roundTrip, HIGH)).toBeCloseTo(289_000, -1);
  for (let i = 13; i <= 120; i++) bandwidth.received(5_000, i * 5, true);
  expect(windowOf(bandwidth, roundTrip, HIGH)).toBeCloseTo(150_000, -1);
});
