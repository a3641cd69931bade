import { FormatError } from '../../core/errors.ts';
import type { Ktx2Header } from './ktx2-header.ts';

/**
 * Finds the first mip level of a KTX2 texture that a GPU takes. The larger ones are skipped: this one is the texture then.
 *
 * @param maxSize - pixels a side that a texture may have.
 * @returns the number of levels skipped, and the size of the first one that is not.
 * @throws FormatError where that level is narrower than 4 pixels: WebGL takes no compressed texture that begins with part of a block.
 */
export function skipLargeLevels(
  header: Ktx2Header,
  url: string,
  maxSize: number,
): { readonly skipped: number; readonly width: number; readonly height: number } {
  let skipped = 0;
  while (Math.max(header.width, header.height) >> skipped > maxSize) skipped++;
  const width = Math.max(1, header.width >> skipped);
  const height = Math.max(1, header.height >> skipped);
  if (Math.min(width, height) < 4)
    throw new FormatError(`too large, and too narrow to be shrunk to ${maxSize}`, { url, value: [header.width, header.height] });
  return { skipped, width, height };
}
