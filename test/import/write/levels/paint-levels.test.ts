import { describe, expect, it } from 'vitest';
import { plainMaterial } from '../../../../src/assets/meshes/plain-material.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import { shrinkTexture } from '../../../../src/import/write/levels/looks/texture-colours.ts';
import { paintLevels } from '../../../../src/import/write/levels/paint-levels.ts';
import type { PackedPart } from '../../../../src/import/write/meshes/packed-part.ts';

/** A square of two triangles, whose corners show the given places of the texture. */
function square(u: readonly number[], v: readonly number[], alphaMode: 'opaque' | 'mask' = 'opaque'): PackedPart {
  const uvs = Uint16Array.from({ length: 8 }, (_, i) => (i % 2 ? v : u)[i >> 1] * 65535);
  return {
    material: plainMaterial({ alphaMode }),
    attributes: {
      POSITION: { data: Int16Array.of(0, 0, 0, 9000, 0, 0, 9000, 9000, 0, 0, 9000, 0), size: 3, normalized: true },
      TEXCOORD_0: { data: uvs, size: 2, normalized: true },
    },
    morphs: [],
    index: Uint32Array.of(0, 1, 2, 0, 2, 3),
  };
}

const levels = [Uint16Array.of(0, 1, 2, 0, 2, 3), Uint16Array.of(0, 1, 2)];
/** Red on the left, blue on the right. */
const palette = shrinkTexture({ width: 2, height: 1, rgba: [255, 0, 0, 255, 0, 0, 255, 255] });
const random = seededRandom(3);
const photograph = shrinkTexture({ width: 64, height: 64, rgba: Array.from({ length: 64 * 64 * 4 }, () => random() * 255) });

describe('paintLevels', () => {
  it('paints coarser levels where each triangle shows one colour of a palette', () => {
    const paint = paintLevels(square([0.1, 0.4, 0.3, 0.2], [0, 0, 1, 1]), levels, palette);
    expect(paint?.painted).toEqual([true, true]);
    expect([...(paint?.colours.subarray(0, 4) ?? [])]).toEqual([255, 0, 0, 255]);
  });

  it('paints the finest level too, unless the small copy of the texture lacks some of its detail', () => {
    const part = square([0.1, 0.4, 0.3, 0.2], [0, 0, 1, 1]);
    const finest = (detail: Uint8Array) => paintLevels(part, levels, { ...palette, detail })?.painted;
    expect(finest(Uint8Array.of(1, 0))).toEqual([true, true]);
    expect(finest(Uint8Array.of(9, 0))).toEqual([false, true]);
    const striped = shrinkTexture({
      width: 512,
      height: 512,
      rgba: Array.from({ length: 512 * 512 * 4 }, (_, i) => (i & 4 ? 255 : 0)),
    });
    expect(striped.detail?.[0]).toBe(128);
  });

  it('leaves the texture where a triangle shows more than its corners tell', () => {
    expect(paintLevels(square([0, 1, 1, 0], [0, 0, 1, 1]), levels, photograph)).toBeUndefined();
    expect(paintLevels(square([0.1, 0.9, 0.9, 0.1], [0, 0, 1, 1]), levels, palette)).toBeUndefined();
  });

  it('leaves the texture of a surface with holes, which are in its alpha', () => {
    expect(paintLevels(square([0.1, 0.4, 0.3, 0.2], [0, 0, 1, 1], 'mask'), levels, palette)).toBeUndefined();
  });
});
