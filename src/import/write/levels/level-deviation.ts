/** Measures the error of a level of detail. */
import { TriangleTree } from './spatial/triangle-tree.ts';

/** Maximum vertices of a level whose distance is measured; each takes 2 to 5 microseconds. */
const MOST = 4000;
/** The same for all parts of a model together, and the least of a part. Without it, 147,840 triangles in 12 parts took 3.5 s. */
const MOST_OF_MODEL = 8000;
const LEAST = 500;

/** The triangles of a level. */
export interface Surface {
  readonly index: Uint32Array;
  /** 3 a vertex. */
  readonly positions: Float32Array;
  /** Returns their tree, made at the first call. */
  readonly tree: () => TriangleTree;
}

export function surfaceOf(positions: Float32Array, index: Uint32Array): Surface {
  let known: TriangleTree | undefined;
  return { positions, index, tree: () => (known ??= new TriangleTree(positions, index)) };
}

/** Returns how many vertices of a part are measured for each level. @param share - of the model's triangles, 0..1. */
export const measuredOf = (share: number): number => Math.min(MOST, Math.max(LEAST, MOST_OF_MODEL * share));

/**
 * Measures how far the vertices of the finest level are from the surface of a coarser one, and where the coarser one's vertices
 * were moved, how far those are from the finest. The simplifier's own error is a mean over the collapsed areas; single vertices
 * were found twice as far away. Of more than 4,000 vertices it measures an even selection.
 *
 * @param finest - the finest level. The result is in the unit of its positions.
 * @param coarse - the coarser level. Its positions are those of the same vertices, or the finest's.
 * @param most - vertices that are measured (`measuredOf`).
 * @param least - deviations that do not matter. A vertex that is as close may get any number up to it.
 * @param outlying - neither do those below this share of the largest one.
 *
 * @returns a number for each vertex; 0 for those that the coarser level kept in place, and those that the finest does not use.
 */
export function levelDeviations(
  { positions, index: finest, tree: surface }: Surface,
  { positions: moved, index: coarse, tree }: Surface,
  most = MOST,
  least = 0,
  outlying = 0,
): Float32Array {
  const out = new Float32Array(positions.length / 3);
  const kept = usedBy(coarse, out.length);
  const isMoved = moved === positions ? undefined : movedBy(positions, moved);
  const lost = lostOf(usedBy(finest, out.length), kept, isMoved);
  const worst = measure(out, tree, positions, lost, most, least, outlying);
  if (isMoved) {
    const shifted = shiftedOf(kept, isMoved);
    if (shifted.length > 0) measure(out, surface, moved, shifted, most, Math.max(least, worst * outlying), outlying);
  }
  return out;
}

/** Returns 1 for each vertex that stands elsewhere. */
function movedBy(positions: Float32Array, moved: Float32Array): Uint8Array {
  const out = new Uint8Array(positions.length / 3);
  for (let v = 0, k = 0; v < out.length; v++, k += 3)
    if (moved[k] !== positions[k] || moved[k + 1] !== positions[k + 1] || moved[k + 2] !== positions[k + 2]) out[v] = 1;
  return out;
}

/** Returns the vertices of the finest level whose place is no vertex of the coarser one. */
function lostOf(used: Uint8Array, kept: Uint8Array, moved: Uint8Array | undefined): number[] {
  const out: number[] = [];
  for (let v = 0; v < used.length; v++) if (used[v] === 1 && (kept[v] === 0 || moved?.[v] === 1)) out.push(v);
  return out;
}

/** Returns the vertices of the coarser level that stand elsewhere. */
function shiftedOf(kept: Uint8Array, moved: Uint8Array): number[] {
  const out: number[] = [];
  for (let v = 0; v < kept.length; v++) if (kept[v] === 1 && moved[v] === 1) out.push(v);
  return out;
}

/** Returns 1 for each vertex that an index names. */
function usedBy(index: Uint32Array, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0; i < index.length; i++) out[index[i]] = 1;
  return out;
}

/** Raises each vertex's number to its distance from a surface. @returns the largest distance. */
function measure(
  out: Float32Array,
  surface: () => TriangleTree,
  positions: Float32Array,
  vertices: readonly number[],
  most: number,
  least: number,
  outlying: number,
): number {
  if (vertices.length === 0) return 0;
  const tree = surface();
  const stride = Math.max(1, Math.ceil(vertices.length / most));
  let worst = 0;
  for (let i = 0; i < vertices.length; i += stride) {
    const v = vertices[i];
    tree.nearest(positions[v * 3], positions[v * 3 + 1], positions[v * 3 + 2], Math.max(least, worst * outlying));
    if (tree.distance > out[v]) out[v] = tree.distance;
    if (tree.distance > worst) worst = tree.distance;
  }
  return worst;
}

/** Returns the area of the surface around each vertex: a third of each of its triangles. */
export function areasAround(positions: Float32Array, index: Uint32Array): Float32Array {
  const out = new Float32Array(positions.length / 3);
  for (let i = 0; i < index.length; i += 3) {
    const third = triangleArea(positions, index, i) / 3;
    for (let k = 0; k < 3; k++) out[index[i + k]] += third;
  }
  return out;
}

/** Returns the area of the triangle whose corners stand at `at` of the index and after it. */
export function triangleArea(positions: ArrayLike<number>, index: ArrayLike<number>, at: number): number {
  const a = index[at] * 3;
  const b = index[at + 1] * 3;
  const c = index[at + 2] * 3;
  const bx = positions[b] - positions[a];
  const by = positions[b + 1] - positions[a + 1];
  const bz = positions[b + 2] - positions[a + 2];
  const cx = positions[c] - positions[a];
  const cy = positions[c + 1] - positions[a + 1];
  const cz = positions[c + 2] - positions[a + 2];
  const nx = by * cz - bz * cy;
  const ny = bz * cx - bx * cz;
  const nz = bx * cy - by * cx;
  return Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
}

/**
 * Returns the largest deviation that is as wide as it is far: the largest d so that surface of an area of d x d deviates by d or
 * more. The tip of a spike may vanish where a hand may not. A sword of 80 x 5 cm that vanishes counts 0.28 m, not 0.8.
 *
 * A piece of the area d x d shows a quarter of it on average (Cauchy's formula for convex bodies): half as high and wide as d.
 *
 * @param distances - of each vertex, from `levelDeviations`.
 * @param areas - of the surface around each vertex, from `areasAround`.
 */
export function visibleDeviation(distances: Float32Array, areas: Float32Array): number {
  const order = deviating(distances).sort((a, b) => distances[b] - distances[a] || a - b);
  let area = 0;
  let most = 0;
  for (const v of order) {
    area += areas[v];
    most = Math.max(most, Math.min(distances[v], Math.sqrt(area)));
  }
  return most;
}

/** Returns the vertices that deviate. */
function deviating(distances: Float32Array): Uint32Array {
  const out = new Uint32Array(distances.length);
  let count = 0;
  for (let v = 0; v < distances.length; v++) if (distances[v] > 0) out[count++] = v;
  return out.subarray(0, count);
}
