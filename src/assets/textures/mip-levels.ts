/** Which textures have mip levels in WebGL 1, and how many bytes these take. */

/** Whether WebGL 1 gives a texture of that size mip levels: both sides are powers of two. */
export function isPowerOfTwo(width: number, height: number): boolean {
  return (width & (width - 1)) === 0 && (height & (height - 1)) === 0;
}

/**
 * Bytes of all levels down to 1 x 1: `mipBytes(4, 4, 1, 4) // 84`
 *
 * @param block - pixels a side of a block: 1 for RGBA8, 4 for DXT.
 * @param bytes - of one block: 4 for RGBA8, 8 for DXT1, 16 for DXT5.
 */
export function mipBytes(width: number, height: number, block: number, bytes: number): number {
  let sum = 0;
  for (;;) {
    sum += Math.ceil(width / block) * Math.ceil(height / block) * bytes;
    if (width === 1 && height === 1) return sum;
    width = Math.max(1, width >> 1);
    height = Math.max(1, height >> 1);
  }
}
