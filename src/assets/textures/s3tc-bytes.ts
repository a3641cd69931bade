/** The bytes of compressed textures. */
import type { CompressedTexture } from './texture-asset.ts';

/**
 * Returns the bytes of one level of S3TC, whose blocks have 4 x 4 pixels: 8 bytes in `dxt1`, 16 in `dxt5`. A level smaller than a block
 * is one block, so `s3tcBytes(2, 2, 'dxt1')` is 8.
 *
 * @param width, height - pixels of the level; 0 counts as 1.
 */
export function s3tcBytes(width: number, height: number, format: CompressedTexture['format']): number {
  return Math.max(1, Math.ceil(width / 4)) * Math.max(1, Math.ceil(height / 4)) * (format === 'dxt1' ? 8 : 16);
}
