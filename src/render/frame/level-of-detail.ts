/**
 * Chooses levels of detail by how far their surface lies from the finest, in pixels.
 */

/**
 * Default tolerance in pixels: how far a coarser level's surface may lie from the finest, or as far as its looks are worth
 * (`LookErrors`). Most of the surface is a quarter as far off.
 *
 * 100 avatars at 1280 x 720, similarity to full detail and triangles: 2.3 pixels 0.9966 and 255,000; 2 pixels 0.9975 and 278,000.
 */
export const TOLERANCE_PIXELS = 2.3;

/** Height of a picture in lines from which `lodTolerance` applies in full. */
const LINES = 720;
/** The tolerance of a small picture, as a share of the full one: 2.07 of 2.3 pixels. A picture is small from so many lines down. */
const LEAST_SHARE = 0.9;
const SMALL = 400;
/** Steepness of the fall from `LINES` to `SMALL`. */
const STEEPNESS = Math.log(LEAST_SHARE) / Math.log(SMALL / LINES);

/**
 * Returns the tolerance in pixels of a picture. A small picture shows each pixel's error more clearly, but never costs more vertices than a large one.
 *
 * With 2.07 pixels at 640 x 360, 100 avatars cost 58.2 % of the triangles at 1280 x 720, and are similar to full detail by 0.972
 * (docs/performance/frames.md).
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
