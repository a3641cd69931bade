/** A coarser level may lie this many pixels beside the finest before anybody sees it. */
export const TOLERANCE_PIXELS = 1.5;

/** A level is only left for a finer one when its error has grown by this: no flicker at the border. */
const HYSTERESIS = 1.25;

/**
 * The coarsest level whose error is not seen.
 *
 * @param levels - finest first, errors ascending (metres).
 * @param current - the level that is shown now.
 * @param pixelsPerMetre - on the screen at the object's distance, times the object's own scale.
 * @param tolerance - pixels; greater for coarser pictures.
 */
export function chooseLevel(
  levels: readonly { readonly error: number }[],
  current: number,
  pixelsPerMetre: number,
  tolerance: number,
): number {
  let level = 0;
  for (let i = 1; i < levels.length; i++) {
    const limit = i <= current ? tolerance * HYSTERESIS : tolerance;
    if (levels[i].error * pixelsPerMetre > limit) break;
    level = i;
  }
  return level;
}
