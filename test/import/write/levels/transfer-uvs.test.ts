import { describe, expect, it } from 'vitest';
import { surfaceOf } from '../../../../src/import/write/levels/level-deviation.ts';
import { transferUvs } from '../../../../src/import/write/levels/transfer-uvs.ts';

/** Corners of a square of 2 x 2 at z = 0 that faces +z. */
const corners = Float32Array.of(-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0);
const uvs = (...values: number[]): Float32Array => Float32Array.from(values);
const attributes = {
  values: new Float32Array(),
  stride: 2,
  weights: [1, 1],
  counted: [{ name: 'TEXCOORD_0' as const, first: 0, take: 2, unit: 65535 }],
};

describe('transferUvs', () => {
  it('gives a triangle that crosses a seam the colour that the finest level has there', () => {
    // The finest level is red, in two places of the texture; the level shows all that lies between.
    const red = { width: 4, height: 1, rgb: Uint8Array.of(255, 0, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0) };
    const finest = {
      ...surfaceOf(
        Float32Array.of(...corners, ...corners.subarray(0, 3), ...corners.subarray(6, 9)),
        Uint32Array.of(0, 1, 2, 4, 5, 3),
      ),
      ...attributes,
      values: uvs(0.1, 0, 0.1, 0, 0.1, 0, 0.9, 0, 0.9, 0, 0.9, 0),
      colours: red,
    };
    const level = {
      index: Uint32Array.of(0, 1, 3),
      origins: Uint32Array.of(0, 1, 2, 3),
      positions: corners,
      values: uvs(0.1, 0, 0.1, 0, 0.1, 0, 0.9, 0),
    };
    const { index, origins, values } = transferUvs(level, finest);
    const u = [...index].map(v => values[v * 2]);
    expect(Math.max(...u) - Math.min(...u)).toBeLessThan(0.01);
    expect([...index].map(v => origins[v])).toEqual([0, 1, 3]);
  });
});
