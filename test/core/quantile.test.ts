import { expect, it } from 'vitest';
import { quantile } from '../../src/core/quantile.ts';

it('interpolates between the nearest samples and leaves them in their order', () => {
  const samples = [4, 1, 3, 2];
  expect(quantile(samples, 0.5)).toBe(2.5);
  expect(quantile(samples, 0)).toBe(1);
  expect(quantile(samples, 1)).toBe(4);
  expect(samples).toEqual([4, 1, 3, 2]);
  expect(quantile([7], 0.95)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});
