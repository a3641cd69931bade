import { describe, expect, it } from 'vitest';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import type { TextureSampling } from '../../../src/assets/textures/texture-asset.ts';
import { padOdd } from '../../../src/import/material/pad-odd.ts';
import type { SourceProduct } from '../../../src/import/model/source-model.ts';

const WIDTH = 100;
const HEIGHT = 70;
const clamp: TextureSampling = { wrapS: 'clamp', wrapT: 'clamp', nearest: false };
const mirror: TextureSampling = { wrapS: 'mirror', wrapT: 'mirror', nearest: false };

/** Columns of the picture are its red, rows its green. */
function product(uvs: readonly number[], sampling?: TextureSampling, [width, height] = [WIDTH, HEIGHT]): SourceProduct {
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const pixel = i >> 2;
    return [pixel % width, Math.floor(pixel / width), 0, 255][i % 4];
  });
  const part = {
    material: plainMaterial({ name: 'print' }),
    positions: new Float32Array(9),
    normals: new Float32Array(9),
    uvs: Float32Array.from(uvs),
    index: Uint32Array.of(0, 1, 2),
  };
  return { name: 'page', parts: [part], textures: [{ slot: 'print', width, height, rgba, ...(sampling ? { sampling } : {}) }] };
}

/** Red and green of a pixel. */
const at = ({ textures: [{ width, rgba }] }: SourceProduct, x: number, y: number): number[] => [
  ...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 2),
];

describe('a picture whose sides are no powers of two', () => {
  it('keeps its pixels, and its UVs show them, where they keep within one copy', () => {
    const padded = padOdd(product([0, 0, 1, 0.5, 0.25, 1]));
    expect(padded.textures[0]).toMatchObject({ width: 128, height: 128 });
    for (const [x, y] of [[0, 0], [99, 0], [50, 69]] as const) expect(at(padded, x, y)).toEqual([x, y]); // biome-ignore format: one line
    expect([...(padded.parts[0].uvs ?? [])]).toEqual(
      [0, 0, WIDTH / 128, HEIGHT / 256, WIDTH / 512, HEIGHT / 128].map(x => expect.closeTo(x, 6)),
    );
  });

  it('goes on beyond its edges as its sampler says', () => {
    const repeated = padOdd(product([0, 0, 1, 1, 0, 1]));
    expect([at(repeated, 100, 0), at(repeated, 127, 0), at(repeated, 0, 127)]).toEqual([[0, 0], [99, 0], [0, 69]]); // biome-ignore format: one line
    const clamped = padOdd(product([0, 0, 1, 1, 0, 1], clamp));
    expect([at(clamped, 101, 0), at(clamped, 126, 0), at(clamped, 0, 126)]).toEqual([[99, 0], [0, 0], [0, 0]]); // biome-ignore format: one line
    const mirrored = padOdd(product([0, 0, 1, 1, 0, 1], mirror));
    expect([at(mirrored, 101, 0), at(mirrored, 126, 0), at(mirrored, 0, 126)]).toEqual([[98, 0], [1, 0], [0, 1]]); // biome-ignore format: one line
  });

  it('may be left by the UVs as far as half of the margin reaches', () => {
    expect(padOdd(product([-0.12, 0, 1.12, 1, 0, 1])).textures[0].width).toBe(128);
    const farther = product([-0.15, 0, 1.12, 1, 0, 1]);
    expect(padOdd(farther)).toBe(farther);
  });

  it('may be shown by another copy than the first; every second one is mirrored', () => {
    const second = product([1, -1, 2, 0, 1.5, -0.5]);
    const first = padOdd(product([0, 0, 1, 1, 0.5, 0.5]));
    expect(padOdd(second).parts[0].uvs).toEqual(first.parts[0].uvs);
    const mirrored = product([1, 0, 2, 1, 1.5, 0.5], mirror);
    expect(padOdd(mirrored)).toBe(mirrored);
  });

  it.each([
    ['repeats', product([0, 0, 2, 0, 0, 1]), []],
    ['is clamped and shows its edge far beyond', product([-0.5, 0, 0.5, 0, 0, 0.5], clamp), []],
    ['has sides of powers of two', product([0, 0, 1, 0, 0, 1], undefined, [128, 64]), []],
    ['moves', product([0, 0, 1, 0, 0, 1]), ['print']],
    ['is filtered and so small that it is enlarged', product([0, 0, 1, 0, 0, 1], undefined, [20, 13]), []],
    ['would take four times the memory', product([0, 0, 1, 0, 0, 1], undefined, [520, 520]), []],
  ])('stays as it is where it %s', (_, given, moving) => {
    expect(padOdd(given, moving)).toBe(given);
  });

  it('of few pixels without filter has exactly those', () => {
    const { textures } = padOdd(product([0, 0, 1, 0, 0, 1], { ...clamp, nearest: true }, [20, 13]));
    expect(textures[0]).toMatchObject({ width: 32, height: 16 });
  });

  it('is padded once for all that show it alike', () => {
    const given = product([0, 0, 1, 1, 0, 1]);
    expect(padOdd({ ...given }).textures[0].rgba).toBe(padOdd(given).textures[0].rgba);
  });
});
