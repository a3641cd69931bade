/** Compares two pictures of a model. */
import type { Picture } from './level-picture.ts';

/** Side of a window, pixels. */
const WINDOW = 8;
/** Of structural similarity: (0.01 x 255)^2 and (0.03 x 255)^2. */
const [C1, C2] = [6.5025, 58.5225];

/**
 * Returns how different two pictures look, in pixels: the sum of 1 - structural similarity (Wang et al. 2004) of the windows whose
 * middle shows the model in either picture, each of 8 x 8 pixels, averaged over red, green and blue.
 */
export function pictureLoss(a: Picture, b: Picture): number {
  const { width, height } = a;
  const shown: number[] = [];
  for (let y = 0; y + WINDOW <= height; y++)
    for (let x = 0; x + WINDOW <= width; x++) {
      const middle = (y + WINDOW / 2) * width + x + WINDOW / 2;
      if (a.depth[middle] > Number.NEGATIVE_INFINITY || b.depth[middle] > Number.NEGATIVE_INFINITY)
        shown.push(y * (width + 1) + x);
    }
  let loss = 0;
  for (let c = 0; c < 3; c++) {
    const sums = integrals(a, b, c);
    for (const at of shown) loss += 1 - similarity(sums, at, width + 1);
  }
  return loss / 3;
}

/** Sums over all pixels below and left of each: of a, b, a², b² and ab. */
function integrals({ width, height, rgb }: Picture, b: Picture, channel: number): Float64Array[] {
  const across = width + 1;
  const out = [0, 1, 2, 3, 4].map(() => new Float64Array(across * (height + 1)));
  const row = new Float64Array(5);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (let x = 0; x < width; x++) {
      const [p, q] = [rgb[(y * width + x) * 3 + channel], b.rgb[(y * width + x) * 3 + channel]];
      row[0] += p;
      row[1] += q;
      row[2] += p * p;
      row[3] += q * q;
      row[4] += p * q;
      const at = (y + 1) * across + x + 1;
      for (let k = 0; k < 5; k++) out[k][at] = out[k][at - across] + row[k];
    }
  }
  return out;
}

function similarity(sums: readonly Float64Array[], at: number, across: number): number {
  const mean = (k: number): number => {
    const sum = sums[k];
    const above = at + WINDOW * across;
    return (sum[above + WINDOW] - sum[above] - sum[at + WINDOW] + sum[at]) / (WINDOW * WINDOW);
  };
  const [a, b] = [mean(0), mean(1)];
  const [va, vb, both] = [mean(2) - a * a, mean(3) - b * b, mean(4) - a * b];
  return ((2 * a * b + C1) * (2 * both + C2)) / ((a * a + b * b + C1) * (va + vb + C2));
}
