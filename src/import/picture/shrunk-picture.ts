/** Decodes large pictures at the size of the texture that is written, so that no whole picture is held. */
import type { Metadata, Sharp } from 'sharp';
import { FormatError } from '../../core/errors.ts';
import { loadSharp } from './load-sharp.ts';
import type { Picture } from './picture.ts';
import { asTheyAre, inLinearLight, resized, SMOOTH } from './resized.ts';
import { isLarge, keptSize } from './texture-size.ts';

/**
 * How a picture shrinks. `colour`: in linear light, weighted by alpha. `opaque`: the same, but alpha does not count, because the
 * material ignores it. `data` (normals, roughness): the numbers themselves, without alpha.
 */
export type PictureUse = 'colour' | 'opaque' | 'data';

/** Bytes that a decoder may hold at a time. Most read a picture row by row and hold next to nothing. */
const MOST_HELD = 600_000_000;
/** A picture with alpha that does not count is held whole, without it, up to this many pixels. */
const MOST_WHOLE = 8192 * 8192;

/**
 * Decodes a picture at `keptSize`.
 *
 * @param open - opens it with sharp.
 * @param about - its header.
 * @throws FormatError where its decoder would hold too much at a time.
 */
export async function shrunkPicture(
  open: () => Sharp,
  about: Metadata,
  use: PictureUse,
  place: { readonly url: string; readonly at: string },
): Promise<Picture> {
  const held = heldBytes(about);
  if (held > MOST_HELD)
    throw new FormatError(
      `decoding it takes ${Math.round(held / 1e6)} MB: save it smaller, or as a JPEG that is not progressive or a PNG that is not interlaced`,
      { ...place, value: [about.width, about.height] },
    );
  const { width, height } = about.autoOrient;
  const [columns, rows] = keptSize(width, height);
  const turned = open();
  if (use !== 'colour' && about.hasAlpha) {
    // sharp weights by alpha wherever there is one, so it is taken off first.
    const most = width * height > MOST_WHOLE ? [Math.ceil(width / 4), Math.ceil(height / 4)] : undefined;
    const plain = (most ? turned.resize(most[0], most[1], { fit: 'fill', kernel: SMOOTH }) : turned)
      .toColourspace('srgb')
      .removeAlpha();
    const { data, info } = await plain.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const again = (await loadSharp())(data, { raw: { width: info.width, height: info.height, channels: 3 } });
    return (use === 'data' ? asTheyAre : inLinearLight)(again, columns, rows);
  }
  return (use === 'data' ? asTheyAre : inLinearLight)(turned, columns, rows);
}

/** Returns about how many bytes the decoder holds at a time. */
function heldBytes({ format, width, height, channels, isProgressive, chromaSubsampling, depth, orientation }: Metadata): number {
  const pixels = width * height;
  const turned = (orientation ?? 1) > 1 ? pixels * channels : 0;
  // libjpeg keeps all coefficients of a progressive picture, 16 bits each.
  if (format === 'jpeg') return turned + (isProgressive ? pixels * 2 * (chromaSubsampling === '4:2:0' ? 1.5 : channels) : 0);
  if (format === 'png') return turned + (isProgressive ? pixels * channels * (depth === 'ushort' ? 2 : 1) : 0);
  if (format === 'tiff') return turned + pixels * channels * (depth === 'ushort' ? 2 : 1);
  // WebP, AVIF and GIF are decoded whole, and once more as planes or indices.
  return turned + pixels * 8;
}

/** Shrinks a picture that was decoded whole to its `keptSize`. It may overwrite the pixels. */
export async function shrunk(picture: Picture, use: PictureUse): Promise<Picture> {
  const { width, height, rgba } = picture;
  if (!isLarge(width, height)) return picture;
  if (use === 'opaque') for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  return resized(picture, ...keptSize(width, height), use === 'data' ? 'data' : 'colour');
}
