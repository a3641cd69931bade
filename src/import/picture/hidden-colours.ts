/** Gives pixels that are not seen the colours around them. */

/** Opacity, of 255, that is not seen. Kernels that ring leave pixels of opacity 1 and 2 whose colour is black. */
const UNSEEN = 3;

/**
 * Gives each pixel of opacity 0 to 3 the mean colour of the smallest square of 2, 4, 8 … pixels around it that has a visible one.
 * Changes `rgba` and returns it.
 *
 * A picture that is resized with weights by opacity has black there. GPUs filter colours without weights, so a black rim would show
 * around leaves and hair. A picture without a visible pixel becomes black.
 *
 * @param rgba - straight alpha, 4 bytes a pixel.
 */
export function fillHidden(rgba: Uint8Array, width: number, height: number): Uint8Array {
  if (width * height <= 1 || !hasHidden(rgba)) return rgba;
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / 2);
  const coarse = fillHidden(meanOfVisible(rgba, width, height, columns, rows), columns, rows);
  for (let at = 0, y = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) {
      if (rgba[at + 3] > UNSEEN) continue;
      const from = ((y >> 1) * columns + (x >> 1)) * 4;
      for (let c = 0; c < 3; c++) rgba[at + c] = coarse[from + c];
    }
  return rgba;
}

function hasHidden(rgba: Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] <= UNSEEN) return true;
  return false;
}

/** Returns a picture of half the size, whose pixels are opaque where any of their four is visible. */
function meanOfVisible(rgba: Uint8Array, width: number, height: number, columns: number, rows: number): Uint8Array {
  const sums = new Uint16Array(columns * rows * 4);
  for (let at = 0, y = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) {
      if (rgba[at + 3] <= UNSEEN) continue;
      const to = ((y >> 1) * columns + (x >> 1)) * 4;
      for (let c = 0; c < 3; c++) sums[to + c] += rgba[at + c];
      sums[to + 3]++;
    }
  return Uint8Array.from(sums, (sum, i) => {
    const count = sums[i | 3];
    return (i & 3) === 3 ? (count > 0 ? 255 : 0) : count > 0 ? Math.round(sum / count) : 0;
  });
}
