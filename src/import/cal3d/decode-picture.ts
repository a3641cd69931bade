import sharp from 'sharp';
import { FormatError } from '../../core/errors.ts';
import { decodeBmp } from './bmp.ts';
import { MAX_SIDE, type Picture } from './picture.ts';
import { decodeTga } from './tga.ts';

/**
 * A texture of any kind that Cal3D models come with. The first bytes decide, not the name; TGA has no signature, so whatever
 * is none of the others and is named `.tga` is taken for one.
 *
 * @throws FormatError where the bytes are no picture, are cut off or are larger than MAX_SIDE a side.
 */
export async function decodePicture(bytes: Uint8Array, url: string): Promise<Picture> {
  if (bytes[0] === 0x42 && bytes[1] === 0x4d) return decodeBmp(bytes, url);
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  const isWebp = bytes[0] === 0x52 && bytes[1] === 0x49 && bytes[8] === 0x57;
  if (!isPng && !isJpeg && !isWebp) {
    if (/\.tga$/i.test(url)) return decodeTga(bytes, url);
    throw new FormatError('no PNG, JPEG, WebP, BMP or TGA picture', { url, at: 'byte 0', value: [...bytes.subarray(0, 4)] });
  }
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_SIDE * MAX_SIDE, failOn: 'error' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  } catch (cause) {
    throw new FormatError(`the picture cannot be decoded (${String((cause as Error).message)})`, { url, at: 'pixels', cause });
  }
}
