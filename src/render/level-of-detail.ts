/**
 * A coarser level may lie this many pixels beside the finest before anybody sees it. Measured on a crowd at 1280 x 720, similarity
 * to full detail and triangles: 1.5 pixels 0.995 and 294,000, 2 pixels 0.991 and 227,000, 3 pixels 0.973 and 154,000 (of 561,000).
 */
export const TOLERANCE_PIXELS = 2.5;

/**
 * In pictures of fewer lines the same pixels are more of the picture, and each sample says more: the tolerance shrinks a little faster
 * than they do. (100 avatars, similarity with the tolerance of 720 lines: 0.90 at 360 lines, 0.95 at 36.)
 */
const LINES = 720;
const STEEPNESS = 1.25;

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
