import { expect, it } from 'vitest';
import type { UnpreparedPart, VertexAttribute } from '../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../../src/assets/meshes/prepare-part.ts';

/** Three vertices of the same four numbers. */
const four = (numbers: readonly number[], normalized: boolean): VertexAttribute => ({
  array: Uint8Array.from([...numbers, ...numbers, ...numbers]),
  itemSize: 4,
  normalized,
});

it('levels that share weights keep their own joints', () => {
  const POSITION: VertexAttribute = { array: new Float32Array(9), itemSize: 3, normalized: false };
  const WEIGHTS_0 = four([55, 200, 0, 0], true);
  const part: UnpreparedPart = {
    material: plainMaterial(),
    levels: [
      [0, 1, 0, 0],
      [2, 3, 0, 0],
    ].map(joints => ({
      index: Uint16Array.of(0, 1, 2),
      error: 0,
      attributes: { POSITION, JOINTS_0: four(joints, false), WEIGHTS_0 },
    })),
    transform: new Float32Array(16),
    skin: { joints: ['a', 'b', 'c', 'd'], inverseBind: new Float32Array(64) },
    morphTargets: [],
    bounds: { min: [0, 0, 0], max: [1, 1, 1] },
  };
  const [fine, coarse] = preparePart(part).levels.map(({ attributes }) => attributes);
  expect(fine.JOINTS_0?.array.subarray(0, 4)).toEqual(Uint8Array.of(1, 0, 0, 0));
  expect(coarse.JOINTS_0?.array.subarray(0, 4)).toEqual(Uint8Array.of(3, 2, 0, 0));
  expect(coarse.WEIGHTS_0?.array).toEqual(four([200, 55, 0, 0], true).array);
});
