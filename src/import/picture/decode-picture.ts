/** Decodes the textures of models. */
import type { Metadata, Sharp } from 'sharp';
import { isKtx2 } from '../../assets/textures/ktx2-header.ts';
import { FormatError } from '../../core/errors.ts';
import { mistakenFile } from '../file/mistaken-file.ts';
import type { Warn } from '../report/warnings.ts';
import { decodeBasis } from './basis.ts';
import { decodeBmp, isBmp } from './bmp.ts';
import { keyOf, knownPicture, rememberPicture } from './known-pictures.ts';
import { loadSharp } from './load-sharp.ts';
import { MAX_SIDE } from './make-picture.ts';
import { mendJpeg } from './mend-jpeg.ts';
import { mendPng } from './mend-png.ts';
import type { Picture } from './picture.ts';
import { type PictureUse, shrunk, shrunkPicture } from './shrunk-picture.ts';
import { isLarge } from './texture-size.ts';
import { decodeTga, isTga } from './tga.ts';

/**
 * Signatures of the formats that sharp may read. It also knows others (SVG, which can refer to other files; PDF), but no texture
 * uses them.
 */
const FORMATS: readonly [name: string, at: number, bytes: string][] = [
  ['png', 0, '\x89PNG'],
  ['jpeg', 0, '\xff\xd8'],
  ['webp', 8, 'WEBP'],
  ['avif', 4, 'ftypavi'],
  ['gif', 0, 'GIF8'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
];

/**
 * Decodes a texture of any common kind: PNG, JPEG, WebP, AVIF, GIF (its first picture), TIFF, KTX2 (ETC1S and UASTC), BMP, TGA.
 * The first bytes decide the format, not the name. TGA has no signature: a file named `.tga` that matches no other format is read
 * as TGA.
 *
 * Truncated or damaged pictures are shown as far as possible, as in browsers, with a warning. A picture with a side over
 * MAX_TEXTURE is decoded at the size of the texture that is written (`keptSize`).
 *
 * @param name - of the picture's own file, where it has one.
 * @param use - how a large picture shrinks.
 * @throws FormatError for invalid pictures, and for a side of more than twice MAX_SIDE.
 */
export async function decodePicture(
  bytes: Uint8Array,
  url: string,
  at = 'pixels',
  name = url,
  warn: Warn = () => {},
  use: PictureUse = 'colour',
): Promise<Picture> {
  if (isBmp(bytes)) return shrunk(decodeBmp(bytes, url), use);
  if (isKtx2(bytes)) return shrunk(await decodeBasis(bytes, url, at), use);
  const format = FORMATS.find(([, start, text]) => [...text].every((c, i) => bytes[start + i] === c.charCodeAt(0)));
  if (!format) {
    if (isTga(name)) return shrunk(decodeTga(bytes, url), use);
    const kind = mistakenFile(bytes);
    if (kind !== undefined) throw new FormatError(kind, { url, at: at === 'pixels' ? 'file' : at });
    throw new FormatError('no PNG, JPEG, WebP, AVIF, GIF, TIFF, KTX2, BMP or TGA picture', {
      url,
      at: at === 'pixels' ? 'byte 0' : at,
      value: [...bytes.subarray(0, 4)],
    });
  }
  const key = keyOf(bytes);
  const known = knownPicture(key, use);
  if (known) return known;
  try {
    const isCut = format[0] === 'png' && !hasEnd(bytes);
    const picture = (isCut && mendPng(bytes)) || bytes;
    const sharp = await loadSharp();
    const about = asShown(await sharp(picture, { limitInputPixels: false }).metadata());
    const isTurned = (about.orientation ?? 1) > 1;
    checkSize(about, url, at);
    if (isTurned) warn(`${at}: the picture is turned as its EXIF data says; Blender shows it unturned`);
    let reason = isCut ? 'its end is missing' : undefined;
    const decode = (file: Uint8Array, failOn: 'error' | 'none'): Promise<Picture> => {
      // glTF 2.0, 3.8.3.1: readers must ignore colour profiles.
      const options = { limitInputPixels: MAX_READ_SIDE * MAX_READ_SIDE, failOn, pages: 1, ignoreIcc: true };
      const open = () => (isTurned ? sharp(file, options).autoOrient() : sharp(file, options));
      if (about.space === 'cmyk') return decodeInks(open()).then(whole => shrunk(whole, use));
      return isLarge(about.width, about.height) ? shrunkPicture(open, about, use, { url, at }) : decodeWhole(open());
    };
    const shown = await decode(picture, 'error').catch((cause: Error) => {
      if (cause instanceof FormatError) throw cause;
      reason ??= oneLine(cause.message);
      return decode(picture, 'none').catch((again: Error) => {
        const mended = format[0] === 'jpeg' ? mendJpeg(picture) : undefined;
        if (!mended) throw again;
        return decode(mended, 'none');
      });
    });
    // What has a warning is decoded again, for the warning of the next model.
    if (reason === undefined && !isTurned) rememberPicture(key, shown, isLarge(about.width, about.height) ? use : undefined);
    if (reason !== undefined) warn(`${at}: the picture is cut or damaged (${reason}); shown as far as it goes`);
    return shown;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`the ${format[0].toUpperCase()} picture cannot be decoded (${oneLine((cause as Error).message)})`, {
      url,
      at,
      cause,
    });
  }
}

/** What browsers make of a picture's orientation: Chromium and Firefox turn JPEG, PNG and AVIF, but not WebP. */
function asShown(about: Metadata): Metadata {
  const { format, width, height } = about;
  return format === 'webp' ? { ...about, orientation: 1, autoOrient: { width, height } } : about;
}

/** Whether the PNG has its last chunk. libpng accepts a file without it, but such a file was truncated. */
function hasEnd(bytes: Uint8Array): boolean {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf('IEND');
  return at >= 0 && at + 8 <= bytes.length;
}

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, '; ');

const decodeWhole = (image: Sharp): Promise<Picture> => pixelsOf(image.toColourspace('srgb').ensureAlpha());

/** Decodes a picture of cyan, magenta, yellow and black. */
async function decodeInks(image: Sharp): Promise<Picture> {
  const fit = { fit: 'inside', withoutEnlargement: true } as const;
  const fitting = image.resize(MAX_SIDE, MAX_SIDE, fit);
  const picture = await pixelsOf(fitting.pipelineColourspace('cmyk').toColourspace('cmyk'));
  mixInks(picture.rgba);
  return picture;
}

async function pixelsOf(image: Sharp): Promise<Picture> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`${info.channels} channels`);
  return { width: info.width, height: info.height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** Replaces inks by colours as Chromium does where it ignores profiles: each ink takes its share of the light that black leaves. */
function mixInks(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const light = 255 - pixels[at + 3];
    for (let k = 0; k < 3; k++) pixels[at + k] = Math.round(((255 - pixels[at + k]) * light) / 255);
    pixels[at + 3] = 255;
  }
}

/** Longest side that is opened. */
export const MAX_READ_SIDE = 2 * MAX_SIDE;

/** Checks the size in the header: 60,000 x 60,000 pixels of one colour fit into a file of 40 kB. */
function checkSize({ width, height }: Metadata, url: string, at: string): void {
  if (!(width >= 1 && height >= 1 && width <= MAX_READ_SIDE && height <= MAX_READ_SIDE))
    throw new FormatError(`a picture has 1 to ${MAX_READ_SIDE} pixels a side`, { url, at, value: [width, height] });
}
