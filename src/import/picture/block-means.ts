/** Shrinks large pictures by whole numbers, many times as fast as a resize. */
import { TO_LINEAR, toByte } from './linear-light.ts';
import { type Picture, sharedPixels } from './picture.ts';

/**
 * Returns the means of blocks of pixels, in linear light and weighted by alpha. A block without opacity is black.
 *
 * @param side - of a block; the picture's sides are multiples of it.
 */
export function blockMeans({ width, height, rgba }: Picture, side: number): Picture {
  const [columns, rows] = [width / side, height / side];
  const means = sharedPixels(columns * rows * 4);
  for (let row = 0, to = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, to += 4) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let opacity = 0;
      for (let y = row * side; y < (row + 1) * side; y++)
        for (let at = (y * width + column * side) * 4, end = at + side * 4; at < end; at += 4) {
          const alpha = rgba[at + 3];
          red += TO_LINEAR[rgba[at]] * alpha;
          green += TO_LINEAR[rgba[at + 1]] * alpha;
          blue += TO_LINEAR[rgba[at + 2]] * alpha;
          opacity += alpha;
        }
      if (opacity === 0) continue;
      means[to] = toByte(red / opacity);
      means[to + 1] = toByte(green / opacity);
      means[to + 2] = toByte(blue / opacity);
      means[to + 3] = Math.round(opacity / (side * side));
    }
  return { width: columns, height: rows, rgba: means };
}
