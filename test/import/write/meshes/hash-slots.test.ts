import { expect, it } from 'vitest';
import { maskFor, slotFor } from '../../../../src/import/write/meshes/hash-slots.ts';

it('a table has a power of two of slots, at least twice as many as keys', () => {
  expect([0, 1, 2, 3, 4, 1000].map(maskFor)).toEqual([1, 1, 3, 7, 7, 2047]);
});

it('spreads neighbouring hashes over the table', () => {
  const mask = maskFor(1000);
  const slots = new Set(Array.from({ length: 1000 }, (_, hash) => slotFor(hash, mask)));
  expect([...slots].every(slot => slot >= 0 && slot <= mask)).toBe(true);
  // At random, 1000 keys fill 2048 * (1 - e^(-1000/2048)) = 791 slots.
  expect(slots.size).toBeGreaterThan(700);
});
