import { expect, it } from 'vitest';
import { difference } from '../../../src/shader-page/compile/difference.ts';

it('treats listings as equal where only register numbers differ', () => {
  expect(difference(['mul r0, v0, c3'], ['mul r2, v0, c7'])).toEqual([
    { kind: 'same', a: 'mul r0, v0, c3', b: 'mul r2, v0, c7' },
  ]);
});

it('shows replaced lines beside their replacements, then the remaining ones', () => {
  const rows = difference(
    ['dp4 o, v0, c3', 'frc r0, v1', 'add r0, r0, v1', 'mov oT0, v2'],
    ['dp4 o, v0, c3', 'max r0, v1, c1', 'mov oT0, v2'],
  );
  expect(rows.map(r => r.kind)).toEqual(['same', 'changed', 'removed', 'same']);
  expect(rows.filter(r => r.a !== undefined)).toHaveLength(4);
  expect(rows.filter(r => r.b !== undefined)).toHaveLength(3);
});

it('handles all added, all removed and empty listings', () => {
  expect(difference([], ['mov a, b']).map(r => r.kind)).toEqual(['added']);
  expect(difference(['mov a, b'], []).map(r => r.kind)).toEqual(['removed']);
  expect(difference([], [])).toEqual([]);
});
