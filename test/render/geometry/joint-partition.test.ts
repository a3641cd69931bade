import { BufferAttribute, BufferGeometry, Sphere } from 'three';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { levelsFor, refreshPartition } from '../../../src/render/geometry/joint-partition.ts';
import type { PartData } from '../../../src/render/geometry/part-mesh.ts';
import { jointsWithin } from '../../../src/render/gl/context.ts';
import { ATTRIBUTE_LOCATIONS } from '../../../src/render/gl/programs.ts';
import {
  allVariants,
  INSTANCED,
  LIGHTMAP,
  nameOf,
  skin,
  skinOf,
  sourcesOf,
} from '../../../src/render/materials/surface-variant.ts';

const JOINTS = 68;
const VERTICES = 400;

/** A long part of triangles between neighbours, with each vertex on up to four nearby joints. */
function part(): PartData {
  const random = seededRandom(6);
  const joints = new Uint8Array(VERTICES * 4);
  const weights = new Uint8Array(VERTICES * 4);
  for (let v = 0; v < VERTICES; v++) {
    const near = Math.floor((v / VERTICES) * (JOINTS - 4));
    const used = 1 + (v % 4);
    for (let k = 0; k < 4; k++) joints[v * 4 + k] = k < used ? near + ((k * 3 + v) % 4) : 66;
    for (let k = 0; k < used; k++) weights[v * 4 + k] = k === 0 ? 255 - 40 * (used - 1) : 40;
  }
  const corner = (at: number) => Math.min(VERTICES - 1, Math.floor(at + random() * 12));
  const index = Uint16Array.from({ length: 600 * 3 }, (_, i) => corner((Math.floor(i / 3) / 600) * (VERTICES - 12)));
  // A triangle from end to end.
  index.set([0, 200, VERTICES - 1], 300);
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from({ length: VERTICES * 3 }, random), 3));
  geometry.setAttribute(
    'uv',
    new BufferAttribute(
      Uint16Array.from({ length: VERTICES * 2 }, (_, i) => i * 7),
      2,
      true,
    ),
  );
  geometry.setAttribute('aJoints', new BufferAttribute(joints, 4));
  geometry.setAttribute('aWeights', new BufferAttribute(weights, 4, true));
  geometry.setIndex(new BufferAttribute(index, 1));
  geometry.boundingSphere = new Sphere();
  const ranges = [
    { start: 0, count: 900, joints: 3 },
    { start: 900, count: 900, joints: 4 },
  ];
  return { joints: JOINTS, levels: [{ geometry, error: 0, ranges }] } as unknown as PartData;
}

/** Lists every corner of every triangle (place, uv, joints and weights), with sorted triangles. */
function triangles({ geometry, ranges }: PartData['levels'][number]): string[] {
  const { position, uv, aJoints, aWeights } = geometry.attributes;
  const index = geometry.index!.array;
  return ranges
    .flatMap(({ start, count, joints, rows }) =>
      Array.from({ length: count / 3 }, (_, t) =>
        [0, 1, 2]
          .map(c => {
            const v = index[start + t * 3 + c];
            const pulls = [0, 1, 2, 3]
              .filter(k => aWeights.array[v * 4 + k] > 0)
              .map(k => `${rows ? rows[aJoints.array[v * 4 + k]] : aJoints.array[v * 4 + k]}:${aWeights.array[v * 4 + k]}`);
            return [...position.array.slice(v * 3, v * 3 + 3), ...uv.array.slice(v * 2, v * 2 + 2), pulls, joints].join(' ');
          })
          .join(' | '),
      ),
    )
    .sort();
}

describe('a part with more joints than the GPU has room for', () => {
  it.each([37, 16, 12])('is drawn in pieces of %i joints with the same triangles and the same joints', most => {
    const whole = part();
    const [level] = levelsFor(whole, most);
    for (const { rows } of level.ranges) {
      expect(rows!.length).toBeLessThanOrEqual(most);
      expect(new Set(rows).size).toBe(rows!.length);
    }
    expect(triangles(level)).toEqual(triangles(whole.levels[0]));
    expect(level.geometry.attributes.uv.normalized).toBe(true);
    if (most === 37) {
      expect(level.ranges.length).toBeLessThanOrEqual(6);
      expect(level.geometry.attributes.position.count).toBeLessThan(1.6 * VERTICES);
    }
  });

  it('stays unchanged if it fits', () => {
    const whole = part();
    expect(levelsFor(whole, 68)).toBe(whole.levels);
  });

  it('is split once, follows moved vertices and is freed with its geometry', () => {
    const whole = part();
    const [level] = levelsFor(whole, 37);
    const { geometry } = level;
    expect(levelsFor(whole, 37)[0]).toBe(level);
    const [copy, position] = [geometry, whole.levels[0].geometry].map(g => g.attributes.position as BufferAttribute);
    refreshPartition(geometry);
    expect(copy.version).toBe(0);
    position.array[5] = 77;
    position.needsUpdate = true;
    refreshPartition(geometry);
    expect(triangles(level)).toEqual(triangles(whole.levels[0]));
    expect(copy.version).toBe(1);
    let gone = 0;
    geometry.addEventListener('dispose', () => gone++);
    whole.levels[0].geometry.dispose();
    expect(gone).toBe(1);
  });
});

describe('the minimum limits of WebGL 1', () => {
  it('128 vertex uniforms hold 37 joints; 220 hold all 68', () => {
    expect([128, 219, 220, 4096, null].map(jointsWithin)).toEqual([37, 67, 68, 68, 68]);
    expect(sourcesOf(skin(2), 37).vertex).toContain('#define JOINTS 37');
    expect(sourcesOf(0, 37)).toEqual(sourcesOf(0));
    expect(sourcesOf(skin(2), 68)).toEqual(sourcesOf(skin(2)));
  });

  it('eight attributes are enough for every variant, each with its own location', () => {
    for (const variant of allVariants()) {
      const has = (name: string) =>
        name.startsWith('aRow')
          ? (variant & INSTANCED) !== 0
          : name === 'uv1'
            ? (variant & LIGHTMAP) !== 0
            : /^a(Joints|Weights)$/.test(name)
              ? skinOf(variant) > 0
              : true;
      const places = Object.entries(ATTRIBUTE_LOCATIONS).flatMap(([name, place]) => (has(name) ? [place] : []));
      expect(new Set(places).size, nameOf(variant)).toBe(places.length);
      expect(Math.max(...places)).toBeLessThan(8);
    }
  });
});
