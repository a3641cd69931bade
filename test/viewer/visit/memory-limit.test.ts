import { expect, it } from 'vitest';
import { memoryLimit } from '../../../src/viewer/visit/memory-limit.ts';

const MIB = 2 ** 20;

it.each([
  ['64', null, 8, 64 * MIB],
  ['512', 'low', 1, 512 * MIB],
  ['0.5', null, undefined, MIB / 2],
  // What is no number above 0 is as good as nothing.
  ['', null, undefined, 128 * MIB],
  ['lots', null, 8, 512 * MIB],
  ['-64', null, 2, 64 * MIB],
  ['Infinity', null, 4, 128 * MIB],
  [null, 'low', 8, 64 * MIB],
  [null, 'auto', 8, 512 * MIB],
])('memory=%j, quality=%j on a machine of %j GiB: %j bytes', (memory, quality, gib, bytes) => {
  expect(memoryLimit(memory, quality, gib)).toBe(bytes);
});
