/** A transcoded texture in one piece, as the cache keeps it from visit to visit. */
import { FormatError } from '../../core/errors.ts';
import { MAX_TEXTURE_SIZE } from '../limits.ts';
import { isPowerOfTwo } from './mip-levels.ts';
import { s3tcBytes } from './s3tc-bytes.ts';
import type { CompressedTexture } from './texture-asset.ts';

/** Three little-endian u32: format, width, height. Then all levels, the largest first. */
const HEADER_BYTES = 12;
const FORMATS = ['dxt1', 'dxt5'] as const;

/** Returns a copy of the texture in one piece. `unpackTexture` reads it. */
export function packTexture({ format, width, height, levels }: CompressedTexture): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(levels.reduce((sum, level) => sum + level.length, HEADER_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, FORMATS.indexOf(format), true);
  view.setUint32(4, width, true);
  view.setUint32(8, height, true);
  let at = HEADER_BYTES;
  for (const level of levels) {
    bytes.set(level, at);
    at += level.length;
  }
  return bytes;
}

/**
 * Returns the texture; its levels are views of `bytes`.
 * @throws FormatError where `packTexture` has not written them.
 */
export function unpackTexture(bytes: Uint8Array, url: string): CompressedTexture {
  const fail = (value: unknown): never => {
    throw new FormatError('no packed texture', { url, value });
  };
  if (bytes.length < HEADER_BYTES) fail(bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [code, width, height] = [0, 4, 8].map(at => view.getUint32(at, true));
  const format = FORMATS[code] ?? fail(code);
  const isSide = (side: number): boolean => side >= 4 && side <= MAX_TEXTURE_SIZE;
  if (!isSide(width) || !isSide(height) || !isPowerOfTwo(width, height)) fail([width, height]);
  const levels: Uint8Array[] = [];
  let at = HEADER_BYTES;
  for (let level = 0; Math.max(width, height) >> level > 0; level++) {
    levels.push(bytes.subarray(at, (at += s3tcBytes(width >> level, height >> level, format))));
  }
  if (at !== bytes.length) fail(bytes.length);
  return { kind: 'compressed', format, width, height, levels };
}
