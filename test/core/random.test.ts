import { expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';

it('gives the same numbers for the same seed, all in [0, 1), evenly', () => {
  const a = seededRandom(7);
  const b = seededRandom(7);
  let sum = 0;
  for (let i = 0; i < 10_000; i++) {
    const x = a();
    expect(x).toBe(b());
    expect(x >= 0 && x < 1).toBe(true);
    sum += x;
  }
  expect(sum / 10_000).toBeCloseTo(0.5, 1);
});
