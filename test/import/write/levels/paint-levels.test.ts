import { describe, expect, it } from 'vitest';
import { plainMaterial } from '../../../../src/assets/meshes/plain-material.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import { shrinkTexture } from '../../../../src/import/picture/texture-colours.ts';
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

  it('keeps a small eye on a large figure, between the samples of one triangle', () => {
    const quads = 400;
    const uvs = new Float32Array(quads * 8).fill(0.1);
    uvs.set([0.5, 0, 1, 0, 1, 1, 0.5, 1]);
    const corners = Array.from({ length: quads }, (_, i) => {
      const [x, y] = [(i % 20) * 100, Math.floor(i / 20) * 100];
      return [x, y, 0, x + 100, y, 0, x + 100, y + 100, 0, x, y + 100, 0];
    });
    const index = Uint16Array.from({ length: quads * 6 }, (_, i) => Math.floor(i / 6) * 4 + [0, 1, 2, 0, 2, 3][i % 6]);
    const figure: PackedPart = {
      ...square([0], [0]),
      attributes: {
        POSITION: { data: Int16Array.from(corners.flat()), size: 3, normalized: true },
        TEXCOORD_0: { data: uvs, size: 2, normalized: false },
      },
    };
    const face = (radius: number): ReturnType<typeof shrinkTexture> => {
      const isEye = (i: number): boolean => Math.hypot((i % 256) - 165, Math.floor(i / 256) - 170) < radius;
      const rgba = Array.from({ length: 256 * 256 }, (_, i) => (isEye(i) ? [0, 0, 0, 255] : [220, 180, 150, 255]));
      return shrinkTexture({ width: 256, height: 256, rgba: rgba.flat() });
    };
    expect(paintLevels(figure, [index], face(0))?.painted).toEqual([true]);
    expect(paintLevels(figure, [index], face(14))?.painted).toBeUndefined();
  });

  it('takes the colours that the texture shows beyond its sides', () => {
    const beyond = (u: number, wrap?: 'clamp' | 'mirror'): number[] => {
      const part = square([0], [0]);
      const uvs = { data: Float32Array.from({ length: 8 }, (_, i) => (i % 2 ? 0.5 : u)), size: 2, normalized: false } as const;
      const texture = wrap ? { ...palette, wrap: [wrap, wrap] as const } : palette;
      const paint = paintLevels({ ...part, attributes: { ...part.attributes, TEXCOORD_0: uvs } }, levels, texture);
      return [...(paint?.colours.subarray(0, 3) ?? [])];
    };
    const [red, blue] = [
      [255, 0, 0],
      [0, 0, 255],
    ];
    expect(beyond(1.2)).toEqual(red);
    expect(beyond(1.2, 'mirror')).toEqual(blue);
    expect(beyond(1.2, 'clamp')).toEqual(blue);
    expect(beyond(1, 'clamp')).toEqual(blue);
    expect(beyond(-0.2)).toEqual(blue);
    expect(beyond(-0.2, 'mirror')).toEqual(red);
    expect(beyond(-0.2, 'clamp')).toEqual(red);
  });

  it('leaves the texture of a surface with holes, which are in its alpha', () => {
    expect(paintLevels(square([0.1, 0.4, 0.3, 0.2], [0, 0, 1, 1], 'mask'), levels, palette)).toBeUndefined();
  });
});
