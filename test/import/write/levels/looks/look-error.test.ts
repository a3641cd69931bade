import { describe, expect, it } from 'vitest';
import { shrinkTexture } from '../../../../../src/import/picture/texture-colours.ts';
import { LevelCamera } from '../../../../../src/import/write/levels/looks/level-picture.ts';
import { LookErrors } from '../../../../../src/import/write/levels/looks/look-error.ts';
import { pictureLoss } from '../../../../../src/import/write/levels/looks/picture-loss.ts';

/** A square of 2 x 2 at z = 0 that faces +z, as positions, UVs and triangles. */
const square = { positions: Float32Array.of(-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0), index: Uint32Array.of(0, 1, 2, 0, 2, 3) };
const uvs = (...values: number[]): Float32Array => Float32Array.from(values);
const attributes = {
  values: new Float32Array(),
  stride: 2,
  weights: [1, 1],
  counted: [{ name: 'TEXCOORD_0' as const, first: 0, take: 2, unit: 65535 }],
};
/** Red on the left, blue on the right. */
const halves = shrinkTexture({ width: 2, height: 1, rgba: [255, 0, 0, 255, 0, 0, 255, 255] });

describe('pictures of a level', () => {
  const camera = new LevelCamera([0, 0, 1], 0.1, [
    [-1, -1, 0],
    [1, 1, 0],
  ]);
  const numbers = { normal: -1, uv: 0, colour: -1 };
  const draw = (values: Float32Array, index = square.index) =>
    camera.draw({ index, positions: square.positions, values, stride: 2 }, numbers, halves, false);
  const right = uvs(0, 0, 1, 0, 1, 0, 0, 0);

  it('show the texture from the front and nothing from behind', () => {
    const { width, height, rgb, depth } = draw(right);
    const middle = (height >> 1) * width;
    const at = (x: number): number[] => [...rgb.subarray((middle + x) * 3, (middle + x) * 3 + 3)].map(Math.round);
    expect(at(width / 2 - 5)[0]).toBeGreaterThan(100);
    expect(at(width / 2 + 5)[2]).toBeGreaterThan(100);
    expect(depth[0]).toBe(Number.NEGATIVE_INFINITY);
    expect(draw(right, square.index.slice().reverse()).depth.every(d => d === Number.NEGATIVE_INFINITY)).toBe(true);
  });

  it('are numbers where a vertex that moved has a colour below 0', () => {
    const dark = Float32Array.from({ length: 12 }, (_, i) => (i < 6 ? -0.2 : 1));
    const of = { normal: -1, uv: -1, colour: 0 };
    const surface = { index: square.index, positions: square.positions, values: dark, stride: 3 };
    const { rgb } = camera.draw(surface, of, undefined, false);
    expect(rgb.every(Number.isFinite)).toBe(true);
  });

  it('differ by nothing from themselves, by less where a part is another colour, by more where all of it is', () => {
    const [same, part, all] = [right, uvs(0, 0, 0.6, 0, 0.6, 0, 0, 0), uvs(1, 0, 0, 0, 0, 0, 1, 0)].map(values =>
      pictureLoss(draw(right), draw(values)),
    );
    expect(same).toBe(0);
    expect(part).toBeGreaterThan(0);
    expect(all).toBeGreaterThan(2 * part);
  });
});

describe('the error of a level by its looks', () => {
  /** A roof whose middle is higher than its border, and a level without the middle. */
  const positions = Float32Array.of(...square.positions, 0, 0, 0.5);
  const values = uvs(0, 0, 1, 0, 1, 0, 0, 0, 0.5, 0);
  const level = (index: Uint32Array, triangles: number) => ({ surface: { index, positions, values, stride: 2 }, triangles });
  const roof = Uint32Array.of(0, 1, 4, 1, 2, 4, 2, 3, 4, 3, 0, 4);

  it('is larger where it saves fewer triangles, and 0 where nothing looks different', () => {
    const finest = level(roof, 400);
    const errors = new LookErrors(finest, attributes, halves, false, 9);
    const [few, many] = [300, 4].map(triangles => errors.errorOf(level(square.index, triangles), finest, 0.5));
    expect(few).toBeCloseTo(many * Math.sqrt(396 / 100), 1);
    expect(errors.errorOf(level(roof.slice(), 4), finest, 0.5)).toBe(0);
  });
});
