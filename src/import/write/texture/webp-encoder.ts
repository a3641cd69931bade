/** Encodes the pixels of one picture as WebP, and tells what a file of it loses. */
import type { Sharp, WebpOptions } from 'sharp';
import { collectGarbage } from '../../../node/collect-garbage.ts';
import { loadSharp } from '../../picture/load-sharp.ts';

/** From so many bytes of pixels on, garbage is collected at once, and every fourth row tells a loss. */
const LARGE_BYTES = 2 ** 23;
const ROWS = 4;

/**
 * The `quality` of a lossless file is how hard the encoder tries: 8 % fewer bytes of KayKit's palettes than with 80, for 15 ms a
 * megapixel. With `effort: 6` it takes half the bytes and 20 times as long.
 */
const LOSSLESS = { lossless: true, exact: true, effort: 4, quality: 100 } as const;
/** For an estimate: 2 to 10 % more bytes of photographs, in a tenth of the time. */
const LOSSLESS_SOON = { lossless: true, exact: true, effort: 1, quality: 50 } as const;
/**
 * Colours at full resolution, with an error of some steps where neighbours differ. Leaves of 256 x 256 pixels have 38 kB and a loss
 * of 1.1 so, 26 kB and a loss of 7.5 as the finer lossy file, 60 kB without loss.
 */
const NEARLY_LOSSLESS = { nearLossless: true, exact: true, effort: 4, quality: 60 } as const;
/** Colours are chosen at half the resolution so that the picture is as it was. */
const LOSSY = { alphaQuality: 90, effort: 4, smartSubsample: true } as const;
/** Colours are means of four pixels, and half the search for small bytes: a quarter of the time. */
const LOSSY_SOON = { alphaQuality: 90, effort: 2 } as const;

/** A picture, and its files. */
export class WebpEncoder {
  readonly #image: Sharp;
  readonly #rgba: Uint8Array;
  readonly #width: number;
  #losses = 0;

  private constructor(image: Sharp, rgba: Uint8Array, width: number) {
    this.#image = image;
    this.#rgba = rgba;
    this.#width = width;
  }

  static async of(rgba: Uint8Array, width: number, height: number): Promise<WebpEncoder> {
    const image = (await loadSharp())(rgba, { raw: { width, height, channels: 4 } });
    return new WebpEncoder(isOpaque(rgba) ? image.removeAlpha() : image, rgba, width);
  }

  readonly lossy = (quality: number): Promise<Uint8Array> => this.#encode({ ...LOSSY, quality });
  readonly lossySoon = (quality: number): Promise<Uint8Array> => this.#encode({ ...LOSSY_SOON, quality });
  readonly lossless = (): Promise<Uint8Array> => this.#encode(LOSSLESS);
  readonly losslessSoon = (): Promise<Uint8Array> => this.#encode(LOSSLESS_SOON);
  readonly nearlyLossless = (): Promise<Uint8Array> => this.#encode(NEARLY_LOSSLESS);

  async #encode(options: WebpOptions): Promise<Uint8Array> {
    return new Uint8Array(await this.#image.clone().webp(options).toBuffer());
  }

  /** Returns the root mean square difference of a file from the picture, of 255, over pixels that are not transparent. */
  async lossOf(file: Uint8Array): Promise<number> {
    const isLarge = this.#rgba.byteLength >= LARGE_BYTES;
    const loss = await differenceOf(file, this.#rgba, this.#width * 4, isLarge ? ROWS : 1);
    // Who encodes it collects the garbage of the first file.
    if (isLarge && this.#losses++ > 0) collectGarbage();
    return loss;
  }
}

function isOpaque(rgba: Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false;
  return true;
}

/** Its decoded picture is garbage for this thread, of which V8 does not know the size. */
async function differenceOf(file: Uint8Array, rgba: Uint8Array, row: number, step: number): Promise<number> {
  const sharp = await loadSharp();
  const decoded = await sharp(file).ensureAlpha().raw().toBuffer();
  let sum = 0;
  let count = 0;
  for (let start = 0; start < rgba.length; start += row * step)
    for (let i = start; i < start + row; i += 4) {
      if (rgba[i + 3] === 0) continue;
      const red = decoded[i] - rgba[i];
      const green = decoded[i + 1] - rgba[i + 1];
      const blue = decoded[i + 2] - rgba[i + 2];
      sum += red * red + green * green + blue * blue;
      count += 3;
    }
  return count > 0 ? Math.sqrt(sum / count) : 0;
}
