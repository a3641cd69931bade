import { expect, it } from 'vitest';
import { isPowerOfTwo, powerOfTwoAbove, powerOfTwoSize } from '../../../src/import/picture/texture-size.ts';

it.each([
  ['powers of two stay', [64, 256], [64, 256]],
  ['a single column stays one', [1, 100], [1, 256]],
  ['both sides of a small picture grow where one is no power of two', [64, 48], [128, 128]],
  ['larger pictures round up', [400, 300], [512, 512]],
  ['a side up to a tenth above a power of two shrinks', [270, 512], [256, 512]],
  ['still larger ones round to the nearest', [1000, 700], [1024, 512]],
  ['no side is longer than the longest', [8000, 3000], [2048, 1024]],
] as const)('%s', (_, [width, height], size) => {
  expect(powerOfTwoSize(width, height, 2048)).toEqual(size);
});

it('the next power of two is the number itself where it is one', () => {
  expect([1, 2, 3, 48, 64, 65, 70.4, 2048].map(powerOfTwoAbove)).toEqual([1, 2, 4, 64, 64, 128, 128, 2048]);
  expect([1, 2, 3, 48, 64, 2048].map(isPowerOfTwo)).toEqual([true, true, false, false, true, true]);
});
