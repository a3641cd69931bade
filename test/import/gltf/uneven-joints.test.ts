import { Document, type Node } from '@gltf-transform/core';
import { expect, it } from 'vitest';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { markUneven } from '../../../src/import/gltf/figures/uneven-joints.ts';
import type { FileAnimation } from '../../../src/import/gltf/loading/file-animations.ts';
import type { SourceProduct } from '../../../src/import/model/source-model.ts';

const document = new Document();
const joint = (scale: [number, number, number] = [1, 1, 1]): Node => document.createNode().setScale(scale);

/** A clip that scales a joint. */
const clip = (node: Node, values: readonly number[], interpolation = 'LINEAR'): FileAnimation => {
  const output = document.createAccessor().setType('VEC3').setArray(Float32Array.from(values));
  return { name: 'squash', channels: [{ node, path: 'scale', sampler: { input: null, output, interpolation } }] };
};

function isMarked(joints: readonly Node[], animations: readonly FileAnimation[] = []): boolean {
  const part = { positions: new Float32Array(9), normals: new Float32Array(9), index: Uint32Array.of(0, 1, 2) };
  const material = plainMaterial({ name: 'skin' });
  const product: SourceProduct = {
    name: 'figure',
    parts: [
      { ...part, material },
      { ...part, material },
    ],
    textures: [],
  };
  const { parts } = markUneven(product, new Set(joints), animations);
  expect(parts[0].material).toBe(parts[1].material);
  return parts[0].material.uneven === true;
}

it('marks a figure whose joints scale unevenly, or more and less in time', () => {
  expect(isMarked([joint(), joint([1.5, 0.6, 1])])).toBe(true);
  const head = joint();
  expect(isMarked([head], [clip(head, [1, 1, 1, 1.4, 1.4, 1.4])])).toBe(true);
  expect(isMarked([head], [clip(head, [1, 1.2, 1])])).toBe(true);
});

it('leaves a figure whose joints have one scale', () => {
  expect(isMarked([joint(), joint([0.01, 0.01, 0.01]), joint([-2, 2, 2])])).toBe(false);
  const head = joint();
  expect(isMarked([head], [clip(head, [1, 1, 1, 1.01, 1, 1])])).toBe(false);
  expect(isMarked([joint()], [clip(head, [1, 1, 1, 2, 2, 2])])).toBe(false);
});

it('leaves a figure with a part that a clip hides: a normal of length 0 has no direction', () => {
  const sword = joint();
  expect(isMarked([sword, joint([1, 2, 1])], [clip(sword, [1, 1, 1, 0, 0, 0], 'STEP')])).toBe(false);
});

it('looks at the scales of CUBICSPLINE, and not at their tangents', () => {
  const cubic = (...scales: number[]): number[] => scales.flatMap(x => [0, 0, 0, x, 1, 1, 9, 9, 9]);
  const head = joint();
  expect(isMarked([head], [clip(head, cubic(1, 1), 'CUBICSPLINE')])).toBe(false);
  expect(isMarked([head], [clip(head, cubic(1, 3), 'CUBICSPLINE')])).toBe(true);
  expect(isMarked([head, joint([1, 2, 1])], [clip(head, cubic(1, 0), 'CUBICSPLINE')])).toBe(false);
});
