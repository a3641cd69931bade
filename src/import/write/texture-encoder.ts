/** Encodes textures. */

import { deflateRawSync } from 'node:zlib';
import type { encodeToKTX2 } from 'ktx2-encoder';
import type { Sharp } from 'sharp';
import { collectGarbage } from '../../node/collect-garbage.ts';
import { sha256 } from '../../node/sha256.ts';
import type { EncodedPicture, EncodedTexture } from '../model/encoded-texture.ts';
import type { SourceTexture } from '../model/source-model.ts';
import { loadSharp } from '../picture/load-sharp.ts';
import { resized, SHARP_EDGES, SMOOTH } from '../picture/resized.ts';
import { powerOfTwoSize } from '../picture/texture-size.ts';
import type { EncodingCache } from './cache/encoding-cache.ts';
import { moduleVersion } from './cache/importer-version.ts';

export interface TextureOptions {
  /** Adds KTX2; slow (0.5 to 5 s a megapixel). */
  readonly ktx2: boolean;
  /** Longest side of `high`, a power of two up to 2048. */
  readonly maxSize: number;
}

const LOW_SIZE = 64;
/** Longest side of pixel art: a texture without filter, whose pixels are seen one by one. A larger one is a photograph. */
const PIXEL_ART = 256;
/** From so many bytes of pixels on, garbage is collected at once. */
const LARGE_BYTES = 2 ** 23;
/** Root mean square error of a lossy WebP, of 255. Above it, a larger lossless one is worth its bytes. */
const SEEN_LOSS = 3;

/** Whether each pixel is seen by itself, and so must keep its colour. */
const isPixelArt = ({ width, height, sampling }: SourceTexture): boolean =>
  sampling?.nearest === true && Math.max(width, height) <= PIXEL_ART;

/**
 * Encodes a texture as in docs/formats.md: `low` of at most 64 x 64 (WebP), `high` as KTX2 and WebP, sides in powers of two.
 * Pictures shrink in linear light; otherwise a black and white checkerboard would become too dark. Pixel art is lossless WebP alone:
 * blocks of 4 x 4 pixels have too few colours for it.
 */
