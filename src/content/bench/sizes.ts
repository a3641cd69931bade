import type { Random } from '../../core/random.ts';

/**
 * `count` sizes in bytes that add up to `total`, log-normally distributed as those of real rooms are.
 *
 * @param spread - standard deviation of the logarithm; 0: all the same.
 */
export function logNormalSizes(random: Random, count: number, total: number, spread: number): number[] {
  const parts = Array.from({ length: count }, () => Math.exp(spread * normal(random)));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map(part => Math.round((part / sum) * total));
}

/** Standard normal (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
