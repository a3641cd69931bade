/** Encodes WebP: lossy, nearly lossless or lossless, by what each loses and takes. */

import type { Sharp } from 'sharp';
import { collectGarbage } from '../../../node/collect-garbage.ts';
import { loadSharp } from '../../picture/load-sharp.ts';
import { isPhotograph, TILES_SIDE, tilesOf } from './photograph.ts';

/** Root mean square error of a lossy WebP, of 255. Above it, a larger lossless one is worth its bytes. */
const SEEN_LOSS = 3;
/** From so many bytes of pixels on, garbage is collected at once. */
const LARGE_BYTES = 2 ** 23;

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

/** What a file keeps of a picture: the colours alone, all that is seen, or each pixel. */
export type Kept = 'colours' | 'faithful' | 'exact';

/** Least bytes a pixel of a lossless photograph. The paladin's have 0.45 to 1.7. */
const PHOTOGRAPH_BYTES = 0.375;
/**
 * Pixels from which a sample is encoded before the whole is tried without loss. A photograph with even areas takes 2 to 4 s at 2,048 x
 * 2,048 pixels and is five to eight times as large then; its sample takes 0.1 s.
 */
const SAMPLED = 1024 * 1024;
/** How much a sample's ratio of lossless to lossy bytes may exceed the whole's: by 1.3 at most in 40 textures with ratios of 1.25 to 21. */
const SAMPLE_ERROR = 1.4;

/**
 * Encodes WebP. Lossy WebP stores colours at half the resolution. That suits photographs, but flat colours with hard edges
 * (palette atlases) bleed. For those, a lossless file is seldom much larger. Of a photograph it has 4 to 8 times the bytes, and takes
 * most of the time, so it is tried last.
 */
export async function webp(rgba: Uint8Array, width: number, height: number, quality: number, keeps: Kept): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const opaque = isOpaque(rgba);
  const imageOf = (pixels: Uint8Array, columns: number, rows: number): Sharp => {
    const raw = sharp(pixels, { raw: { width: columns, height: rows, channels: 4 } });
    return opaque ? raw.removeAlpha() : raw;
  };
  const image = imageOf(rgba, width, height);
  const lossyAt = (level: number, of = image): Promise<Uint8Array> =>
    encoded(of.clone().webp({ quality: level, alphaQuality: 90, effort: 4, smartSubsample: true }));
  const exact = (of = image): Promise<Uint8Array> => encoded(of.clone().webp(LOSSLESS));
  /** Whether the lossless file is so much larger that it is the last resort. */
  const isLastResort = async (): Promise<boolean> => {
    if (isPhotograph(rgba, width, height)) return true;
    if (width * height < SAMPLED || Math.min(width, height) < TILES_SIDE) return false;
    const sample = imageOf(tilesOf(rgba, width, height), TILES_SIDE, TILES_SIDE);
    const [without, lossy] = await Promise.all([exact(sample), lossyAt(quality, sample)]);
    return without.byteLength > lossy.byteLength * MUCH_MORE * SAMPLE_ERROR;
  };
  if (keeps === 'exact') return exact();
  if (keeps === 'colours') return lossyAt(quality);
  const [lossy, early] = await Promise.all([lossyAt(quality), isLastResort().then(isLast => (isLast ? undefined : exact()))]);
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
