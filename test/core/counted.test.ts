import { expect, it } from 'vitest';
import { counted, countedAre } from '../../src/core/counted.ts';

it('counts things in the words of English', () => {
  expect([0, 1, 2].map(n => counted(n, 'triangle'))).toEqual(['0 triangles', '1 triangle', '2 triangles']);
  expect([1, 3].map(n => counted(n, 'mesh'))).toEqual(['1 mesh', '3 meshes']);
  expect([1, 3].map(n => countedAre(n, 'vertex'))).toEqual(['1 vertex is', '3 vertices are']);
});
