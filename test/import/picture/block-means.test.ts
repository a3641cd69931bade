import { expect, it } from 'vitest';
import { blockMeans } from '../../../src/import/picture/block-means.ts';
import { resized } from '../../../src/import/picture/resized.ts';

/** A picture of four pixels of each block of 2 x 2, side by side. */
const picture = (...blocks: readonly (readonly [number, number, number, number])[][]) => {
  const rgba = new Uint8Array(blocks.length * 16);
  for (const [i, pixels] of blocks.entries())
    for (const [k, pixel] of pixels.entries()) rgba.set(pixel, ((k >> 1) * blocks.length * 2 + i * 2 + (k & 1)) * 4);
  return { width: blocks.length * 2, height: 2, rgba };
};

it('averages in linear light, weighted by opacity', () => {
  const [black, white] = [
    [0, 0, 0, 255],
    [255, 255, 255, 255],
  ] as const;
  const clear = [9, 9, 9, 0] as const;
  const { width, height, rgba } = blockMeans(
    picture([black, white, white, black], [clear, clear, clear, white], [clear, clear, clear, clear]),
    2,
  );
  expect([width, height]).toEqual([3, 1]);
  expect([...rgba]).toEqual([188, 188, 188, 255, 255, 255, 255, 64, 0, 0, 0, 0]);
});

it('looks like a resize of the whole, where it is resized too', async () => {
  const side = 256;
  const rgba = Uint8Array.from({ length: side * side * 4 }, (_, i) => {
    const [x, y, c] = [(i >> 2) % side, (i >> 2) / side, i % 4];
    return c === 3 ? 255 : 128 + 60 * Math.sin(x / (5 + c)) + 60 * Math.sin(y / 9);
  });
  const whole = { width: side, height: side, rgba };
  const [once, twice] = [await resized(whole, 16, 16, 'colour'), await resized(blockMeans(whole, 4), 16, 16, 'colour')];
  const most = once.rgba.reduce((max, x, i) => Math.max(max, Math.abs(x - twice.rgba[i])), 0);
  expect(most).toBeLessThanOrEqual(2);
});
