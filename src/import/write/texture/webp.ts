/** Encodes WebP: lossy, nearly lossless or lossless, by what each loses and takes. */

import { isPhotograph, TILES_SIDE, tilesOf } from './photograph.ts';
import { WebpEncoder } from './webp-encoder.ts';

/** Root mean square error of a lossy WebP, of 255. Above it, a larger lossless one is worth its bytes. */
const SEEN_LOSS = 3;
/** A lossless file may have so many times the bytes where the loss is not seen. The Knight's texture has 1.23 times. */
const LITTLE_MORE = 1.25;
/** It may have so many times the bytes where the loss is seen. */
const MUCH_MORE = 2.5;
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
 * Pixels beyond which a photograph is encoded soon, if that is not seen. At 2,048 x 2,048 that takes 0.13 s, not 0.55. Of 52 such
 * pictures it suits 28, which have 0.87 to 1.09 times the bytes each and as many together.
 */
const LARGE = 1024 * 1024;
/** The loss of a sample that is encoded soon, as a multiple of its usual loss. Letters and thin lines in colours have more. */
const SOON_LOSS = 1.15;

/**
 * Encodes WebP. Lossy WebP stores colours at half the resolution. That suits photographs, but flat colours with hard edges
 * (palette atlases) bleed. For those, a lossless file is seldom much larger. Of a photograph it has 4 to 8 times the bytes, and takes
 * most of the time, so it is tried last.
 */
export async function webp(rgba: Uint8Array, width: number, height: number, quality: number, keeps: Kept): Promise<Uint8Array> {
  const picture = await WebpEncoder.of(rgba, width, height);
  if (keeps === 'exact') return picture.lossless();
  if (keeps === 'colours') return picture.lossy(quality);
  const sampled = width * height >= SAMPLED && Math.min(width, height) >= TILES_SIDE;
  const sample = sampled ? await WebpEncoder.of(tilesOf(rgba, width, height), TILES_SIDE, TILES_SIDE) : undefined;
  const isLast = isPhotograph(rgba, width, height) || (sample !== undefined && (await isLastResort(sample, quality)));
  if (isLast && sample && width * height > LARGE && (await suitsSoon(sample, quality))) {
    const soon = await picture.lossySoon(quality);
    if ((await picture.lossOf(soon)) <= SEEN_LOSS) return soon;
  }
  const early = isLast ? undefined : await smallLossless(picture, quality);
  if (early?.isSmall) return early.file;
  const lossy = await picture.lossy(quality);
  const loss = await picture.lossOf(lossy);
  if (loss <= SEEN_LOSS) return lossy;
  if (early && early.file.byteLength < lossy.byteLength * MUCH_MORE) return early.file;
  // Grain of a photograph: the loss falls with the quality. Colours that bleed across hard edges stay, and so do a palette's dots.
  const finer = await picture.lossy(FINER);
  if ((await picture.lossOf(finer)) <= Math.min(SEEN_LOSS, KEPT_LOSS * loss)) return finer;
  const most = lossy.byteLength + SMALL_BYTES;
  const mayFit = loss > DAMAGE || width * height * PHOTOGRAPH_BYTES < most;
  const lossless = early?.file ?? (mayFit ? await picture.lossless() : undefined);
  if (lossless && lossless.byteLength < most) return lossless;
  if (loss <= DAMAGE) return finer;
  const near = await picture.nearlyLossless();
  if (near.byteLength < lossy.byteLength * MUCH_MORE) return near;
  return lossless && lossless.byteLength < lossy.byteLength * WORTH + SMALL_BYTES ? lossless : finer;
}

/**
 * Returns the lossless file, and whether it has little more bytes than the lossy one. That is told by one that is encoded soon, in a tenth
 * of the time: it has 0.93 to 1.08 times the bytes of the lossy one for eight of ten in 730 pictures, and 18 of them are judged otherwise.
 */
async function smallLossless(picture: WebpEncoder, quality: number): Promise<{ file: Uint8Array; isSmall: boolean }> {
  const [file, soon] = await Promise.all([picture.lossless(), picture.lossySoon(quality)]);
  return { file, isSmall: file.byteLength < soon.byteLength * LITTLE_MORE };
}

/** Whether the lossless file of a sample is so much larger that that of the whole is the last resort. */
async function isLastResort(sample: WebpEncoder, quality: number): Promise<boolean> {
  const [lossless, lossy] = await Promise.all([sample.losslessSoon(), sample.lossy(quality)]);
  return lossless.byteLength > lossy.byteLength * MUCH_MORE * SAMPLE_ERROR;
}

/** Whether a sample that is encoded soon loses about as little as usual. */
async function suitsSoon(sample: WebpEncoder, quality: number): Promise<boolean> {
  const [soon, usual] = await Promise.all(
    [sample.lossySoon(quality), sample.lossy(quality)].map(async file => sample.lossOf(await file)),
  );
  return soon <= usual * SOON_LOSS;
}
