/** Uncompressed pictures, and what is done to their pixels. */

/** A picture: RGBA, 4 bytes a pixel, straight alpha, first row = top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Creates pixels that threads share: a picture has megabytes, and is sent to the thread that encodes it. */
export const sharedPixels = (bytes: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(bytes));

/** Copies pixels that sharp owns. */
export function copyPixels(pixels: Uint8Array): Uint8Array {
  const copy = sharedPixels(pixels.byteLength);
  copy.set(pixels);
  return copy;
}

const sharedCopies = new WeakMap<Uint8Array, Uint8Array>();

/** Returns the pixels in memory that threads share: the same copy each time, so that it can be recognized. */
export function inSharedMemory(pixels: Uint8Array): Uint8Array {
  if (pixels.buffer instanceof SharedArrayBuffer) return pixels;
  let copy = sharedCopies.get(pixels);
  if (!copy) sharedCopies.set(pixels, (copy = copyPixels(pixels)));
  return copy;
}

/** Returns the picture's one colour, or undefined where colours differ by more than 1 of 255, or opacities at all: a cutoff may lie there. */
export function constantOf({ rgba }: Picture): readonly [number, number, number, number] | undefined {
  for (let i = 4; i < rgba.length; i++) if (Math.abs(rgba[i] - rgba[i & 3]) > (i % 4 === 3 ? 0 : 1)) return undefined;
  return [rgba[0], rgba[1], rgba[2], rgba[3]];
}

/** Makes a picture opaque. An opaque material ignores alpha, so transparent pixels must count fully when the size changes. */
export function opaque(picture: Picture): Picture {
  let whole = true;
  for (let i = 3; i < picture.rgba.length && whole; i += 4) whole = picture.rgba[i] === 255;
  if (whole) return picture;
  const rgba = copyPixels(picture.rgba);
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  return { ...picture, rgba };
}

/** Samples bilinearly and repeats. Writes four numbers, 0..255, to `out`. (0, 0) is the upper left corner of the picture. */
export function sample({ width, height, rgba }: Picture, u: number, v: number, out: Float32Array): Float32Array {
  const x = (u - Math.floor(u)) * width - 0.5;
  const y = (v - Math.floor(v)) * height - 0.5;
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const left = (x0 + width) % width;
  const right = (x0 + 1) % width;
  const above = ((y0 + height) % height) * width;
  const below = ((y0 + 1) % height) * width;
  for (let c = 0; c < 4; c++) {
    const top = rgba[(above + left) * 4 + c] * (1 - fx) + rgba[(above + right) * 4 + c] * fx;
    const bottom = rgba[(below + left) * 4 + c] * (1 - fx) + rgba[(below + right) * 4 + c] * fx;
    out[c] = top * (1 - fy) + bottom * fy;
  }
  return out;
}
