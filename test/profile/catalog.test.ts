import { expect, it } from 'vitest';
import { EXAMPLES, entriesOf } from '../../src/profile/catalog.ts';

it('takes .vert and .frag, in the order of their names', () => {
  const entries = entriesOf({ '/shaders/b.frag': 'B', '/shaders/a.vert': 'A', '/shaders/lights.glsl': 'L' });
  expect(entries).toEqual([
    { name: 'a.vert', stage: 'vertex', source: 'A' },
    { name: 'b.frag', stage: 'fragment', source: 'B' },
  ]);
});

it('has examples without any file', () => {
  expect(EXAMPLES.length).toBeGreaterThan(1);
  expect(entriesOf({})).toEqual([]);
});
