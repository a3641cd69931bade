/** Reads KTX2 pictures that are not compressed for a GPU, as `toktx` writes them without `--encode`. */
import { inflateSync } from 'node:zlib';
import type { Picture } from './picture.ts';

/** VK_FORMAT_R8G8B8A8_UNORM and _SRGB. */
const RGBA8 = [37, 43];
const ZLIB = 3;

/** Whether a KTX2 file has plain pixels of red, green, blue and alpha. */
export const isPlainKtx2 = (format: number, scheme: number): boolean =>
  RGBA8.includes(format) && (scheme === 0 || scheme === ZLIB);

/**
 * Returns the largest level (KTX 2.0, section 3). The first entry of the level index stands at byte 80: offset and length, 8 bytes each.
 *
 * @param fail - throws.
 */
export function plainKtx2(
  bytes: Uint8Array,
  width: number,
  height: number,
  fail: (reason: string, value: number) => never,
): Picture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 104) fail('the KTX2 file is cut', bytes.byteLength);
  const [offset, length] = [80, 88].map(at => Number(view.getBigUint64(at, true)));
  if (offset + length > bytes.byteLength) fail('the KTX2 file is cut', bytes.byteLength);
  const stored = bytes.subarray(offset, offset + length);
  const size = width * height * 4;
  let pixels = stored;
  if (view.getUint32(44, true) === ZLIB) {
    try {
      pixels = inflateSync(stored, { maxOutputLength: size });
    } catch {
      fail('its first level does not unpack', length);
    }
  }
  if (pixels.byteLength < size) fail(`${size} bytes are expected in its first level`, pixels.byteLength);
  return { width, height, rgba: new Uint8Array(pixels.subarray(0, size)) };
}
