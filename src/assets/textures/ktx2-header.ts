import { FormatError } from '../../core/errors.ts';

export interface Ktx2Header {
  readonly width: number;
  readonly height: number;
  readonly levelCount: number;
}

const IDENTIFIER = [0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a];
const HEADER_BYTES = 80;
const LEVEL_BYTES = 24;

/** Whether the bytes begin as KTX 2.0 does; nothing else is checked. */
export function isKtx2(bytes: Uint8Array): boolean {
  return IDENTIFIER.every((byte, i) => bytes[i] === byte);
}

/**
 * Checks the header of a KTX 2.0 file before the transcoder (C++ in WebAssembly) sees it: what WebGL 1 can show is a 2D picture with
 * sides that are powers of two, 4 to `maxSize`, with all mip levels down to 1 x 1, and every level lies in the file.
 *
 *     12 vkFormat  16 typeSize  20 width  24 height  28 depth  32 layers  36 faces  40 levels  44 supercompression
 *     80 … per level: u64 offset, u64 bytes, u64 bytes before supercompression
 */
export function readKtx2Header(bytes: Uint8Array, url: string, maxSize: number): Ktx2Header {
  const fail = (reason: string, at: string, value: unknown): never => {
    throw new FormatError(reason, { url, at, value });
  };
  if (!isKtx2(bytes)) fail('no KTX 2.0 file', 'byte 0', [...bytes.subarray(0, 12)]);
  if (bytes.byteLength < HEADER_BYTES) fail('the file is cut', 'byte 12', bytes.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const field = (offset: number): number => view.getUint32(offset, true);
  const [width, height, levelCount] = [field(20), field(24), field(40)];
  const isSide = (n: number): boolean => n >= 4 && n <= maxSize && (n & (n - 1)) === 0;
  if (field(12) !== 0) fail('only ETC1S and UASTC are read', 'vkFormat', field(12));
  if (!isSide(width)) fail(`expected a power of two from 4 to ${maxSize}`, 'pixelWidth', width);
  if (!isSide(height)) fail(`expected a power of two from 4 to ${maxSize}`, 'pixelHeight', height);
  if (field(28) !== 0 || field(32) > 1 || field(36) !== 1)
    fail('expected a single 2D picture', 'pixelDepth, layerCount, faceCount', [field(28), field(32), field(36)]);
  const full = 1 + Math.log2(Math.max(width, height));
  if (levelCount !== full) fail(`expected ${full} levels, down to 1 x 1`, 'levelCount', levelCount);
  if (bytes.byteLength < HEADER_BYTES + levelCount * LEVEL_BYTES) fail('the file is cut', 'levels', bytes.byteLength);
  for (let level = 0; level < levelCount; level++) {
    const at = HEADER_BYTES + level * LEVEL_BYTES;
    const end = Number(view.getBigUint64(at, true)) + Number(view.getBigUint64(at + 8, true));
    if (end > bytes.byteLength) fail(`the level ends past the file of ${bytes.byteLength} bytes`, `levels[${level}]`, end);
  }
  return { width, height, levelCount };
}
