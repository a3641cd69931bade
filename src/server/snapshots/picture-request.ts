import { Problem } from '../documents/problem.ts';

/** Reads the size and type of a requested picture: `Foyer-Size` and `Accept`. */

export type PictureType = 'image/webp' | 'image/png';

export interface PictureSize {
  /** Device pixels, 1 to 2048. */
  readonly width: number;
  readonly height: number;
}

const defaultSize: PictureSize = { width: 512, height: 512 };
const MAXIMUM = 2048;

/** @throws Problem 400 for anything but `640x360` of at most 2048 x 2048. */
export function parseSize(text: string | undefined): PictureSize {
  if (text === undefined || text === '') return defaultSize;
  const [, width, height] = /^\s*(\d{1,5})\s*x\s*(\d{1,5})\s*$/i.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if ([size.width, size.height].every(each => each >= 1 && each <= MAXIMUM)) return size;
  throw new Problem(400, 'wrong-size', `a size such as 640x360 is expected, at most ${MAXIMUM}x${MAXIMUM}`, {
    at: 'Foyer-Size',
    value: text,
  });
}

/**
 * WebP if `Accept` names it. PNG if it accepts anything, as programs that make link previews do.
 * @throws Problem 406 if neither is acceptable.
 */
export function parseType(accept: string | undefined): PictureType {
  const qualities = new Map<string, number>();
  for (const part of (accept || '*/*').split(',')) {
    const [type, ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const q = parameters.find(each => each.startsWith('q='));
    qualities.set(type, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  const of = (type: string) => qualities.get(type) ?? qualities.get('image/*') ?? qualities.get('*/*') ?? 0;
  const [webp, png] = [of('image/webp'), of('image/png')];
  if (Math.max(webp, png) <= 0)
    throw new Problem(406, 'not-acceptable', 'a snapshot is image/webp or image/png', { at: 'Accept', value: accept });
  if (webp === png) return qualities.has('image/webp') ? 'image/webp' : 'image/png';
  return webp > png ? 'image/webp' : 'image/png';
}
