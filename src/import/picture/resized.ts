/** Resizes pictures. */
import type { KernelEnum, Sharp } from 'sharp';
import { fillHidden } from './hidden-colours.ts';
import { loadSharp } from './load-sharp.ts';
import { copyPixels, type Picture } from './picture.ts';

/** The meaning of a picture's numbers, which decides how they are averaged. */
export type PictureKind = 'colour' | 'data';

/** Does not ring, so no edge gets a rim. */
export const SMOOTH = 'mitchell' satisfies keyof KernelEnum;
/** Catmull-Rom: keeps edges where a picture grows. */
export const SHARP_EDGES = 'cubic' satisfies keyof KernelEnum;

/**
 * Resizes a picture. Colours are averaged in linear light, as `inLinearLight` does it. Data (normals, roughness) is averaged directly
 * and loses alpha.
 */
export async function resized(
  picture: Picture,
  width: number,
  height: number,
  kind: PictureKind,
  kernel: keyof KernelEnum = SMOOTH,
): Promise<Picture> {
  if (picture.width === width && picture.height === height) return picture;
  const sharp = await loadSharp();
  const raw = (bytes: Uint8Array, channels: 3 | 4): Sharp =>
    sharp(bytes, { raw: { width: picture.width, height: picture.height, channels } });
  return kind === 'colour'
    ? inLinearLight(raw(picture.rgba, 4), width, height, kernel)
    : asTheyAre(raw(withoutAlpha(picture.rgba), 3), width, height, kernel);
}

/**
 * Resizes colours of a picture that sharp has opened. They are averaged in linear light, weighted by alpha; otherwise a black and white
 * checkerboard would become too dark. Colours of opacity 0 are of their surroundings.
 */
export async function inLinearLight(
  image: Sharp,
  width: number,
  height: number,
  kernel: keyof KernelEnum = SMOOTH,
): Promise<Picture> {
  const linear = image.pipelineColourspace('scrgb').resize(width, height, { fit: 'fill', kernel });
  const picture = await pixelsOf(linear.toColourspace('srgb'));
  fillHidden(picture.rgba, picture.width, picture.height);
  return picture;
}

/** Resizes the numbers of a picture without alpha that sharp has opened. */
export const asTheyAre = (image: Sharp, width: number, height: number, kernel: keyof KernelEnum = SMOOTH): Promise<Picture> =>
  pixelsOf(image.resize(width, height, { fit: 'fill', kernel }).toColourspace('srgb'));

async function pixelsOf(image: Sharp): Promise<Picture> {
  const { data, info } = await image.ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`${info.channels} channels`);
  return { width: info.width, height: info.height, rgba: copyPixels(data) };
}

/** Removes alpha from data. sharp weights by opacity wherever a picture has alpha. */
function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from];
    rgb[to++] = rgba[from + 1];
    rgb[to++] = rgba[from + 2];
  }
  return rgb;
}
