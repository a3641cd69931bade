/** Sorts skinned triangles by the joints that they need. */

import type { VertexAttribute } from '../../assets/meshes/mesh-asset.ts';

/** Consecutive triangles of the index that need at most `joints` joints a vertex. */
export interface WeightRange {
  /** First index. */
  readonly start: number;
  /** Number of indices, three a triangle. */
  readonly count: number;
  readonly joints: number;
  /**
   * Maps the vertices' joint numbers 0, 1, … to palette places. Without it, the numbers are palette places. See
   * joint-partition.ts.
   */
  readonly rows?: Uint8Array;
}

/** Instruction slots of the lit shader by joints a vertex (docs/shaders.md): the cost of a triangle in each class. */
const SLOTS = [0, 23, 29, 32, 35];
/** Minimum saving of an extra draw call, in slots x triangles. */
const WORTH = 400;

/**
 * Sorts each vertex's joints and weights, heaviest first, so that the first n matter most. Most files are sorted already; then it
 * returns the same arrays.
 *
 * @param joints, weights - 4 a vertex.
 */
export function heaviestFirst(
  joints: VertexAttribute,
  weights: VertexAttribute,
): { joints: VertexAttribute; weights: VertexAttribute } {
  const w = weights.array;
  let sorted = true;
  for (let i = 0; i < w.length && sorted; i += 4) sorted = w[i] >= w[i + 1] && w[i + 1] >= w[i + 2] && w[i + 2] >= w[i + 3];
  if (sorted) return { joints, weights };
  const outJoints = joints.array.slice();
  const outWeights = w.slice();
  for (let i = 0; i < w.length; i += 4) {
    for (let a = i + 1; a < i + 4; a++) {
      for (let b = a; b > i && outWeights[b] > outWeights[b - 1]; b--) {
        swap(outWeights, b, b - 1);
        swap(outJoints, b, b - 1);
      }
    }
  }
  return { joints: { ...joints, array: outJoints }, weights: { ...weights, array: outWeights } };
}

/**
 * Keeps the `most` heaviest weights of each vertex and scales them to the same sum.
 *
 * @param weights - 4 a vertex, the heaviest first.
 */
export function heaviestOnly(weights: VertexAttribute, most: number): VertexAttribute {
  const w = weights.array;
  const out = w.slice();
  const whole = w instanceof Float32Array ? 1 : w instanceof Uint16Array ? 65535 : 255;
  const fraction = w instanceof Float32Array;
  for (let i = 0; i < w.length; i += 4) {
    let kept = 0;
    for (let k = 0; k < most; k++) kept += w[i + k];
    let left = whole;
    for (let k = 3; k >= 0; k--) {
      const grown = k >= most || kept === 0 ? 0 : (w[i + k] / kept) * whole;
      out[i + k] = k === 0 ? left : fraction ? grown : Math.round(grown);
      left -= out[i + k];
    }
  }
  return { ...weights, array: out };
}

function swap(array: { [i: number]: number }, a: number, b: number): void {
  const kept = array[a];
  array[a] = array[b];
  array[b] = kept;
}

/**
 * Sorts triangles by the joints they need: one first, then two, three and four. Within each class the order stays, which keeps
 * most of the vertex cache's gain. Of a real avatar's vertices 44 % need one joint, 26 % two: four-joint shaders for all double
 * its vertex time.
 *
 * @param weights - 4 a vertex, the heaviest first.
 * @param most - maximum number of ranges, at least 1.
 */
export function byWeights(
  index: Uint16Array,
  weights: VertexAttribute,
  most = 3,
): { index: Uint16Array; ranges: readonly WeightRange[] } {
  const triangles = index.length / 3;
  const needs = new Uint8Array(triangles);
  const counts = [0, 0, 0, 0, 0];
  for (let t = 0; t < triangles; t++) {
    for (let corner = 0; corner < 3; corner++) needs[t] = Math.max(needs[t], jointsOf(weights.array, index[t * 3 + corner]));
    counts[needs[t]]++;
  }
  const classOf = mergedClasses(counts, most);
  const out = new Uint16Array(index.length);
  const ranges: WeightRange[] = [];
  let end = 0;
  for (let joints = 1; joints <= 4; joints++) {
    const start = end;
    for (let t = 0; t < triangles; t++) {
      if (classOf[needs[t]] !== joints) continue;
      out[end++] = index[t * 3];
      out[end++] = index[t * 3 + 1];
      out[end++] = index[t * 3 + 2];
    }
    if (end > start) ranges.push({ start, count: end - start, joints: mostJoints(out, start, end, weights) });
  }
  return { index: out, ranges };
}

/**
 * Merges classes of 1..4 joints into higher ones. It repeats the cheapest merge until few enough are left and each is worth its
 * draw call.
 */
function mergedClasses(counts: readonly number[], most: number): number[] {
  const left = [...counts];
  const classOf = [0, 1, 2, 3, 4];
  for (;;) {
    const used = [1, 2, 3, 4].filter(joints => left[joints] > 0);
    let cheapest = Number.POSITIVE_INFINITY;
    let from = 0;
    let to = 0;
    for (let i = 0; i + 1 < used.length; i++) {
      const cost = left[used[i]] * (SLOTS[used[i + 1]] - SLOTS[used[i]]);
      if (cost >= cheapest) continue;
      cheapest = cost;
      from = used[i];
      to = used[i + 1];
    }
    if (used.length < 2 || (used.length <= most && cheapest >= WORTH)) return classOf;
    left[to] += left[from];
    left[from] = 0;
    for (let joints = 1; joints <= 4; joints++) if (classOf[joints] === from) classOf[joints] = to;
  }
}

/** Returns the joints that a range really needs, which may be fewer than its merged class has. */
function mostJoints(index: Uint16Array, start: number, end: number, weights: VertexAttribute): number {
  let most = 1;
  for (let i = start; i < end; i++) most = Math.max(most, jointsOf(weights.array, index[i]));
  return most;
}

function jointsOf(weights: ArrayLike<number>, vertex: number): number {
  if (weights[vertex * 4 + 3] > 0) return 4;
  if (weights[vertex * 4 + 2] > 0) return 3;
  return weights[vertex * 4 + 1] > 0 ? 2 : 1;
}
