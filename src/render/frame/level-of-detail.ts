/**
 * No vertex of a coarser level may lie farther than this many pixels beside the finest. The farthest of a level's vertices lies 3.4 to 5.9 times
 * as far off as the root mean square of all that are seen (KayKit's Knight and Mage, three levels each): the surface is half a pixel
 * off, as a rule. Similarity to full detail of 100 avatars at 1280 x 720, and triangles: 2 pixels 0.996 and 264,000, 2.25 pixels 0.994 and
 * 246,000, 2.5 pixels 0.991 and 220,000 (of 561,000), where the slits of helmets in the last rows go.
 */
export const TOLERANCE_PIXELS = 2.25;

/**
 * In pictures of fewer lines the same pixels are more of a figure, and each sample says more: the tolerance shrinks faster than they do.
 * Where similarity of 100 avatars fell to 0.978, with levels of an earlier import: 3.6 pixels at 720 lines, 2.4 at 540, 1.1 at 360, 0.6 at 180,
 * 0.13 at 36. With this import and 2.25 pixels it is 0.994 at 720 lines, 0.987 at 360, 0.995 at 180.
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
