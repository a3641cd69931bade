/**
 * Chooses levels of detail by how far their surface lies from the finest, in pixels.
 */

/**
 * Default tolerance in pixels: how far a coarser level's vertices may lie from the finest. The surface itself is usually half a
 * pixel off. A level's farthest vertex lies 3.4 to 5.9 times as far off as the root mean square (KayKit's Knight and Mage, three
 * levels each).
 *
 * 100 avatars at 1280 x 720, similarity to full detail and triangles: 2 pixels 0.996 and 264,000; 2.25 pixels 0.994 and 246,000;
 * 2.5 pixels 0.991 and 220,000 (of 561,000). At 2.5 the slits of helmets in the last rows disappear.
 */
export const TOLERANCE_PIXELS = 2.25;

/** Height of a picture in lines from which `lodTolerance` applies in full. */
const LINES = 720;
/** The tolerance of a small picture, as a share of the full one: 1.5 of 2.25 pixels. */
const LEAST_SHARE = 2 / 3;
/** Steepness of the fall below that height: the tolerance reaches `LEAST_SHARE` at 360 lines. */
const STEEPNESS = Math.log2(1 / LEAST_SHARE);

/**
 * Returns the tolerance in pixels of a picture. A small picture shows each pixel's error more clearly, but never costs more vertices than a large one.
 *
 * Measured on 100 avatars, triangles and similarity to full detail:
 *
 * | picture | 1.5 pixels | 2.25 pixels |
 * |---|---|---|
 * | 1280 x 720 | 333,590, 0.998 | 245,934, 0.994 |
 * | 640 x 360 | 194,922, 0.969 | 147,324, 0.951 |
 * | 320 x 180 | 113,482, 0.941 | 84,227, 0.881 |
 * | 128 x 72 | 71,008, 0.869 | 65,528, 0.823 |
 *
 * An earlier version shrank the tolerance with the power 1.5 of the lines, for a similarity of 0.98 at every size.
 * It drew 322,926 triangles at 128 x 72 and 185,961 at 1280 x 720.
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
