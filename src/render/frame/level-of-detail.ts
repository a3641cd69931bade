/**
 * Chooses levels of detail by how far their surface lies from the finest, in pixels.
 */

/**
 * Default tolerance in pixels: how far a coarser level's surface may lie from the finest. Most of it is a quarter as far off.
 *
 * 100 avatars at 1280 x 720, similarity to full detail and triangles of 561,000: 1.98 pixels 0.9957 and 236,000; 2.25 pixels 0.9938 and
 * 204,000. With 1.98, a picture of 640 x 360 is similar enough (0.97) at 60 % of the triangles. With 2 it takes 60.2 %.
 */
export const TOLERANCE_PIXELS = 1.98;

/** Height of a picture in lines from which `lodTolerance` applies in full. */
const LINES = 720;
/** The tolerance of a small picture, as a share of the full one: 1.95 of 1.98 pixels. */
const LEAST_SHARE = 0.984;
/** Steepness of the fall below that height: the tolerance reaches `LEAST_SHARE` at 360 lines. */
const STEEPNESS = Math.log2(1 / LEAST_SHARE);

/**
 * Returns the tolerance in pixels of a picture. A small picture shows each pixel's error more clearly, but never costs more vertices than a large one.
 *
 * With 1.95 pixels at 640 x 360, 100 avatars cost 59.6 % of the triangles at 1280 x 720, and are similar to full detail by 0.970
 * (docs/performance.md).
 *
 * An earlier version shrank the tolerance with the power 1.5 of the lines, for a similarity of 0.98 at every size. It drew 322,926
 * triangles at 128 x 72, and 185,961 at 1280 x 720.
 *
 * @param tolerance - pixels, in a picture of 720 lines or more.
 * @param lines - of the picture.
 */
export function toleranceAt(tolerance: number, lines: number): number {
  return tolerance * Math.max(LEAST_SHARE, Math.min(1, lines / LINES) ** STEEPNESS);
}

/** A finer level replaces the current one only when the error has grown by this factor, which avoids flicker at the border. */
const HYSTERESIS = 1.25;

/** The largest invisible error. It is a field, not an argument, because V8 boxes numbers that pass between functions. */
export interface Sight {
  /** In the object's own units. */
  unseen: number;
}

/**
 * Returns the coarsest level whose error is invisible.
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
