import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderForShading } from '../../../src/assets/meshes/shading-order.ts';

/** A tube, row by row, in the order in which a modeller writes it. */
function tube(around: number, along: number): Uint16Array {
  const index: number[] = [];
  for (let row = 0; row < along; row++) {
    for (let k = 0; k < around; k++) {
      const a = row * around + k;
      const b = row * around + ((k + 1) % around);
      index.push(a, b, a + around, b, b + around, a + around);
    }
  }
  return Uint16Array.from(index);
}

/** Vertices that SwiftShader shades: four a run, 64 kept by their number, 128 triangles at a time, the last corner first. */
function shadedVertices(index: Uint16Array): number {
  const order = Array.from(index, (_, i) => index[i - (i % 3) + ((i + 2) % 3)]);
  let runs = 0;
  const kept = new Int32Array(64).fill(-1);
  for (let i = 0; i < order.length; i++) {
    if (i % 384 === 0) kept.fill(-1);
    if (kept[order[i] % 64] === order[i]) continue;
    runs++;
    for (const vertex of order.slice(i, i + 4).reverse()) kept[vertex % 64] = vertex;
  }
  return runs * 4;
}

/** Triangles, each from the corner that comes first as text: a turned one is the same, a flipped one is not. */
function trianglesOf(index: Uint16Array): string[] {
  return Array.from({ length: index.length / 3 }, (_, t) => {
    const [a, b, c] = index.subarray(t * 3, t * 3 + 3);
    return [`${a},${b},${c}`, `${b},${c},${a}`, `${c},${a},${b}`].sort()[0];
  }).sort();
}

describe('orderForShading', () => {
  it('halves the vertices that are shaded of a tube in the order of a modeller', () => {
    const index = tube(20, 40);
    const triangles = index.length / 3;
    expect(shadedVertices(index) / triangles).toBeGreaterThan(1.9);
    orderForShading(index, 0, index.length);
    expect(shadedVertices(index) / triangles).toBeLessThan(1.1);
  });

  it('never shades more than the order it is given', () => {
    const index = tube(64, 41);
    const before = shadedVertices(index);
    orderForShading(index, 0, index.length);
    expect(shadedVertices(index)).toBeLessThan(before);
  });

  it('keeps every triangle, its front, and what lies outside the draw call', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 9, maxLength: 900 }), numbers => {
        const index = Uint16Array.from(numbers.slice(0, numbers.length - (numbers.length % 3)));
        const ordered = index.slice();
        orderForShading(ordered, 3, index.length - 3);
        expect(ordered.subarray(0, 3)).toEqual(index.subarray(0, 3));
        expect(ordered.subarray(-3)).toEqual(index.subarray(-3));
        expect(trianglesOf(ordered)).toEqual(trianglesOf(index));
      }),
    );
  });

  it('accepts a draw call of one triangle, and of none', () => {
    const index = Uint16Array.of(7, 8, 9);
    orderForShading(index, 0, 0);
    expect(index).toEqual(Uint16Array.of(7, 8, 9));
    orderForShading(index, 0, 3);
    expect(trianglesOf(index)).toEqual(['7,8,9']);
  });
});
