/** Sizes of written textures. */

/** Longest side of a written texture, in pixels. Longer pictures shrink while they are decoded. */
export const MAX_TEXTURE = 2048;

/** Sides up to this length are enlarged rather than shrunk: detail is worth these few bytes. */
const SMALL = 512;

/**
 * Returns powers of two, the longer side at most `max`, with about the same shape. Small sides round up, others to the nearest:
 * `(150, 1200, 2048) // [256, 1024]`.
 */
export function powerOfTwoSize(width: number, height: number, max: number): [number, number] {
  // A side up to a tenth above a power of two shrinks without visible loss.
  const power = (x: number): number => 2 ** (x <= SMALL ? Math.ceil(Math.log2(x / 1.1)) : Math.round(Math.log2(x)));
  const shrink = Math.max(1, power(Math.max(width, height)) / max);
  return [Math.max(1, power(width) / shrink), Math.max(1, power(height) / shrink)];
}

/** Whether a picture of `width` x `height` is larger than a texture may be. */
export const isLarge = (width: number, height: number): boolean => Math.max(width, height) > MAX_TEXTURE;

/** Returns the size in which a picture of `width` x `height` is kept: its own, or that of the texture which is written for it. */
export const keptSize = (width: number, height: number): [number, number] =>
  isLarge(width, height) ? powerOfTwoSize(width, height, MAX_TEXTURE) : [width, height];
