/** Encodes textures. */

import { sha256 } from '../../node/sha256.ts';
import type { EncodedPicture, EncodedTexture } from '../model/encoded-texture.ts';
import type { SourceTexture } from '../model/source-model.ts';
import { blockMeans } from '../picture/block-means.ts';
import { resized, SHARP_EDGES, SMOOTH } from '../picture/resized.ts';
import { powerOfTwoSize } from '../picture/texture-size.ts';
import type { EncodingCache } from './cache/encoding-cache.ts';
import { moduleVersion } from './cache/importer-version.ts';
import { hasHardColours } from './texture/ktx2.ts';
import { ktx2Thread } from './texture/ktx2-thread.ts';
import { type Kept, webp } from './texture/webp.ts';

export interface TextureOptions {
  /** Adds KTX2; slow (0.5 to 5 s a megapixel). */
  readonly ktx2: boolean;
  /** Longest side of `high`, a power of two up to 2048. */
  readonly maxSize: number;
}

const LOW_SIZE = 64;
/** More pixels take long to resize. */
const LARGE = 1024 * 1024;
/** Longest side of pixel art: a texture without filter, whose pixels are seen one by one. A larger one is a photograph. */
const PIXEL_ART = 256;

/** Whether each pixel is seen by itself, and so must keep its colour. */
export const isPixelArt = ({ width, height, sampling }: SourceTexture): boolean =>
  sampling?.nearest === true && Math.max(width, height) <= PIXEL_ART;

/**
 * Encodes a texture as in docs/formats.md: `low` of at most 64 x 64 (WebP), `high` as KTX2 and WebP, sides in powers of two.
 * Pictures shrink in linear light; otherwise a black and white checkerboard would become too dark. Pixel art is lossless WebP alone:
 * blocks of 4 x 4 pixels have too few colours for it.
 *
 * @throws the reason of `signal`, once no file of it is being encoded. KTX2 ends at once.
 */
export async function encodeTexture(
  source: SourceTexture,
  options: TextureOptions,
  cache: EncodingCache,
  signal?: AbortSignal,
): Promise<EncodedTexture> {
  const [width, height] = powerOfTwoSize(source.width, source.height, options.maxSize);
  const [lowWidth, lowHeight] = powerOfTwoSize(width, height, LOW_SIZE);
  const content = sha256(`${await moduleVersion(import.meta.url)} ${source.width} ${source.height} ${pixelHash(source.rgba)}`);
  const cached = (name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => cache.get(`${content}-${name}`, make);
  let hard: boolean | undefined;
  const isHard = (pixels: Uint8Array): boolean => (hard ??= hasHardColours(pixels, width, height));
  let pixels: Promise<Uint8Array> | undefined;
  const full = (): Promise<Uint8Array> => (pixels ??= resize(source, width, height));

  // Without a high texture, `low` is permanent, not temporary.
  const final = width === lowWidth && height === lowHeight;
  const keeps: Kept = isPixelArt(source) ? 'exact' : 'faithful';
  const exactly = keeps === 'exact' ? '-exact' : '';
  const smallBytes = cached(`${lowWidth}x${lowHeight}${final ? `-final${exactly}` : ''}.webp`, async () =>
    webp(
      await resize(coarse(source, lowWidth), lowWidth, lowHeight),
      lowWidth,
      lowHeight,
      final ? 86 : 80,
      final ? keeps : 'colours',
    ),
  );
  // Both at once: sharp has threads of its own.
  const [lowBytes, webpBytes] = await Promise.all([
    smallBytes,
    final ? undefined : cached(`${width}x${height}${exactly}.webp`, async () => webp(await full(), width, height, 86, keeps)),
  ]);
  const low: EncodedPicture = { bytes: lowBytes, type: 'image/webp', width: lowWidth, height: lowHeight };
  if (!webpBytes) return { low, high: [] };
  const high: EncodedPicture[] = [];
  // S3TC requires blocks of 4 x 4.
  if (options.ktx2 && keeps !== 'exact' && Math.min(width, height) >= 4) {
    const bytes = await cached(`${width}x${height}.ktx2`, async () =>
      ktx2Thread.encode(await full(), width, height, isHard(await full()), signal),
    );
    high.push({ bytes, type: 'image/ktx2', width, height });
  }
  high.push({ bytes: webpBytes, type: 'image/webp', width, height });
  return { low, high };
}

/** Hashes of pictures: products of a pack often share one, and a megapixel takes 4 to 9 ms. */
const hashes = new WeakMap<Uint8Array, string>();

/** Returns the SHA-256 of a picture's pixels. */
export function pixelHash(rgba: Uint8Array): string {
  let hash = hashes.get(rgba);
  if (hash === undefined) hashes.set(rgba, (hash = sha256(rgba)));
  return hash;
}

/** Pixels of the copy that `low` is made of, along each of its own. */
const SPARE = 4;

/** Returns a smaller copy of a large picture, which looks the same where it is shrunk to `width`. */
function coarse(source: SourceTexture, width: number): SourceTexture {
  const side = 2 ** Math.floor(Math.log2(source.width / (width * SPARE)));
  const isLarge = side > 1 && source.width * source.height > LARGE && source.width % side === 0 && source.height % side === 0;
  return isLarge ? { ...source, ...blockMeans(source, side) } : source;
}

/** Resizes sRGB RGBA. Colours are averaged in linear light, weighted by alpha; those of opacity 0 are of their surroundings. */
export async function resize(source: SourceTexture, width: number, height: number): Promise<Uint8Array> {
  const grows = width * height > source.width * source.height;
  return (await resized(source, width, height, 'colour', grows ? SHARP_EDGES : SMOOTH)).rgba;
}
