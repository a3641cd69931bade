import { ByteCursor } from '../file/byte-cursor.ts';
import { makePicture } from './make-picture.ts';
import type { Picture } from './picture.ts';

/*
 * Decodes Truevision TGA 2.0 (1991): types 1, 2, 3 and, run-length coded, 9, 10, 11; 8, 15, 16, 24 and 32 bits a pixel. No
 * maintained package reads it (tga-js and tga: last released 2016 and 2014, neither checks its input).
 */

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly gray: boolean;
  readonly mapped: boolean;
  readonly packed: boolean;
  readonly alpha: boolean;
  readonly topDown: boolean;
  readonly rightToLeft: boolean;
}

/** Whether a file of that name may be a TGA. */
export const isTga = (name: string): boolean => /\.tga$/i.test(name);

/** Decodes a TGA picture. @throws FormatError that names the first invalid byte. */
export function decodeTga(bytes: Uint8Array, url: string): Picture {
  const cursor = new ByteCursor(bytes, url);
  const idLength = cursor.u8('the header');
  const mapType = cursor.u8('the header');
  const type = cursor.u8('the header');
  if (mapType > 1 || ![1, 2, 3, 9, 10, 11].includes(type)) cursor.fail('no TGA picture of a known type', 1, type);
  const mapFirst = cursor.u16('the header');
  const mapLength = cursor.u16('the header');
  const mapBits = cursor.u8('the header');
  cursor.u32('the origin');
  const width = cursor.u16('the width');
  const height = cursor.u16('the height');
  const bits = cursor.u8('the bits of a pixel');
  const descriptor = cursor.u8('the descriptor');
  const kind = type & 7;
  const allowed = kind === 2 ? [15, 16, 24, 32] : [8];
  if (!allowed.includes(bits)) cursor.fail(`a TGA picture of type ${type} has ${allowed.join(', ')} bits a pixel`, 2, bits);
  const header: Header = {
    width,
    height,
    bits,
    gray: kind === 3,
    mapped: kind === 1,
    packed: type >= 9,
    alpha: (descriptor & 15) > 0,
    topDown: (descriptor & 0x20) !== 0,
    rightToLeft: (descriptor & 0x10) !== 0,
  };
  for (let i = 0; i < idLength; i++) cursor.u8('the picture id');
  const map = readMap(cursor, mapType === 1 ? mapLength : 0, mapBits, header);
  if (header.mapped && map.length === 0) cursor.fail('a colour-mapped picture without a map');
  return readPixels(cursor, header, map, mapFirst);
}

/** RGBA of each entry. */
function readMap(cursor: ByteCursor, length: number, bits: number, header: Header): number[][] {
  if (length === 0) return [];
  if (![15, 16, 24, 32].includes(bits)) cursor.fail('a colour map has 15, 16, 24 or 32 bits an entry', 0, bits);
  return Array.from({ length }, () => readColor(cursor, bits, header.alpha));
}

function readColor(cursor: ByteCursor, bits: number, alpha: boolean): number[] {
  if (bits <= 16) {
    const v = cursor.u16('a pixel');
    const five = (shift: number) => Math.round((((v >> shift) & 31) * 255) / 31);
    return [five(10), five(5), five(0), alpha && bits === 16 ? (v & 0x8000 ? 255 : 0) : 255];
  }
  const b = cursor.u8('a pixel');
  const g = cursor.u8('a pixel');
  const r = cursor.u8('a pixel');
  const a = bits === 32 ? cursor.u8('a pixel') : 255;
  return [r, g, b, alpha ? a : 255];
}

function readPixels(cursor: ByteCursor, header: Header, map: readonly number[][], mapFirst: number): Picture {
  const { width, height } = header;
  // A run of 128 pixels takes at least 2 bytes. A picture that the file cannot hold is refused before any allocation.
  const least = header.packed ? Math.ceil((width * height) / 128) * 2 : width * height * Math.ceil(header.bits / 8);
  const picture = makePicture(cursor, width, height, least);
  const readPixel = (): readonly number[] => {
    if (!header.mapped && !header.gray) return readColor(cursor, header.bits, header.alpha);
    const v = cursor.u8('a pixel');
    if (header.gray) return [v, v, v, 255];
    return map[v - mapFirst] ?? cursor.fail(`the colour map has no entry ${v}`, 1, v);
  };
  const total = width * height;
  for (let i = 0; i < total; ) {
    const head = header.packed ? cursor.u8('a run') : 0;
    const run = header.packed ? (head & 127) + 1 : total;
    const repeated = head & 128 ? readPixel() : undefined;
    // The last run may extend beyond the picture, because some writers pack across rows. The excess is dropped.
    for (let k = 0; k < run && i < total; k++, i++) {
      const row = Math.floor(i / width);
      const y = header.topDown ? row : height - 1 - row;
      const x = header.rightToLeft ? width - 1 - (i % width) : i % width;
      picture.rgba.set(repeated ?? readPixel(), 4 * (y * width + x));
    }
  }
  return picture;
}
