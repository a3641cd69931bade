/** Sizes of written textures. */

/** Longest side of a written texture, in pixels. Longer pictures shrink while they are decoded. */
export const MAX_TEXTURE = 2048;

/** Sides up to this length are enlarged rather than shrunk: detail is worth these few bytes. */
const SMALL = 512;

/**
 * Pictures of at most FEW pixels a side get at least ROOM times the pixels along each, where one side is no power of two. Between
 * grids of nearly the same width edges blur, and a side that grew alone blurs the other: the GPU chooses one mip level for both.
 * Beside three.js, 64 x 48 became alike by 0.962 (0.944 before), 256 x 192 by 0.981 (0.955), 60 x 60 by 0.981 (0.954).
 */
const FEW = 256;
const ROOM = 1.4;

export const isPowerOfTwo = (x: number): boolean => Number.isInteger(Math.log2(x));

/** Returns the least power of two that is not below `x`: `48 // 64`. */
export const powerOfTwoAbove = (x: number): number => 2 ** Math.ceil(Math.log2(x));

/**
 * Returns powers of two, the longer side at most `max`, with about the same shape. Small sides round up, others to the nearest:
 * `(150, 1200, 2048) // [256, 1024]`.
 */
export function powerOfTwoSize(width: number, height: number, max: number): [number, number] {
  const few = Math.max(width, height) <= FEW && !(isPowerOfTwo(width) && isPowerOfTwo(height));
  const power = (x: number): number => {
    if (few && x > 1) return powerOfTwoAbove(x * ROOM);
    // A side up to a tenth above a power of two shrinks without visible loss.
    return x <= SMALL ? powerOfTwoAbove(x / 1.1) : 2 ** Math.round(Math.log2(x));
  };
  const shrink = Math.max(1, power(Math.max(width, height)) / max);
  return [Math.max(1, power(width) / shrink), Math.max(1, power(height) / shrink)];
}

/** Whether a picture of `width` x `height` is larger than a texture may be. */
export const isLarge = (width: number, height: number): boolean => Math.max(width, height) > MAX_TEXTURE;

/** Returns the size in which a picture of `width` x `height` is kept: its own, or that of the texture which is written for it. */
export const keptSize = (width: number, height: number): [number, number] =>
  isLarge(width, height) ? powerOfTwoSize(width, height, MAX_TEXTURE) : [width, height];
