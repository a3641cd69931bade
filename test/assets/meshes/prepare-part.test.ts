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

it('blended triangles keep their order: the last one drawn is seen in front', () => {
  const index = Uint16Array.of(3, 4, 5, 0, 1, 2);
  const weights = [...four([200, 55, 0, 0], true).array, ...four([255, 0, 0, 0], true).array];
  const part = (alphaMode: 'opaque' | 'blend'): UnpreparedPart => ({
    material: plainMaterial({ alphaMode }),
    levels: [
      {
        index: Uint16Array.from({ length: 600 }, (_, i) => index[(i + (i < 300 ? 3 : 0)) % 6]),
        error: 0,
        attributes: {
          POSITION: { array: new Float32Array(18), itemSize: 3, normalized: false },
          JOINTS_0: { array: Uint8Array.from({ length: 24 }, (_, i) => i % 2), itemSize: 4, normalized: false },
          WEIGHTS_0: { array: Uint8Array.from(weights), itemSize: 4, normalized: true },
        },
      },
    ],
    transform: new Float32Array(16),
    skin: { joints: ['a', 'b'], inverseBind: new Float32Array(32) },
    morphTargets: [],
    bounds: { min: [0, 0, 0], max: [1, 1, 1] },
  });
  const blended = part('blend');
  const [level] = preparePart(blended).levels;
  expect(level.index).toEqual(blended.levels[0].index);
  expect(level.ranges).toEqual([{ start: 0, count: 600, joints: 2 }]);
  expect(preparePart(part('opaque')).levels[0].ranges.length).toBeGreaterThan(1);
});