export async function encodeTexture(
  source: SourceTexture,
  options: TextureOptions,
  cache: EncodingCache,
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
    webp(await resize(source, lowWidth, lowHeight), lowWidth, lowHeight, final ? 86 : 80, final ? keeps : 'colours'),
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
    const bytes = await cached(`${width}x${height}.ktx2`, async () => ktx2(await full(), width, height, isHard(await full())));
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

/** Resizes sRGB RGBA. Colours are averaged in linear light, weighted by alpha; those of opacity 0 are of their surroundings. */
export async function resize(source: SourceTexture, width: number, height: number): Promise<Uint8Array> {
  const grows = width * height > source.width * source.height;
  return (await resized(source, width, height, 'colour', grows ? SHARP_EDGES : SMOOTH)).rgba;
}

function isOpaque(rgba: Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false;
  return true;
}

/**
 * The `quality` of a lossless file is how hard the encoder tries: 8 % fewer bytes of KayKit's palettes than with 80, for 15 ms a
 * megapixel. With `effort: 6` it takes half the bytes and 20 times as long.
 */
const LOSSLESS = { lossless: true, exact: true, effort: 4, quality: 100 } as const;
/** A lossless file may have so many times the bytes where the loss is not seen. The Knight's texture has 1.23 times. */
const LITTLE_MORE = 1.25;
/** It may have so many times the bytes where the loss is seen. */
const MUCH_MORE = 2.5;
/**
 * Colours at full resolution, with an error of some steps where neighbours differ. Leaves of 256 x 256 pixels have 38 kB and a loss
 * of 1.1 so, 26 kB and a loss of 7.5 as the finer lossy file, 60 kB without loss.
 */
const NEARLY_LOSSLESS = { nearLossless: true, exact: true, effort: 4, quality: 60 } as const;
/** Quality of a lossy WebP where the loss of the usual one shows: 25 % more bytes. */
const FINER = 91;
/** Most of the usual loss that a finer file may keep: 0.77 to 0.87 with the grain of photographs, 0.98 with a GIF's dots. */
const KEPT_LOSS = 0.9;

/** Bytes that a lossless WebP may have more where the loss is seen: small pictures with hard edges. */
const SMALL_BYTES = 12_000;

/**
 * A loss, of 255, that no photograph has: the paladin's have 2.3 to 4.4, thin stripes over a gradient 10. Then a lossless file may have so
 * many times the bytes.
 */
const DAMAGE = 6;
const WORTH = 4;

/** Most colours of a palette. */
const PALETTE = 256;
/**
 * A picture is a photograph if it has more colours than a palette, and deflate leaves more than this share of its bytes. It leaves 0.14 to
 * 0.24 of knitted and striped patterns, whose lossless WebP has a fifth to two thirds of the lossy one's bytes, and 0.57 to 0.93
 * of the paladin's photographs. How many pixels equal their neighbours does not tell a pattern of many colours from a photograph.
 */
const REPEATED = 0.4;
/** Bands of rows that are looked at, spread over the picture, and rows of each. That takes 1 to 4 ms. */
const BANDS = 4;
const BAND_ROWS = 24;
/** Least bytes a pixel of a lossless photograph. The paladin's have 0.45 to 1.7. */
const PHOTOGRAPH_BYTES = 0.375;

/** Whether a lossless file cannot be about as small as a lossy one. */
export function isPhotograph(rgba: Uint8Array, width: number, height: number): boolean {
  const rows = Math.min(BAND_ROWS, Math.ceil(height / BANDS));
  const sample = new Uint8Array(BANDS * rows * width * 3);
  const colours = new Set<number>();
  let to = 0;
  for (let band = 0; band < BANDS; band++) {
    const from = Math.min(height - rows, Math.floor((band * height) / BANDS)) * width * 4;
    for (let at = from; at < from + rows * width * 4; at += 4) {
      sample[to++] = rgba[at];
      sample[to++] = rgba[at + 1];
      sample[to++] = rgba[at + 2];
      if (colours.size <= PALETTE) colours.add((rgba[at] << 16) | (rgba[at + 1] << 8) | rgba[at + 2]);
    }
  }
  return colours.size > PALETTE && deflateRawSync(sample, { level: 1 }).byteLength > sample.byteLength * REPEATED;
}

/** What a file keeps of a picture: the colours alone, all that is seen, or each pixel. */
type Kept = 'colours' | 'faithful' | 'exact';

/**
 * Encodes WebP. Lossy WebP stores colours at half the resolution. That suits photographs, but flat colours with hard edges
 * (palette atlases) bleed. For those, a lossless file is seldom much larger. Of a photograph it has 4 to 8 times the bytes, and takes
 * most of the time, so it is tried last.
 */
async function webp(rgba: Uint8Array, width: number, height: number, quality: number, keeps: Kept): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const image = sharp(rgba, { raw: { width, height, channels: 4 } });
  if (isOpaque(rgba)) image.removeAlpha();
  const lossyAt = (level: number): Promise<Uint8Array> =>
    encoded(image.clone().webp({ quality: level, alphaQuality: 90, effort: 4, smartSubsample: true }));
  const exact = (): Promise<Uint8Array> => encoded(image.clone().webp(LOSSLESS));
  if (keeps === 'exact') return exact();
  if (keeps === 'colours') return lossyAt(quality);
  const [lossy, early] = await Promise.all([lossyAt(quality), isPhotograph(rgba, width, height) ? undefined : exact()]);
  if (early && early.byteLength < lossy.byteLength * LITTLE_MORE) return early;
  const loss = await lossOf(lossy, rgba);
  if (loss <= SEEN_LOSS) return lossy;
  if (early && early.byteLength < lossy.byteLength * MUCH_MORE) return early;
  // Grain of a photograph: the loss falls with the quality. Colours that bleed across hard edges stay, and so do a palette's dots.
  const finer = await lossyAt(FINER);
  if ((await lossOf(finer, rgba)) <= Math.min(SEEN_LOSS, KEPT_LOSS * loss)) return finer;
  const most = lossy.byteLength + SMALL_BYTES;
  const mayFit = loss > DAMAGE || width * height * PHOTOGRAPH_BYTES < most;
  const lossless = early ?? (mayFit ? await exact() : undefined);
  if (lossless && lossless.byteLength < most) return lossless;
  if (loss <= DAMAGE) return finer;
  const near = await encoded(image.clone().webp(NEARLY_LOSSLESS));
  if (near.byteLength < lossy.byteLength * MUCH_MORE) return near;
  return lossless && lossless.byteLength < lossy.byteLength * WORTH + SMALL_BYTES ? lossless : finer;
}

