import { expect, it } from 'vitest';
import { isPowerOfTwo, mipBytes } from '../../../src/assets/textures/mip-levels.ts';

it('mipBytes counts every level, of pixels and of blocks', () => {
  expect(mipBytes(4, 4, 1, 4)).toBe(84);
  expect(mipBytes(1, 1, 1, 4)).toBe(4);
  expect(mipBytes(8, 2, 1, 4)).toBe(64 + 16 + 8 + 4);
  expect(mipBytes(8, 8, 4, 8)).toBe(32 + 8 + 8 + 8);
});

it('both sides must be powers of two', () => {
  expect([isPowerOfTwo(64, 1), isPowerOfTwo(64, 3), isPowerOfTwo(6, 8)]).toEqual([true, false, false]);
});
