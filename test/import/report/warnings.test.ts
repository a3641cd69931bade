import { expect, it } from 'vitest';
import { countedAre } from '../../../src/core/counted.ts';
import { groupWarnings } from '../../../src/import/report/warnings.ts';

it.each(['triangle', 'vertex', 'mesh', 'image', 'hidden node'])('one %s and many of them are warnings of one kind', noun => {
  const warnings = [2, 1, 30, 4].map((n, i) => `mesh m${i}: ${countedAre(n, noun)} left out`);
  expect(groupWarnings(warnings)).toEqual([`meshes m0, m1, m2 and 1 more: ${countedAre(2, noun)} left out`]);
});

it('other words are another kind', () => {
  const warnings = ['left out', 'left out', 'left in', 'left out'].map((end, i) => `mesh m${i}: 2 triangles are ${end}`);
  expect(groupWarnings(warnings)).toEqual(expect.arrayContaining(warnings));
});
