import { IcosahedronGeometry } from 'three';
import { mergeVertices } from 'three/examples/jsm/utils/BufferGeometryUtils.js';
import { describe, expect, it } from 'vitest';
import { decodeMesh } from '../../../../src/assets/meshes/decode-mesh.ts';
import type { SourcePart } from '../../../../src/import/model/source-model.ts';
import { hiddenTriangles } from '../../../../src/import/write/levels/hidden-triangles.ts';
import { writeMesh } from '../../../../src/import/write/meshes/mesh-writer.ts';
import { type PackedPart, packPart, quantizationVolume } from '../../../../src/import/write/meshes/packed-part.ts';
import { material } from '../fixtures.ts';

/** A sphere of one joint, or what of it lies below a height. */
function ball(radius: number, fineness: number, joint: number, below = 2): SourcePart {
  const geometry = new IcosahedronGeometry(1, fineness);
  geometry.deleteAttribute('normal');
  geometry.deleteAttribute('uv');
  const whole = mergeVertices(geometry);
  const unit = Float32Array.from(whole.attributes.position.array);
  const triangles = Array.from({ length: (whole.index?.count ?? 0) / 3 }, (_, t) =>
    [0, 1, 2].map(k => whole.index?.getX(t * 3 + k) ?? 0),
  );
  const count = unit.length / 3;
  return {
    material: material('skin'),
    positions: unit.map(x => x * radius),
    normals: unit,
    index: Uint32Array.from(triangles.filter(t => t.every(v => unit[v * 3 + 1] < below)).flat()),
    joints: Uint16Array.from({ length: count * 4 }, (_, i) => (i % 4 === 0 ? joint : 0)),
    weights: Float32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
  }; // prettier-ignore
}

/** Share of the triangles of the first that nobody sees beside the others. */
function hiddenShare(parts: readonly SourcePart[], change: (part: PackedPart, i: number) => PackedPart = p => p): number {
  const volume = quantizationVolume(parts);
  const packed = parts.map((part, i) => ({ part: change(packPart(part, volume, 4), i), joints: [0, 1] }));
  const [first, ...others] = hiddenTriangles(packed);
  for (const other of others) expect(other.some(x => x === 1)).toBe(false);
  return first.reduce((a, b) => a + b, 0) / first.length;
}

describe('hidden triangles', () => {
  const inner = ball(0.97, 5, 0);
  const outer = ball(1, 5, 0);

  it('include a whole ball in a ball; in a cup, those that cannot be seen through its opening', () => {
    expect(hiddenShare([inner, outer])).toBe(1);
    const inCup = hiddenShare([inner, ball(1, 5, 0, 0.3)]);
    expect(inCup).toBeGreaterThan(0.3);
    expect(inCup).toBeLessThan(0.6);
    expect(hiddenShare([inner])).toBe(0);
  });

  it('do not exist under a surface that moves differently, is transparent, changes shape or is far away', () => {
    expect(hiddenShare([inner, ball(1, 5, 1)])).toBe(0);
    const blended = (part: PackedPart, i: number): PackedPart =>
      i === 1 ? { ...part, material: { ...part.material, alphaMode: 'blend' } } : part;
    expect(hiddenShare([inner, outer], blended)).toBe(0);
    const morphed = (part: PackedPart, i: number): PackedPart =>
      i === 1 ? { ...part, morphs: [{ name: 'open', position: part.attributes.POSITION }] } : part;
    expect(hiddenShare([inner, outer], morphed)).toBe(0);
    expect(hiddenShare([ball(0.5, 5, 0), outer])).toBe(0);
  });

  it('do not include a large one whose rim is visible around what stands before it', () => {
    const quad = (half: number, z: number): SourcePart => ({
      material: material('skin'),
      positions: Float32Array.of(-half, -half, z, half, -half, z, half, half, z, -half, half, z),
      normals: Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
      index: Uint32Array.of(0, 1, 2, 0, 2, 3),
    });
    const behind = (front: SourcePart): number[] => {
      const parts = [quad(1, 0), front];
      const volume = quantizationVolume(parts);
      return [...hiddenTriangles(parts.map(part => ({ part: packPart(part, volume, 4), joints: [] })))[0]];
    };
    expect(behind(quad(0.94, 0.01))).toEqual([0, 0]);
    expect(behind(quad(1.6, 0.01))).toEqual([1, 1]);
  });

  it('may belong to a double-sided surface under another double-sided one', () => {
    const twoSided = { ...outer, material: { ...outer.material, doubleSided: true } };
    expect(hiddenShare([inner, twoSided])).toBe(1);
    // Of one side only, and that one within: whoever looks from without looks through.
    expect(hiddenShare([inner, { ...outer, index: outer.index.slice().reverse() }])).toBe(0);
  });
});

/** Whether a ray from the origin leaves through a triangle, farther out than `least`. */
function covered(direction: readonly number[], triangles: readonly (readonly (readonly number[])[])[], least: number): boolean {
  const cross = (a: readonly number[], b: readonly number[]) => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return triangles.some(([a, b, c]) => {
    const volume = dot(a, cross(b, c));
    const u = dot(direction, cross(b, c)) / volume;
    const v = dot(direction, cross(c, a)) / volume;
    const w = dot(direction, cross(a, b)) / volume;
    return u >= -1e-6 && v >= -1e-6 && w >= -1e-6 && 1 / (u + v + w) > least;
  });
}

it('no level lets the ball in a cup show through the cup', async () => {
  const [ballRadius, rim] = [0.985, 0.6];
  const parts = [ball(ballRadius, 12, 0), ball(1, 12, 0, rim)];
  const skin = { joints: ['head'], inverseBind: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1) };
  const { glb } = await writeMesh({ name: 'in a cup', parts, skin, textures: [] }, { count: 3, maxError: 0.1, maxWeights: 4 });
  const [{ levels, bounds }] = (await decodeMesh(Uint8Array.from(glb), 'cup.glb')).parts;
  expect(levels.length).toBeGreaterThan(2);
  // Positions of a skin are quantized: the cup's lowest vertex has the largest number.
  const lowest = Math.max(...Array.from(levels[0].attributes.POSITION.array, Math.abs));
  for (const [i, level] of levels.entries()) {
    const { array } = level.attributes.POSITION;
    const place = (v: number) => [0, 1, 2].map(k => (array[v * 3 + k] / lowest) * bounds.max[0]);
    const radius = (v: number) => Math.hypot(...place(v));
    const triangles = Array.from({ length: level.index.length / 3 }, (_, t) => [0, 1, 2].map(k => level.index[t * 3 + k]));
    const cup = triangles.filter(t => t.every(v => radius(v) > (1 + ballRadius) / 2)).map(t => t.map(place));
    const under = [...new Set(level.index)].filter(v => radius(v) < (1 + ballRadius) / 2 && place(v)[1] < rim - 0.25);
    // What the cup hides all around only the finest has.
    if (i > 0) expect(under.length).toBeLessThan(200);
    expect(
      under.filter(
        v =>
          !covered(
            place(v).map(x => x / radius(v)),
            cup,
            radius(v),
          ),
      ).length,
    ).toBe(0);
  }
});
