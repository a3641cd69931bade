import { ByteCursor } from '../file/byte-cursor.ts';
import { makePicture } from './make-picture.ts';
import type { Picture } from './picture.ts';

/** Whether the file begins as a bitmap. */
export const isBmp = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d;

/**
 * Decodes Windows bitmaps as texture tools write them: 1, 4, 8, 24 and 32 bits, uncompressed (BI_RGB; "Bitmap Storage",
 * Microsoft). sharp's prebuilt library cannot read them.
 *
 * @throws FormatError that names the first invalid byte; also for RLE and bit-field bitmaps.
 */
export function decodeBmp(bytes: Uint8Array, url: string): Picture {
  const cursor = new ByteCursor(bytes, url);
  if (cursor.u16('the signature') !== 0x4d42) cursor.fail('no BMP picture', 2);
  for (let i = 0; i < 2; i++) cursor.u32('the file header');
  const pixelsAt = cursor.u32('the place of the pixels');
  const headerSize = cursor.u32('the size of the header');
  if (headerSize < 40) cursor.fail('a header of at least 40 bytes is expected', 4, headerSize);
  const width = cursor.i32('the width');
  const signedHeight = cursor.i32('the height');
  const height = Math.abs(signedHeight);
  cursor.u16('the planes');
  const bits = cursor.u16('the bits of a pixel');
  if (![1, 4, 8, 24, 32].includes(bits)) cursor.fail('1, 4, 8, 24 or 32 bits a pixel are read', 2, bits);
  const compression = cursor.u32('the compression');
  if (compression !== 0) cursor.fail('compressed bitmaps are not read', 4, compression);
  for (let i = 0; i < 3; i++) cursor.u32('the header');
  const used = cursor.u32('the number of colours');
  cursor.u32('the header');

  const palette: number[][] = [];
  if (bits <= 8) {
    while (cursor.at < 14 + headerSize) cursor.u8('the header');
    const n = used === 0 ? 2 ** bits : used;
    if (n > 256) cursor.fail('a palette has at most 256 colours', 0, n);
    for (let i = 0; i < n; i++) {
      const [b, g, r] = [cursor.u8('the palette'), cursor.u8('the palette'), cursor.u8('the palette')];
      cursor.u8('the palette');
      palette.push([r, g, b, 255]);
    }
  }
  if (pixelsAt < cursor.at) cursor.fail('the pixels begin within the header', 0, pixelsAt);
  while (cursor.at < pixelsAt) cursor.u8('the space before the pixels');

  const rowBytes = Math.ceil((Math.max(width, 0) * bits) / 32) * 4;
  // Many files omit the last row's padding.
  const picture = makePicture(cursor, width, height, rowBytes * (height - 1) + Math.ceil((Math.max(width, 0) * bits) / 8));
  for (let row = 0; row < height; row++) {
    const y = signedHeight < 0 ? row : height - 1 - row;
    const start = cursor.at;
    let packed = 0;
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      if (bits >= 24) {
        picture.rgba[at + 2] = cursor.u8('a pixel');
        picture.rgba[at + 1] = cursor.u8('a pixel');
        picture.rgba[at] = cursor.u8('a pixel');
        picture.rgba[at + 3] = 255;
        // Without bit fields the fourth byte has no meaning.
        if (bits === 32) cursor.u8('a pixel');
        continue;
      }
      const perByte = 8 / bits;
      if (x % perByte === 0) packed = cursor.u8('a pixel');
      const id = (packed >> (8 - bits * ((x % perByte) + 1))) & (2 ** bits - 1);
      picture.rgba.set(palette[id] ?? cursor.fail(`the palette has no colour ${id}`, 1, id), at);
    }
    while (cursor.at < start + rowBytes && cursor.left > 0) cursor.u8('the end of a row');
  }
  return picture;
}
