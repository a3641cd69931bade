import { mat4, vec3 } from 'gl-matrix';
import { describe, expect, it } from 'vitest';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import type { AnimationAsset } from '../../../src/assets/motion/animation-asset.ts';
import type { ConvertedSkeleton } from '../../../src/import/cal3d/convert/convert-skeleton.ts';
import { parseMesh } from '../../../src/import/cal3d/parse-cal3d-file.ts';
import { addChains } from '../../../src/import/cal3d/springs/add-chains.ts';
import { clothChains } from '../../../src/import/cal3d/springs/cloth-chains.ts';
import { swing } from '../../../src/import/cal3d/springs/swing-chains.ts';
import { PoseSampler } from '../../../src/import/model/pose-sampler.ts';
import * as sample from './sample.ts';
import { writeMesh } from './write-binary.ts';
import { writeXmlMesh } from './write-xml.ts';

/** A plait of seven rings of two vertices, 5 cm apart, that hangs from 1.6 m. The first ring is held by joint 1, the head. */
const RINGS = 7;
const plait = {
  material: plainMaterial({ name: 'hair' }),
  positions: Float32Array.from(
    { length: RINGS * 6 },
    (_, i) => [i % 6 < 3 ? -0.01 : 0.01, 1.6 - 0.05 * Math.floor(i / 6), 0][i % 3],
  ),
  normals: new Float32Array(RINGS * 6),
  index: new Uint32Array(0),
  joints: Uint16Array.from({ length: RINGS * 8 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
  weights: Float32Array.from({ length: RINGS * 8 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
};
const springs = Array.from({ length: RINGS - 1 }, (_, r) => [2 * r, 2 * r + 2, 2 * r + 1, 2 * r + 3, 2 * r, 2 * r + 1]).flat();
const cloth = Float32Array.from({ length: RINGS * 2 }, (_, v) => (v < 2 ? 0 : 1));

/** Two joints: the root on the floor and the head at 1.7 m. */
const skeleton: ConvertedSkeleton = {
  jointOf: [0, 1],
  inverseBind: Float32Array.from([...mat4.create(), ...mat4.fromTranslation(mat4.create(), [0, -1.7, 0])]),
  asset: {
    names: ['root', 'head'],
    parents: Int16Array.of(-1, 0),
    translations: Float32Array.of(0, 0, 0, 0, 1.7, 0),
    rotations: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1),
    scales: new Float32Array(6).fill(1),
    humanoid: {},
  },
};
const clip = (tracks: AnimationAsset['tracks'], loop = true): AnimationAsset => ({
  name: 'c',
  duration: 2,
  loop,
  speed: 0,
  tracks,
});
const still = clip([
  {
    target: 'head',
    path: 'rotation',
    interpolation: 'linear',
    times: Float32Array.of(0, 2),
    values: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1),
  },
]);
/** The head turns 90 degrees to the side and back. */
const turning = clip([
  {
    target: 'head',
    path: 'rotation',
    interpolation: 'linear',
    times: Float32Array.of(0, 1, 2),
    values: Float32Array.of(0, 0, 0, 1, 0, 0, Math.SQRT1_2, Math.SQRT1_2, 0, 0, 0, 1),
  },
]);

const bound = () => {
  const found = clothChains(plait, springs, cloth, 2);
  if (!found) throw new Error('nothing hangs');
  return { found, ...addChains(skeleton, found.chains) };
};

/** Places of all vertices at a time. */
function posed(animation: AnimationAsset, seconds: number): Float64Array {
  const { found, skeleton: whole } = bound();
  const world = new PoseSampler(animation, whole.asset).sample(seconds);
  const out = new Float64Array(plait.positions.length);
  for (let v = 0; v < RINGS * 2; v++)
    for (let k = v * 4; k < v * 4 + 4; k++) {
      const joint = found.joints[k];
      const matrix = mat4.multiply(
        mat4.create(),
        world.subarray(joint * 16, joint * 16 + 16) as unknown as mat4,
        whole.inverseBind.subarray(joint * 16, joint * 16 + 16) as mat4,
      );
      const p = vec3.transformMat4(vec3.create(), plait.positions.subarray(v * 3, v * 3 + 3) as vec3, matrix);
      for (let c = 0; c < 3; c++) out[v * 3 + c] += p[c] * found.weights[k];
    }
  return out;
}

describe('springs of Cal3D', () => {
  it('are read from binary and XML files, with the weight of each vertex', () => {
    const source = {
      ...sample.mesh,
      submeshes: [{ ...sample.mesh.submeshes[0], springs: [0, 1, 1, 2], cloth: Float32Array.of(0, 0.5, 1, 0) }],
    };
    for (const bytes of [writeMesh(source, 919), writeXmlMesh(source, 900)])
      expect(parseMesh(bytes, 'x.cmf', () => {}).submeshes[0]).toMatchObject({
        springs: [0, 1, 1, 2],
        cloth: Float32Array.of(0, 0.5, 1, 0),
      });
  });

  it('become a chain of joints below the joint that holds them', () => {
    const { found, swinging, skeleton: whole } = bound();
    expect(found.chains.map(c => [c.parent, c.points.length / 3 - 1])).toEqual([[1, 3]]);
    expect([...whole.asset.parents]).toEqual([-1, 0, 1, 2, 3]);
    expect(swinging[0].joints).toEqual([2, 3, 4]);
    // Held vertices keep their bones, the last ones follow the last joint.
    expect([found.joints[0], found.weights[0]]).toEqual([1, 1]);
    expect([found.joints[RINGS * 8 - 4], found.weights[RINGS * 8 - 4]]).toEqual([4, 1]);
    for (let v = 0; v < RINGS * 2; v++)
      expect(found.weights.subarray(v * 4, v * 4 + 4).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  it('ignores springs between vertices that do not exist, and cloth that nothing holds', () => {
    expect(clothChains(plait, [0, 99, -1, 2, 3, 3, 0.5, 4], cloth, 2)).toBeUndefined();
    expect(clothChains(plait, springs, new Float32Array(RINGS * 2).fill(1), 2)).toBeUndefined();
  });

  it('stay at rest where nothing moves', () => {
    const { swinging, skeleton: whole } = bound();
    const places = posed(swing(still, whole.asset, swinging), 1.3);
    for (const [i, x] of places.entries()) expect(x).toBeCloseTo(plait.positions[i], 5);
  });

  it('swing behind the head, keep the length of the hair, and close the loop', () => {
    const { swinging, skeleton: whole } = bound();
    const swung = swing(turning, whole.asset, swinging);
    const tip = (places: Float64Array) => [...places.subarray((RINGS - 1) * 6, (RINGS - 1) * 6 + 3)];
    const [ours, stiff] = [tip(posed(swung, 1)), tip(posed(turning, 1))];
    // A stiff plait stands out to the side by its whole length. A swinging one hangs lower.
    expect(ours[1]).toBeLessThan(stiff[1] - 0.05);
    const joints = new PoseSampler(swung, whole.asset).sample(1);
    const place = (j: number) => [...joints.subarray(j * 16 + 12, j * 16 + 15)];
    expect(Math.hypot(...place(3).map((x, k) => x - place(2)[k]))).toBeCloseTo(0.1, 2);
    const [start, end] = [tip(posed(swung, 0)), tip(posed(swung, 2))];
    for (const [k, x] of start.entries()) expect(end[k]).toBeCloseTo(x, 5);
  });
});
