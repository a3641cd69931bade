/** Compares two pictures of a model. */
import type { Picture } from './level-picture.ts';

/** Side of a window, pixels. */
const WINDOW = 8;
/** Pixels between windows. With 1, errors of levels differ by at most 4 %, and it takes four times as long. */
const STEP = 2;
/** Of structural similarity: (0.01 x 255)^2 and (0.03 x 255)^2. */
const [C1, C2] = [6.5025, 58.5225];

/** Sums over all pixels below and left of each: of a, b, a^2, b^2 and ab. It grows as needed. */
let sums = new Float64Array(0);
/** Where the windows begin that show the model. */
let windows = new Int32Array(0);

/**
 * Returns how different two pictures look, in pixels: the sum of 1 - structural similarity (Wang et al. 2004) of the windows whose
 * middle shows the model in either picture, each of 8 x 8 pixels, averaged over red, green and blue.
 */
export function pictureLoss(a: Picture, b: Picture): number {
  const count = findWindows(a, b);
  let loss = 0;
  for (let channel = 0; channel < 3; channel++) {
    addUp(a, b, channel);
    for (let i = 0; i < count; i++) loss += 1 - similarity(windows[i], a.width + 1);
  }
  return (loss / 3) * STEP * STEP;
}

function findWindows(a: Picture, b: Picture): number {
  const { width, height } = a;
  const [columns, rows] = [width, height].map(side => Math.max(0, Math.floor((side - WINDOW) / STEP) + 1));
  if (windows.length < columns * rows) windows = new Int32Array(columns * rows);
  let count = 0;
  for (let y = 0; y + WINDOW <= height; y += STEP)
    for (let x = 0; x + WINDOW <= width; x += STEP) {
      const middle = (y + WINDOW / 2) * width + x + WINDOW / 2;
      if (a.depth[middle] > Number.NEGATIVE_INFINITY || b.depth[middle] > Number.NEGATIVE_INFINITY)
        windows[count++] = y * (width + 1) + x;
    }
  return count;
}

function addUp({ width, height, rgb }: Picture, b: Picture, channel: number): void {
  const across = (width + 1) * 5;
  if (sums.length < across * (height + 1)) sums = new Float64Array(across * (height + 1));
  sums.fill(0, 0, across);
  for (let y = 0; y < height; y++) {
    let p = 0;
    let q = 0;
    let pp = 0;
    let qq = 0;
    let pq = 0;
    let at = (y + 1) * across;
    sums.fill(0, at, at + 5);
    for (let from = y * width * 3 + channel, end = from + width * 3; from < end; from += 3) {
      const x = rgb[from];
      const z = b.rgb[from];
      p += x;
      q += z;
      pp += x * x;
      qq += z * z;
      pq += x * z;
      at += 5;
      const below = at - across;
      sums[at] = sums[below] + p;
      sums[at + 1] = sums[below + 1] + q;
      sums[at + 2] = sums[below + 2] + pp;
      sums[at + 3] = sums[below + 3] + qq;
      sums[at + 4] = sums[below + 4] + pq;
    }
  }
}

/** Returns the structural similarity of a window. */
function similarity(window: number, across: number): number {
  const at = window * 5;
  const right = at + WINDOW * 5;
  const above = at + WINDOW * across * 5;
  const corner = above + WINDOW * 5;
  const share = 1 / (WINDOW * WINDOW);
  const a = (sums[corner] - sums[above] - sums[right] + sums[at]) * share;
  const b = (sums[corner + 1] - sums[above + 1] - sums[right + 1] + sums[at + 1]) * share;
  const aa = (sums[corner + 2] - sums[above + 2] - sums[right + 2] + sums[at + 2]) * share;
  const bb = (sums[corner + 3] - sums[above + 3] - sums[right + 3] + sums[at + 3]) * share;
  const ab = (sums[corner + 4] - sums[above + 4] - sums[right + 4] + sums[at + 4]) * share;
  return ((2 * a * b + C1) * (2 * (ab - a * b) + C2)) / ((a * a + b * b + C1) * (aa - a * a + (bb - b * b) + C2));
}
