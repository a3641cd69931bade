/**
 * A coarser level may lie this many pixels beside the finest before anybody sees it. Measured on a crowd at 1280 x 720, similarity
 * to full detail and triangles: 1.5 pixels 0.995 and 294,000, 2 pixels 0.991 and 227,000, 3 pixels 0.973 and 154,000 (of 561,000).
 */
export const TOLERANCE_PIXELS = 2.5;

/** In pictures of fewer lines each sample says more (at 36 lines 0.3 pixels are seen as much as 3 at 720): the tolerance shrinks. */
const LINES = 360;

/** @param tolerance - pixels, in a picture of enough lines. @param lines - of the picture at hand. */
export function toleranceAt(tolerance: number, lines: number): number {
  const share = Math.min(1, lines / LINES);
  return tolerance * share * share;
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
