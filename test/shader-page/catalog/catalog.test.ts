import { expect, it } from 'vitest';
import { compileShader } from '../../../src/d3d9/compile.ts';
import { EXAMPLES } from '../../../src/shader-page/catalog/catalog.ts';

it("the blog's example saves three slots", () => {
  const [before, after] = EXAMPLES.map(e => compileShader(e.source, { stage: e.stage, target: 'vs_2_0' }));
  expect([before.errors, after.errors]).toEqual([[], []]);
  expect(before.slots - after.slots).toBe(3);
});
