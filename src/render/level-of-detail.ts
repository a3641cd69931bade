/** A coarser level may lie this many pixels beside the finest before anybody sees it. */
export const TOLERANCE_PIXELS = 1.5;

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
