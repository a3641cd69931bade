import { expect, it } from 'vitest';
import { executedOf } from '../../src/d3d9/executed.ts';

const listing = (...lines: string[]) =>
  lines.map(text => ({ text, slots: /^(def|dcl)/.test(text) ? 0 : /^rep/.test(text) ? 3 : 1 }));

it('counts straight code once', () => {
  expect(executedOf(listing('def c0, 1, 0, 0, 0', 'mov r0, c0', 'mov oC0, r0'))).toEqual({
    ...{ most: 2, loops: false, varies: false },
    times: [0, 1, 1],
  });
});

it('counts nested loops to their bounds, and the longer side of a branch', () => {
  const { most, loops, varies, times } = executedOf(
    listing(
      'defi i0, 4, 0, 0, 0',
      'defi i1, 3, 0, 0, 0',
      'rep i0',
      'rep i1',
      'add r0, r0, c0',
      'endrep',
      'if_lt r0.x, c0.x',
      'mul r0, r0, r0',
      'else',
      'mul r0, r0, r0',
      'mul r0, r0, r0',
      'endif',
      'endrep',
    ),
  );
  // Inside the outer loop: rep 3, 3 x (add, endrep), if, the longer side (two mul and endif), endrep.
  expect(most).toBe(3 + 4 * (3 + 3 * 2 + 1 + 3 + 1));
  expect({ loops, varies }).toEqual({ loops: true, varies: true });
  expect(times[4]).toBe(12);
});

it('counts 255 iterations for a loop whose bound is a uniform', () => {
  expect(executedOf(listing('rep i3', 'add r0, r0, c0', 'endrep')).most).toBe(3 + 255 * 2);
});
