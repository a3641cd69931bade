import { expect, it } from 'vitest';
import { RoundTripEstimate } from '../../../src/net/estimates/round-trip-estimate.ts';

it('the smallest; exact samples outdo the others; a busy server widens the window to twice at most', () => {
  const estimate = new RoundTripEstimate();
  expect(estimate.value).toBeUndefined();
  expect(estimate.bridged).toBeUndefined();
  estimate.sample(5, 0, 'watched');
  estimate.sample(Number.NaN, 0, 'timed');
  expect(estimate.value).toBe(5);
  estimate.sample(60, 0, 'timed');
  estimate.sample(50, 0, 'timed');
  estimate.sample(3, 0, 'watched');
  expect(estimate.value).toBe(50);
  expect(estimate.bridged).toBe(50);
  for (let i = 0; i < 8; i++) estimate.sample(80, 1, 'timed');
  expect(estimate.bridged).toBe(80);
  for (let i = 0; i < 8; i++) estimate.sample(500, 1, 'timed');
  expect(estimate.bridged).toBe(100);
  expect(estimate.value).toBe(50);
  // Another route: the old one is forgotten after some minutes.
  for (let t = 0; t < 400_000; t += 10_000) estimate.sample(200, t, 'timed');
  expect(estimate.value).toBe(200);
});

it('what a former visit measured counts until the first sample', () => {
  const estimate = new RoundTripEstimate();
  estimate.assume(Number.NaN);
  expect(estimate.value).toBeUndefined();
  estimate.assume(80);
  expect(estimate.value).toBe(80);
  expect(estimate.bridged).toBe(80);
  expect(estimate.exact).toBe(false);
  estimate.sample(20, 0, 'timed');
  expect(estimate.value).toBe(20);
  expect(estimate.bridged).toBe(20);
  expect(estimate.exact).toBe(true);
});

it('a first answer that waited for its connection counts half, over TLS a third, until one comes that did not', () => {
  const estimate = new RoundTripEstimate();
  estimate.sample(300, 0, 'connecting');
  expect(estimate.value).toBe(150);
  estimate.sample(330, 0, 'securing');
  expect(estimate.value).toBe(110);
  estimate.sample(120, 0, 'watched');
  estimate.sample(200, 0, 'connecting');
  expect(estimate.value).toBe(120);
});
