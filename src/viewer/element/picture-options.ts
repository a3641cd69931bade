import { quote } from '../../core/errors.ts';

/** Options of `toBlob`. */
export interface PictureOptions {
  readonly type?: string | undefined;
  readonly quality?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

const MOST_PIXELS = 8192;

/**
 * Returns the size of a picture, pixels. Undefined if it is not given.
 * @throws RangeError if a side is not 1 to 8192.
 */
export function pictureSize(width?: number, height?: number): { readonly width: number; readonly height: number } | undefined {
  if (width === undefined || height === undefined) return undefined;
  if (![width, height].every(side => side >= 1 && side <= MOST_PIXELS))
    throw new RangeError(`a picture is 1 to ${MOST_PIXELS} pixels a side, got ${quote({ width, height })}`);
  return { width, height };
}
