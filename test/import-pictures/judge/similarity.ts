import { ssim } from 'ssim.js';

/** RGBA bytes, any row order, the same for both. */
export interface Picture {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** A channel must lie so far from the background's before the pixel counts as the model. */
const BACKGROUND_TOLERANCE = 3;

export interface Similarity {
  /** Structural similarity (Wang et al. 2004), the mean over the windows whose middle shows the model in either picture. */
  readonly model: number;
  /** The mean over all windows: what most people quote. The empty background makes it kinder. */
  readonly frame: number;
  /** Share of the pixels that show the model. */
  readonly covered: number;
}

/**
 * How alike two pictures of a model on an even background are: structural similarity of each of red, green and blue, averaged
 * (of brightness alone, a wrong colour could pass), at full resolution.
 * The first pixel of each is taken for its background.
 */
export function similarityOf(a: Picture, b: Picture): Similarity {
  const { width, height } = a;
  const shown = new Uint8Array(width * height);
  for (const { data } of [a, b])
    for (let p = 0; p < shown.length; p++)
      for (let c = 0; c < 3; c++) if (Math.abs(data[p * 4 + c] - data[c]) > BACKGROUND_TOLERANCE) shown[p] = 1;
  let [model, frame, windows, covered] = [0, 0, 0, 0];
  for (let c = 0; c < 3; c++) {
    const { ssim_map: map, mssim } = ssim(channel(a, c), channel(b, c), { downsample: false });
    frame += mssim / 3;
    const [left, top] = [(width - map.width) >> 1, (height - map.height) >> 1];
    for (let y = 0; y < map.height; y++)
      for (let x = 0; x < map.width; x++)
        if (shown[(y + top) * width + x + left]) {
          model += map.data[y * map.width + x];
          windows++;
        }
  }
  for (const pixel of shown) covered += pixel;
  return { model: windows > 0 ? model / windows : 1, frame, covered: covered / shown.length };
}

function channel({ data, width, height }: Picture, c: number): ImageData {
  const grey = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 4) grey[i] = grey[i + 1] = grey[i + 2] = data[i + c];
  return { data: grey, width, height } as ImageData;
}
