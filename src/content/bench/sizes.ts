/** Random sizes of files, for the benches. */

import type { Random } from '../../core/random.ts';

/**
 * Returns `count` sizes in bytes that add up to `total`. Their distribution is log-normal, as in real rooms.
 *
 * @param spread - standard deviation of the logarithm; 0: all equal.
 */
export function logNormalSizes(random: Random, count: number, total: number, spread: number): number[] {
  const parts = Array.from({ length: count }, () => Math.exp(spread * normal(random)));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map(part => Math.round((part / sum) * total));
}

/** Returns a standard normal number (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
