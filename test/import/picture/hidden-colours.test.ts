import { describe, expect, it } from 'vitest';
import { fillHidden } from '../../../src/import/picture/hidden-colours.ts';
import { resized } from '../../../src/import/picture/resized.ts';
import { resize } from '../../../src/import/write/texture-encoder.ts';

/** A green disc on nothing: pixels of opacity 0 are black. */
function leaf(width: number, height: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2 < 0.09) rgba.set([0, 100, 50, 255], (y * width + x) * 4);
  return rgba;
}

const isGreen = (rgba: Uint8Array): boolean =>
  rgba.every((value, i) => (i & 3) === 3 || Math.abs(value - [0, 100, 50][i & 3]) <= 2);

describe('colours under opacity 0', () => {
  it('are those around them, and opacity stays', () => {
    const pixels = leaf(37, 20);
    const filled = fillHidden(pixels.slice(), 37, 20);
    expect(isGreen(filled)).toBe(true);
    expect(filled.filter((_, i) => i % 4 === 3)).toEqual(pixels.filter((_, i) => i % 4 === 3));
  });

  it('come from the nearest square that shows something', () => {
    const row = Uint8Array.of(200, 0, 0, 255, 0, 0, 0, 0, 9, 9, 9, 3, 0, 0, 80, 4);
    expect([...fillHidden(row, 4, 1)]).toEqual([200, 0, 0, 255, 200, 0, 0, 0, 0, 0, 80, 3, 0, 0, 80, 4]);
  });

  it('are black where nothing is visible, and stay where nothing is hidden', () => {
    const nothing = Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 0);
    expect([...fillHidden(nothing.slice(), 2, 1)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    const all = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 4);
    expect(fillHidden(all.slice(), 2, 1)).toEqual(all);
  });

  it('leave no dark rim where a texture is resized', async () => {
    const source = { width: 100, height: 60, rgba: leaf(100, 60) };
    expect(isGreen(await resize({ slot: 'leaf', ...source }, 128, 64))).toBe(true);
    expect(isGreen(await resize({ slot: 'leaf', ...source }, 64, 32))).toBe(true);
    expect(isGreen((await resized(source, 64, 64, 'colour')).rgba)).toBe(true);
  });
});
