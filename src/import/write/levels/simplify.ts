/** Reduces a part to a number of triangles, as close to the finest level as a few attempts allow. */
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { ShrunkTexture } from '../../picture/texture-colours.ts';
import { alteredArea } from './altered-area.ts';
import type { Covers } from './covers.ts';
import type { LevelAttributes } from './level-attributes.ts';
import { levelDeviations, type Surface, surfaceOf, visibleDeviation } from './level-deviation.ts';
import type { MovedLevel } from './transfer-uvs.ts';

/**
 * The visible triangles of the finest level, in units of the volume's scale. Each coarser one is made from it, so that errors are
 * relative to it.
 */
export interface Finest extends LevelAttributes, Surface {
  /** Of the surface around each vertex, in the same units, squared. */
  readonly areas: Float32Array;
  /** 1 for each vertex that must stay. */
  readonly locked: Uint8Array;
  readonly maxError: number;
  /** Whether nothing moves: then each vertex's deviation counts in full. */
  readonly rigid: boolean;
  readonly covers: Covers | undefined;
  readonly colours?: ShrunkTexture;
  /** Maximum attempts for a level. */
  readonly rounds: number;
  /** Maximum vertices whose deviation is measured, for each attempt. */
  readonly measured: number;
}

/** A coarser level. Its index refers to vertices of the finest. */
export interface Simplified {
  readonly index: Uint32Array;
  /** In units of the volume's scale. */
  readonly error: number;
  /** The same with vertices of its own, where they moved or may take another place of the texture. */
  readonly own: MovedLevel | undefined;
}

/** What a vertex costs that shows through its cover, as a share of the level's error. */
const UNCOVERED_COST = 0.05;
/**
 * Rigid parts have straight edges and flat faces, on which each change shows. Without these two factors, a bed that was drawn in the
 * level for a distance four times as far was similar to the source by 0.90 (0.99 with them), a cabinet by 0.79. The first multiplies
 * the distance. The second multiplies the side of a square as large as all that looks different.
 *
 * Figures do without: a crowd of 100 would draw twice as many triangles (437,628, not 200,266) for a similarity of 0.998, not 0.993.
 */
const STRAIGHT_COST = 2;
const ALTERED_COST = 0.1;
/** Vertices beyond this share of the largest deviation are locked in the next attempt. */
const OUTLYING = 0.75;
const FLAGS: ('ErrorAbsolute' | 'Permissive')[] = ['ErrorAbsolute', 'Permissive'];

/**
 * Reduces to about `target` indices. The simplifier uses means, so single vertices (the tip of a hand) end up several times as far
 * away as all others. Those are locked for the next attempt.
 *
 * @param moves - true: kept vertices move to where the surface deviates least. Of the Knight's triangles, a quarter lies 7.1 mm off
 *   in place of 11.7, a sixteenth 24 in place of 34 (root mean square).
 *
 * @returns undefined where more than `most` indices remain.
 */
export function simplify(from: Finest, target: number, most: number, moves: boolean): Simplified | undefined {
  const locked = from.locked.slice();
  let best: (Attempt & { coarse: Surface }) | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  let error = 0;
  for (let round = 0; round < from.rounds; round++) {
    const made = attempt(from, locked, target, moves);
    const { index, moved } = made;
    // No error is less than the simplifier's own, which grows with what is locked.
    if (index.length === 0 || index.length > most || made.error >= lowest) break;
    const coarse = surfaceOf(moved?.positions ?? from.positions, index);
    const distances = levelDeviations(from, coarse, from.measured, made.error, from.rigid ? OUTLYING : 0);
    const worst = largest(distances);
    const visible = Math.max(made.error, from.rigid ? worst : visibleDeviation(distances, from.areas));
    const uncovered = from.covers?.uncovered(coarse, visible) ?? [];
    const cost = visible * (1 + UNCOVERED_COST * uncovered.length);
    if (cost < lowest) {
      best = { ...made, coarse };
      lowest = cost;
      error = visible;
    }
    if (worst <= made.error && uncovered.length === 0) break;
    lock(locked, distances, Math.max(made.error, worst * OUTLYING));
    for (const corners of uncovered) for (const v of corners) locked[v] = 1;
  }
  if (!best) return undefined;
  const { index, moved, coarse } = best;
  const own = moved || from.colours ? compact(index, moved ?? from, from.stride) : undefined;
  if (!from.rigid) return { index, error, own };
  const altered = alteredArea(from, { ...coarse, values: from.values });
  return { index, error: Math.max(error * STRAIGHT_COST, Math.sqrt(altered) * ALTERED_COST), own };
}

// Loops stand in short functions: V8 compiles those in less time than models of 10,000 triangles take.

function largest(distances: Float32Array): number {
  let most = 0;
  for (let v = 0; v < distances.length; v++) if (distances[v] > most) most = distances[v];
  return most;
}

/** Locks the vertices that are farther away. */
function lock(locked: Uint8Array, distances: Float32Array, than: number): void {
  for (let v = 0; v < distances.length; v++) if (distances[v] > than) locked[v] = 1;
}

interface Rows {
  readonly positions: Float32Array;
  readonly values: Float32Array;
}

interface Attempt {
  readonly index: Uint32Array;
  readonly error: number;
  readonly moved: Rows | undefined;
}

/** Keeps only the rows in use, in the order of their first use. */
function compact(index: Uint32Array, { positions, values }: Rows, stride: number): MovedLevel {
  const places = new Int32Array(positions.length / 3).fill(-1);
  const found = new Uint32Array(Math.min(index.length, places.length));
  const own = new Uint32Array(index.length);
  let count = 0;
  for (let i = 0; i < index.length; i++) {
    const vertex = index[i];
    if (places[vertex] < 0) {
      found[count] = vertex;
      places[vertex] = count++;
    }
    own[i] = places[vertex];
  }
  const origins = found.slice(0, count);
  return { index: own, origins, positions: rowsOf(positions, origins, 3), values: rowsOf(values, origins, stride) };
}

function rowsOf(rows: Float32Array, origins: Uint32Array, stride: number): Float32Array {
  const out = new Float32Array(origins.length * stride);
  for (let i = 0, at = 0; i < origins.length; i++)
    for (let from = origins[i] * stride, end = from + stride; from < end; from++) out[at++] = rows[from];
  return out;
}

function attempt(from: Finest, locked: Uint8Array, target: number, moves: boolean): Attempt {
  const { stride, maxError } = from;
  const weights = [...from.weights];
  if (!moves) {
    const [index, error] = MeshoptSimplifier.simplifyWithAttributes(
      from.index,
      from.positions,
      3,
      from.values,
      stride,
      weights,
      locked,
      target,
      maxError,
      FLAGS,
    );
    return { index, error, moved: undefined };
  }
  const index = from.index.slice();
  const positions = from.positions.slice();
  const values = from.values.slice();
  const [count, error] = MeshoptSimplifier.simplifyWithUpdate(
    index,
    positions,
    3,
    values,
    stride,
    weights,
    locked,
    target,
    maxError,
    FLAGS,
  );
  return { index: index.slice(0, count), error, moved: { positions, values } };
}
