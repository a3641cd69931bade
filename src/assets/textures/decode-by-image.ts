import { systemClock } from '../../core/clock.ts';
import { Pacer } from '../../core/pacer.ts';

/** Rows are read back this many bytes at a time, so that input and frames get their turn in between. */
const BAND_BYTES = 256 * 1024;

/** The pixels of a picture as RGBA8, the first row on top. */
export interface Pixels {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a picture by an `Image` and a canvas, in the page: for browsers without `createImageBitmap`, or without our options.
 *
 * The browser decodes off the main thread. Reading back costs that about 1 ms a megabyte. A canvas premultiplies colours with
 * alpha, so nearly transparent pixels lose some colour. A policy (CSP) must allow pictures from `blob:`.
 *
 * @param largest - pixels of the longer side, to which the picture is shrunk.
 * @throws EncodingError where the browser cannot decode it.
 */
export async function decodeByImage(blob: Blob, largest: number, pacer = new Pacer(systemClock)): Promise<Pixels> {
  const url = URL.createObjectURL(blob);
  const image = new Image();
  try {
    image.src = url;
    await image.decode();
  } finally {
    URL.revokeObjectURL(url);
  }
  const scale = Math.min(1, largest / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const { width, height } = canvas;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas can be had');
  context.drawImage(image, 0, 0, width, height);
  const data = new Uint8Array(width * height * 4);
  const rows = Math.max(1, Math.floor(BAND_BYTES / (width * 4)));
  for (let y = 0; y < height; y += rows) {
    await pacer.pause();
    data.set(context.getImageData(0, y, width, Math.min(rows, height - y)).data, y * width * 4);
  }
  // Safari keeps a canvas's memory long after its last reference.
  canvas.width = canvas.height = 0;
  return { data, width, height };
}
