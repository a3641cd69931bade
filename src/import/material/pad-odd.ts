/** Gives pictures whose sides are no powers of two a margin, where no surface shows what lies beyond their edges. */
import type { TextureWrap } from '../../assets/textures/texture-asset.ts';
import type { SourcePart, SourceProduct, SourceTexture } from '../model/source-model.ts';
import { type Picture, sharedPixels } from '../picture/picture.ts';
import { MAX_TEXTURE, powerOfTwoAbove, powerOfTwoSize } from '../picture/texture-size.ts';

/** A padded texture may have so many times the pixels of a resized one. */
const MOST_GROWTH = 2;
/** Longest side of a filtered picture that `enlargeSmall` is for. */
const SMALL = 64;
/** Half of the margin continues the picture beyond an edge. UVs may reach to so many pixels from its end. */
const SPARE = 1;
/** What UVs may lie beyond an edge by rounding, in pixels. */
const ROUNDING = 0.01;

/** Padded pictures, by the picture and how it continues: the products of a model often share one. */
const known = new WeakMap<Uint8Array, Map<string, Picture>>();

/** Copies of the picture that UVs lie beside the first, along u and v. */
type Shift = readonly [number, number];

/**
 * Returns the product with textures of powers of two whose pixels are the file's own, where the UVs of a material keep within one copy of
 * its picture. A resized picture is blurred, and one of 200 x 200 pixels took 512 x 512.
 *
 * A picture that repeats in one product and not in another becomes two textures. In 691 models out of public repositories no picture
 * did: 15 have sides that are no powers of two, and 2 of these get a margin.
 *
 * @param moving - materials whose textures move, and so show all of them.
 */
export function padOdd(product: SourceProduct, moving: readonly string[] = []): SourceProduct {
  const shifts = new Map<string, Shift>();
  const scales = new Map<string, readonly [number, number]>();
  const textures = product.textures.map(texture => {
    const shown = product.parts.filter(part => part.material.name === texture.slot);
    const shift = moving.includes(texture.slot) ? undefined : shiftFor(texture, shown);
    if (!shift) return texture;
    const larger = padded(texture);
    shifts.set(texture.slot, shift);
    scales.set(texture.slot, [texture.width / larger.width, texture.height / larger.height]);
    return { ...texture, ...larger };
  });
  if (shifts.size === 0) return product;
  const parts = product.parts.map(part => {
    const [shift, scale] = [shifts.get(part.material.name), scales.get(part.material.name)];
    if (!shift || !scale || !part.uvs) return part;
    return { ...part, uvs: part.uvs.map((x, i) => (x - shift[i % 2]) * scale[i % 2]) };
  });
  return { ...product, parts, textures };
}

/** Returns the copy of the picture that all parts show; undefined where they show more, or it is not to be padded. */
function shiftFor({ width, height, rgba, sampling }: SourceTexture, shown: readonly SourcePart[]): Shift | undefined {
  const [w, h] = [powerOfTwoAbove(width), powerOfTwoAbove(height)];
  if ((w === width && h === height) || Math.max(w, h) > MAX_TEXTURE || rgba.length !== width * height * 4) return undefined;
  if (!sampling?.nearest && Math.max(width, height) <= SMALL) return undefined;
  const [resizedWidth, resizedHeight] = powerOfTwoSize(width, height, MAX_TEXTURE);
  if (w * h > MOST_GROWTH * resizedWidth * resizedHeight) return undefined;
  const u = copyOf(shown, 0, width, sampling?.wrapS);
  const v = copyOf(shown, 1, height, sampling?.wrapT);
  return u === undefined || v === undefined ? undefined : [u, v];
}

/** Returns the number of the copy along one axis; undefined where the parts show several, or no texture at all. */
function copyOf(shown: readonly SourcePart[], axis: 0 | 1, size: number, wrap: TextureWrap = 'repeat'): number | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { uvs, index } of shown) {
    if (!uvs) return undefined;
    for (const vertex of index) {
      const x = uvs[vertex * 2 + axis];
      if (x < least) least = x;
      if (x > most) most = x;
    }
  }
  const copy = Math.round((least + most) / 2 - 0.5);
  const beyond = Math.max(ROUNDING, (powerOfTwoAbove(size) - size) / 2 - SPARE) / size;
  if (!(least >= copy - beyond && most <= copy + 1 + beyond)) return undefined;
  // Every second copy is mirrored, and those beyond a clamped picture are its edge.
  if (wrap === 'mirror' ? copy % 2 !== 0 : wrap === 'clamp' && copy !== 0) return undefined;
  return copy;
}

/** Returns the picture with a margin to the right and below, whose halves continue it beyond its opposite edges. */
function padded(texture: SourceTexture): Picture {
  const { width, height, rgba, sampling } = texture;
  let ways = known.get(rgba);
  if (!ways) known.set(rgba, (ways = new Map()));
  const key = `${sampling?.wrapS} ${sampling?.wrapT}`;
  let larger = ways.get(key);
  if (larger) return larger;
  const [w, h] = [powerOfTwoAbove(width), powerOfTwoAbove(height)];
  const [columns, rows] = [sourceOf(width, w, sampling?.wrapS), sourceOf(height, h, sampling?.wrapT)];
  const from = new Uint32Array(rgba.slice().buffer);
  const pixels = sharedPixels(w * h * 4);
  const to = new Uint32Array(pixels.buffer);
  for (let y = 0, at = 0; y < h; y++) for (let x = 0; x < w; x++) to[at++] = from[rows[y] * width + columns[x]];
  ways.set(key, (larger = { width: w, height: h, rgba: pixels }));
  return larger;
}

/** Returns for each of `side` pixels which of `size` it shows. */
function sourceOf(size: number, side: number, wrap: TextureWrap = 'repeat'): Uint32Array {
  const middle = (size + side) / 2;
  return Uint32Array.from({ length: side }, (_, x) => {
    if (x < size) return x;
    // Beyond the right edge, and before the left one.
    const beyond = x < middle ? x - size : x - side;
    if (wrap === 'repeat') return (beyond + size * 2) % size;
    if (wrap === 'mirror') return beyond < 0 ? -1 - beyond : size - 1 - beyond;
    return beyond < 0 ? 0 : size - 1;
  });
}
