import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VertexAttribute } from '../../../src/assets/meshes/mesh-asset.ts';
import { byWeights, heaviestFirst, heaviestOnly, jointsOfVertices } from '../../../src/assets/meshes/weight-ranges.ts';

const u8 = (array: number[], normalized = true): VertexAttribute => ({ array: Uint8Array.from(array), itemSize: 4, normalized });

/** A vertex of each number of joints, and `count` triangles whose corners have these numbers. */
const vertexOf = u8([255, 0, 0, 0, 200, 55, 0, 0, 100, 100, 55, 0, 64, 64, 64, 63]);

describe('byWeights', () => {
  const anyIndex = fc
    .array(fc.nat(3), { minLength: 3, maxLength: 1800 })
    .map(a => Uint16Array.from(a.slice(0, a.length - (a.length % 3))));

  it('keeps every triangle, covers the index, and never gives a range too few joints', () => {
    fc.assert(
      fc.property(anyIndex, index => {
        const { index: out, ranges } = byWeights(index, jointsOfVertices(vertexOf));
        const triangles = (i: Uint16Array) =>
          Array.from({ length: i.length / 3 }, (_, t) => i.slice(t * 3, t * 3 + 3).join()).sort();
        expect(triangles(out)).toEqual(triangles(index));
        let end = 0;
        for (const { start, count, joints } of ranges) {
          expect(start).toBe(end);
          end += count;
          expect(joints).toBe(1 + Math.max(...out.slice(start, end)));
        }
        expect(end).toBe(index.length);
      }),
    );
  });

  const of = (...counts: number[]) => {
    const index = Uint16Array.from(counts.flatMap((count, joints) => Array(count).fill([joints, 0, 0]).flat()));
    return byWeights(index, jointsOfVertices(vertexOf)).ranges.map(r => [r.count / 3, r.joints]);
  };

  it('merges classes that are not worth a draw call into the next class', () => {
    expect(of(30, 200, 0, 300)).toEqual([
      [230, 2],
      [300, 4],
    ]);
    expect(of(10, 10, 10, 10)).toEqual([[40, 4]]);
    expect(of(500)).toEqual([[500, 1]]);
  });

  it('makes at most three ranges and merges where it costs least', () => {
    expect(of(1000, 1000, 500, 200)).toEqual([
      [1000, 1],
      [1000, 2],
      [700, 4],
    ]);
  });

  it('keeps the order of triangles within a range', () => {
    const index = Uint16Array.from(Array.from({ length: 200 }, (_, i) => (i % 2 ? [1, 0, 0] : [0, 0, 0])).flat());
    const { ranges } = byWeights(index, jointsOfVertices(vertexOf));
    expect(ranges.map(r => [r.start, r.count, r.joints])).toEqual([
      [0, 300, 1],
      [300, 300, 2],
    ]);
  });
});

describe('heaviestFirst', () => {
  it('returns the same arrays if they are sorted already', () => {
    const joints = u8([1, 2, 3, 4], false);
    const weights = u8([200, 55, 0, 0]);
    expect(heaviestFirst(joints, weights)).toEqual({ JOINTS_0: joints, WEIGHTS_0: weights });
    expect(heaviestFirst(joints, weights).JOINTS_0).toBe(joints);
  });

  it('moves weights with their joints and does not change the input', () => {
    const joints = u8([7, 8, 9, 10], false);
    const weights = u8([0, 55, 0, 200]);
    const sorted = heaviestFirst(joints, weights);
    expect(Array.from(sorted.WEIGHTS_0.array)).toEqual([200, 55, 0, 0]);
    expect(Array.from(sorted.JOINTS_0.array).slice(0, 2)).toEqual([10, 8]);
    expect(Array.from(weights.array)).toEqual([0, 55, 0, 200]);
  });
});

describe('heaviestOnly', () => {
  it('keeps the heaviest joints and the sum of weights', () => {
    expect([...heaviestOnly(vertexOf, 2).array]).toEqual([255, 0, 0, 0, 200, 55, 0, 0, 127, 128, 0, 0, 127, 128, 0, 0]);
    expect([...heaviestOnly(vertexOf, 1).array]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0]);
    const floats: VertexAttribute = { array: Float32Array.of(0.6, 0.2, 0.2, 0), itemSize: 4, normalized: false };
    expect(heaviestOnly(floats, 2).array[0]).toBeCloseTo(0.75);
    expect(heaviestOnly(floats, 2).array[1]).toBeCloseTo(0.25);
  });
});