const encoded = async (image: Sharp): Promise<Uint8Array> => new Uint8Array(await image.toBuffer());

/** Returns the root mean square difference, of 255, over pixels that are not transparent. */
async function lossOf(encoded: Uint8Array, rgba: Uint8Array): Promise<number> {
  const loss = await differenceOf(encoded, rgba);
  if (rgba.byteLength >= LARGE_BYTES) collectGarbage();
  return loss;
}

/** Its decoded picture is garbage for this thread, of which V8 does not know the size. */
async function differenceOf(encoded: Uint8Array, rgba: Uint8Array): Promise<number> {
  const sharp = await loadSharp();
  const decoded = await sharp(encoded).ensureAlpha().raw().toBuffer();
  let sum = 0;
  let count = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3] === 0) continue;
    for (let c = 0; c < 3; c++) sum += (decoded[i + c] - rgba[i + c]) ** 2;
    count += 3;
  }
  return count > 0 ? Math.sqrt(sum / count) : 0;
}

async function ktx2(rgba: Uint8Array, width: number, height: number, hard: boolean): Promise<Uint8Array> {
  const quality = hard
    ? { isUASTC: true, uastcLDRQualityLevel: 1, needSupercompression: true, enableRDO: true }
    : { isUASTC: false, qualityLevel: 160, compressionLevel: 1 };
  encoder ??= startEncoder();
  return (await encoder).encode(rgba, {
    ...quality,
    generateMipmap: true,
    isPerceptual: true,
    isSetKTX2SRGBTransferFunc: true,
    isKTX2File: true,
    imageDecoder: async data => ({ data, width, height }),
  });
}

interface BasisEncoder {
  init(): Promise<unknown>;
  readonly encode: typeof encodeToKTX2;
}

let encoder: Promise<BasisEncoder> | undefined;

/**
 * Starts the encoder. It is C++ that logs through the `console.log` that it finds at start, but standard output is for the
 * report. So it gets a `console.log` that is silent once the encoder has started.
 */
async function startEncoder(): Promise<BasisEncoder> {
  // In Node the package also exports this class; its types describe the web version.
  const { NodeBasisEncoder } = (await import('ktx2-encoder')) as unknown as { NodeBasisEncoder: new () => BasisEncoder };
  const { log } = console;
  let started = false;
  console.log = (...words: unknown[]) => {
    if (!started) log(...words);
  };
  try {
    const basis = new NodeBasisEncoder();
    await basis.init();
    return basis;
  } finally {
    started = true;
    console.log = log;
  }
}

/**
 * Whether ETC1S would visibly change the picture. ETC1S stores one colour for each block of 4 x 4 pixels and varies only its
 * brightness. The test: in more than 3 % of the blocks, colours differ from that grey axis by more than 10 of 255 (root mean
 * square).
 */
export function hasHardColours(rgba: Uint8Array, width: number, height: number): boolean {
  let hard = 0;
  let blocks = 0;
  const mean = [0, 0, 0];
  for (let y = 0; y + 4 <= height; y += 4)
    for (let x = 0; x + 4 <= width; x += 4) {
      blocks++;
      mean.fill(0);
      const forPixels = (visit: (at: number) => void): void => {
        for (let k = 0; k < 16; k++) visit(((y + (k >> 2)) * width + x + (k & 3)) * 4);
      };
      forPixels(at => {
        for (let c = 0; c < 3; c++) mean[c] += rgba[at + c] / 16;
      });
      let error = 0;
      forPixels(at => {
        const d = [0, 1, 2].map(c => rgba[at + c] - mean[c]);
        const grey = (d[0] + d[1] + d[2]) / 3;
        error += d.reduce((sum, v) => sum + (v - grey) ** 2, 0) / 3;
      });
      if (error / 16 > 100) hard++;
    }
  return blocks > 0 && hard / blocks > 0.03;
}
