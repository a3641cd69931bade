/** Allocates a picture after checking its size. */

import type { ByteCursor } from '../file/byte-cursor.ts';
import { type Picture, sharedPixels } from './picture.ts';

/** Maximum pixels a side. Textures of these engines are no larger, and a decompression bomb stays below 256 MB. */
export const MAX_SIDE = 8192;

/**
 * Creates an empty picture. @throws FormatError for a size that is 0, over MAX_SIDE, or more than the remaining bytes can hold.
 */
export function makePicture(cursor: ByteCursor, width: number, height: number, leastBytes: number): Picture {
  if (!(width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE)) {
    cursor.fail(`a picture has 1 to ${MAX_SIDE} pixels a side`, 0, [width, height]);
  }
  if (leastBytes > cursor.left) cursor.fail(`${width} x ${height} pixels cannot be in the ${cursor.left} bytes that are left`, 0);
  return { width, height, rgba: sharedPixels(4 * width * height) };
}
