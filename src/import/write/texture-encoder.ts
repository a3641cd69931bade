import * as ktx2Encoder from 'ktx2-encoder';
import sharp from 'sharp';
import type { SourceTexture } from '../source.ts';
import type { EncodingCache } from './encoding-cache.ts';
import { moduleVersion } from './importer-version.ts';
import { sha256 } from './resource-folder.ts';

export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly type: 'image/webp' | 'image/ktx2';
  readonly width: number;
  readonly height: number;
}

export interface EncodedTexture {
  readonly low: EncodedPicture;
  /** Empty where the picture is no larger than `low`; KTX2 before WebP where there are both. */
  readonly high: readonly EncodedPicture[];
}

export interface TextureOptions {
  /** KTX2 too; slow (0.5 to 5 s a megapixel). */
  readonly ktx2: boolean;
  /** Longest side of `high`, a power of two up to 2048. */
  readonly maxSize: number;
}

const LOW_SIZE = 64;
/** Root mean square of 255 that a lossy WebP may be wrong by before a larger one without loss is worth its bytes. */
const SEEN_LOSS = 3;

/**
 * Encodes a texture as docs/formats.md says: `low` of at most 64 x 64 (WebP), `high` as KTX2 and WebP, powers of two.
 * Pictures are made smaller in linear light, or a checkerboard of black and white would come out too dark.
 */
export async function encodeTexture(
  source: SourceTexture,
  options: TextureOptions,
  cache: EncodingCache,
): Promise<EncodedTexture> {
  const [width, height] = powerOfTwoSize(source.width, source.height, options.maxSize);
  const [lowWidth, lowHeight] = powerOfTwoSize(width, height, LOW_SIZE);
  const content = sha256(`${await moduleVersion(import.meta.url)} ${source.width} ${source.height} ${sha256(source.rgba)}`);
  const cached = (name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => cache.get(`${content}-${name}`, make);
  let hard: boolean | undefined;
  const isHard = (pixels: Uint8Array): boolean => (hard ??= hasHardColours(pixels, width, height));
  let pixels: Promise<Uint8Array> | undefined;
  const full = (): Promise<Uint8Array> => (pixels ??= resize(source, width, height));

  // What has no high texture is looked at for good, not for a moment.
  const final = width === lowWidth && height === lowHeight;
  const lowBytes = await cached(`${lowWidth}x${lowHeight}${final ? '-final' : ''}.webp`, async () =>
    webp(await resize(source, lowWidth, lowHeight), lowWidth, lowHeight, final ? 86 : 80, final),
  );
  const low: EncodedPicture = { bytes: lowBytes, type: 'image/webp', width: lowWidth, height: lowHeight };
  if (final) return { low, high: [] };
  const high: EncodedPicture[] = [];
  // S3TC takes blocks of 4 x 4 only.
  if (options.ktx2 && Math.min(width, height) >= 4) {
    const bytes = await cached(`${width}x${height}.ktx2`, async () => ktx2(await full(), width, height, isHard(await full())));
    high.push({ bytes, type: 'image/ktx2', width, height });
  }
  const bytes = await cached(`${width}x${height}.webp`, async () => webp(await full(), width, height, 86, true));
  high.push({ bytes, type: 'image/webp', width, height });
  return { low, high };
}

/** Up to this side a picture is rather made larger than smaller: detail is worth more than so few bytes. */
const SMALL = 512;

/** Powers of two, the longer side at most `max`, the shape about kept: the nearest, small pictures the next above: `(150, 1200, 2048) // [256, 1024]`. */
export function powerOfTwoSize(width: number, height: number, max: number): [number, number] {
  // What is a tenth larger than a power of two loses nothing that can be seen.
  const power = (x: number): number => 2 ** (x <= SMALL ? Math.ceil(Math.log2(x / 1.1)) : Math.round(Math.log2(x)));
  const shrink = Math.max(1, power(Math.max(width, height)) / max);
  return [Math.max(1, power(width) / shrink), Math.max(1, power(height) / shrink)];
}

/** sRGB RGBA of another size; averaged in linear light, colours weighted by alpha. */
export async function resize(source: SourceTexture, width: number, height: number): Promise<Uint8Array> {
  if (source.width === width && source.height === height) return source.rgba;
  const { data } = await sharp(source.rgba, { raw: { width: source.width, height: source.height, channels: 4 } })
    .pipelineColourspace('scrgb')
    // Catmull and Rom's keeps edges where a picture grows; where it shrinks, Mitchell's does not ring.
    .resize(width, height, { fit: 'fill', kernel: width * height > source.width * source.height ? 'cubic' : 'mitchell' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return new Uint8Array(data);
}

function isOpaque(rgba: Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false;
  return true;
}

/**
 * Lossy WebP has colours at half the resolution: fine for photographs, but on flat colours with hard edges (palette atlases) they
 * bleed, and there a file without loss is seldom much larger.
 */
async function webp(rgba: Uint8Array, width: number, height: number, quality: number, faithful: boolean): Promise<Uint8Array> {
  const image = sharp(rgba, { raw: { width, height, channels: 4 } });
  if (isOpaque(rgba)) image.removeAlpha();
  const lossy = new Uint8Array(
    await image.clone().webp({ quality, alphaQuality: 90, effort: 4, smartSubsample: true }).toBuffer(),
  );
  if (!faithful) return lossy;
  const lossless = new Uint8Array(await image.clone().webp({ lossless: true, exact: true, effort: 4 }).toBuffer());
  const worth = (await lossOf(lossy, rgba)) > SEEN_LOSS ? 2.5 : 1.2;
  return lossless.byteLength < lossy.byteLength * worth ? lossless : lossy;
}

/** Root mean square of the difference, of 255, over what is not clear. */
async function lossOf(encoded: Uint8Array, rgba: Uint8Array): Promise<number> {
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
  readonly encode: typeof ktx2Encoder.encodeToKTX2;
}

let encoder: Promise<BasisEncoder> | undefined;

/**
 * The encoder is C++ that prints what it does, by the `console.log` that it finds when it starts; standard output is for the
 * report. So it finds one that falls silent as soon as the encoder is there.
 */
async function startEncoder(): Promise<BasisEncoder> {
  // In Node the package exports this class too; its types are those of the web.
  const { NodeBasisEncoder } = ktx2Encoder as unknown as { NodeBasisEncoder: new () => BasisEncoder };
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
 * Whether ETC1S would show: it has one colour for each block of 4 x 4 pixels and only makes it lighter and darker. So: is the
 * colour off that grey axis by more than 10 of 255 (root mean square) in more than 3 % of the blocks?
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
