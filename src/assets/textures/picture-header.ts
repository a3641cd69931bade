import { FormatError } from '../../core/errors.ts';

export interface PictureHeader {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
}

/**
 * Reads size and kind of a picture from its first bytes, before any decoder: a PNG of 2 KB can unpack to gigabytes.
 * The bytes decide, not the MIME type.
 *
 * @throws FormatError where the bytes are no PNG, JPEG or WebP, or end before the size.
 */
export function readPictureHeader(bytes: Uint8Array, url: string): PictureHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (bytes[0] === 0x89 && ascii(bytes, 1, 'PNG') && ascii(bytes, 12, 'IHDR'))
      return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return { type: 'image/jpeg', ...jpegSize(view) };
    if (ascii(bytes, 0, 'RIFF') && ascii(bytes, 8, 'WEBP')) return { type: 'image/webp', ...webpSize(bytes, view) };
  } catch (cause) {
    // A DataView read past the end: the file is cut, or its segments have wrong lengths.
    throw new FormatError('the picture is cut before its size', { url, value: bytes.byteLength, cause });
  }
  throw new FormatError('no PNG, JPEG or WebP', { url, at: 'byte 0', value: [...bytes.subarray(0, 12)] });
}

function ascii(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Walks the segments to the frame header SOF0..SOF15 (ITU T.81 B.1.1.3). C4, C8 and CC are no frame headers. */
function jpegSize(view: DataView): { width: number; height: number } {
  for (let offset = 2; ; ) {
    if (view.getUint8(offset) !== 0xff) throw new RangeError(`no marker at byte ${offset}`);
    const marker = view.getUint8(offset + 1);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    // Fill bytes (FF) and markers without a length stand alone.
    const alone = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    offset += marker === 0xff ? 1 : alone ? 2 : 2 + Math.max(2, view.getUint16(offset + 2));
  }
}

/** RFC 9649: lossy (VP8), lossless (VP8L) or extended (VP8X). */
function webpSize(bytes: Uint8Array, view: DataView): { width: number; height: number } {
  if (ascii(bytes, 12, 'VP8X')) return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  if (ascii(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true); // 14 bits width - 1, 14 bits height - 1
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (ascii(bytes, 12, 'VP8 ')) return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  throw new RangeError('no VP8 chunk');
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}
