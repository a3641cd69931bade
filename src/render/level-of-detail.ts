/**
 * No vertex of a coarser level may lie farther than this many pixels beside the finest. The farthest of a level's vertices lies 3.2 to 3.4 times as
 * far off as their root mean square does (two KayKit figures, three levels each): so the surface is a pixel off, as a rule, and
 * that is when an eye begins to see it. Similarity to full detail of 100 avatars at 1280 x 720, and triangles: 2.5 pixels 0.991 and 197,000,
 * 3.5 pixels 0.982 and 140,000, 4 pixels 0.974 and 123,000, 5 pixels 0.964 and 98,000 (of 561,000). What no similarity sees: where one
 * surface lies close under another (a face in a helmet), it comes through in patches, from 2.5 pixels on in the middle of that crowd, at 2 nowhere.
 */
export const TOLERANCE_PIXELS = 2;

/**
 * In pictures of fewer lines the same pixels are more of a figure, and each sample says more: the tolerance shrinks faster than they do.
 * Where similarity of 100 avatars falls to 0.978: 3.6 pixels at 720 lines, 2.4 at 540, 1.1 at 360, 0.6 at 180, 0.13 at 36.
 */
const LINES = 720;
const STEEPNESS = 1.5;

/** @param tolerance - pixels, in a picture of enough lines. @param lines - of the picture at hand. */
export function toleranceAt(tolerance: number, lines: number): number {
  return tolerance * Math.min(1, lines / LINES) ** STEEPNESS;
}

/** A level is only left for a finer one when its error has grown by this: no flicker at the border. */
const HYSTERESIS = 1.25;

/** How small a thing may be before nobody sees it. A field, not an argument: numbers between functions take a box on the heap. */
export interface Sight {
  /** In the object's own units. */
  unseen: number;
}

/**
 * The coarsest level whose error is not seen.
 *
 * @param levels - finest first, errors ascending (metres).
 * @param current - the level that is shown now.
 */
export function chooseLevel(levels: readonly { readonly error: number }[], current: number, sight: Sight): number {
  let level = 0;
  for (let i = 1; i < levels.length; i++) {
    if (levels[i].error > (i <= current ? sight.unseen * HYSTERESIS : sight.unseen)) break;
    level = i;
  }
  return level;
}
