import { quote } from '../../core/errors.ts';

/** Options of `toBlob`. */
export interface PictureOptions {
  readonly type?: string | undefined;
  readonly quality?: number | undefined;
  /** Pixels. One side alone: the other follows from the shape of the canvas. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

const MOST_PIXELS = 8192;

/**
 * Returns the size of a picture, pixels. Undefined if no side is given.
 * @param aspect - width / height where one side is given.
 * @throws RangeError if a side is not 1 to 8192.
 */
export function pictureSize(
  { width: w, height: h }: PictureOptions,
  aspect: number,
): { readonly width: number; readonly height: number } | undefined {
  const width = w ?? (h && Math.round(h * aspect));
  const height = h ?? (w && Math.round(w / aspect));
  if (width === undefined || height === undefined) return undefined;
  if (![width, height].every(side => side >= 1 && side <= MOST_PIXELS))
    throw new RangeError(`a picture is 1 to ${MOST_PIXELS} pixels a side, got ${quote({ width, height })}`);
  return { width, height };
}
