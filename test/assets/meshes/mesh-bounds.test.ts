import { mat4, vec3 } from 'gl-matrix';
import { expect, it } from 'vitest';
import type { VertexAttribute } from '../../../src/assets/meshes/mesh-asset.ts';
import { boundsOf, skinnedBounds } from '../../../src/assets/meshes/mesh-bounds.ts';

const values = [0.5, -0.25, 1, -0.75, 0.125, 0.25, 0, 0.875, -0.5];
const floats: VertexAttribute = { array: Float32Array.from(values), itemSize: 3, normalized: false };
/** The same places as 16-bit numbers, as `KHR_mesh_quantization` writes them. */
const shorts: VertexAttribute = { array: Int16Array.from(values, x => Math.round(x * 32767)), itemSize: 3, normalized: true };

const matrices = {
  moved: mat4.fromTranslation(mat4.create(), [1, 2, 3]),
  scaled: mat4.fromRotationTranslationScale(mat4.create(), [0, 0, 0, 1], [1, 2, 3], [2, 3, 4]),
  mirrored: mat4.fromRotationTranslationScale(mat4.create(), [0, 0, 0, 1], [1, 2, 3], [-2, 3, -4]),
  flat: mat4.fromScaling(mat4.create(), [1, 0, 1]),
  turned: mat4.fromRotationTranslationScale(mat4.create(), [0, Math.SQRT1_2, 0, Math.SQRT1_2], [1, 2, 3], [2, 3, 4]),
  'turned by half a degree': mat4.fromYRotation(mat4.create(), Math.PI / 360),
  sheared: mat4.fromValues(1, 0, 0, 0, 0.5, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
};

/** Every vertex transformed by itself. */
function boxOf(matrix: mat4): number[] {
  const points = [0, 3, 6].map(i =>
    vec3.transformMat4(vec3.create(), values.slice(i, i + 3) as [number, number, number], matrix),
  );
  return [Math.min, Math.max].flatMap(extreme => [0, 1, 2].map(axis => extreme(...points.map(p => p[axis]))));
}

function expectBox({ min, max }: ReturnType<typeof boundsOf>, box: readonly number[]): void {
  for (const [i, side] of [...min, ...max].entries()) expect(side).toBeCloseTo(box[i], 3);
}

it.each(Object.entries(matrices))('bounds are those of every vertex where the matrix is %s', (_, matrix) => {
  expectBox(boundsOf({ POSITION: floats }, matrix), boxOf(matrix));
  expectBox(boundsOf({ POSITION: shorts }, matrix), boxOf(matrix));
});

it.each(
  Object.entries(matrices),
)('a skin in its bind pose has the bounds of every vertex where its joints are %s', (_, matrix) => {
  const joints = { array: Uint8Array.of(0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0), itemSize: 4, normalized: false };
  const weights = { array: Uint8Array.of(128, 127, 0, 0, 255, 0, 0, 0, 64, 191, 0, 0), itemSize: 4, normalized: true };
  const skin = { POSITION: floats, JOINTS_0: joints, WEIGHTS_0: weights };
  expectBox(skinnedBounds(skin, [matrix, mat4.clone(matrix)]), boxOf(matrix));
});

it('a skin whose joints differ has the bounds of what each joint moves', () => {
  const joints = { array: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0), itemSize: 4, normalized: false };
  const weights = { array: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0), itemSize: 4, normalized: true };
  const skin = { POSITION: floats, JOINTS_0: joints, WEIGHTS_0: weights };
  const { min } = skinnedBounds(skin, [mat4.create(), mat4.fromTranslation(mat4.create(), [-1, 0, 0])]);
  expect(min[0]).toBeCloseTo(-1.75);
});
