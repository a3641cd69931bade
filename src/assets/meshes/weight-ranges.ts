/** Sorts skinned triangles by the joints that they need. */

import type { VertexAttribute, WeightRange } from './mesh-asset.ts';

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
): { JOINTS_0: VertexAttribute; WEIGHTS_0: VertexAttribute } {
  const w = weights.array;
  if (isSorted(w)) return { JOINTS_0: joints, WEIGHTS_0: weights };
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
  return { JOINTS_0: { ...joints, array: outJoints }, WEIGHTS_0: { ...weights, array: outWeights } };
}

function isSorted(weights: ArrayLike<number>): boolean {
  for (let i = 0; i < weights.length; i += 4)
    if (weights[i] < weights[i + 1] || weights[i + 1] < weights[i + 2] || weights[i + 2] < weights[i + 3]) return false;
  return true;
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

/** Returns how many joints move each vertex, 1 to 4. @param weights - 4 a vertex, the heaviest first. */
export function jointsOfVertices({ array }: VertexAttribute): Uint8Array {
  const needs = new Uint8Array(array.length / 4);
  for (let v = 0, at = 0; v < needs.length; v++, at += 4)
    needs[v] = array[at + 1] > 0 ? (array[at + 2] > 0 ? (array[at + 3] > 0 ? 4 : 3) : 2) : 1;
  return needs;
}

/**
 * Sorts triangles by the joints they need: one first, then two, three and four. Within each class the order stays, which keeps
 * most of the vertex cache's gain. Of a real avatar's vertices 44 % need one joint, 26 % two: four-joint shaders for all double
 * its vertex time.
 *
 * @param needs - joints of each vertex, 1 to 4.
 * @param most - maximum number of ranges, at least 1.
 */
export function byWeights(
  index: Uint16Array,
  needs: Uint8Array,
  most = 3,
): { index: Uint16Array; ranges: readonly WeightRange[] } {
  const needed = new Uint8Array(index.length / 3);
  const counts = [0, 0, 0, 0, 0];
  for (let t = 0, i = 0; t < needed.length; t++, i += 3) {
    const joints = Math.max(needs[index[i]], needs[index[i + 1]], needs[index[i + 2]]);
    needed[t] = joints;
    counts[joints]++;
  }
  const classOf = mergedClasses(counts, most);
  const ranges: WeightRange[] = [];
  // Where the next triangle of each class goes.
  const next = [0, 0, 0, 0, 0];
  let start = 0;
  for (let merged = 1; merged <= 4; merged++) {
    next[merged] = start;
    let count = 0;
    // A class may be merged into a higher one that has no triangle of its own.
    let joints = 0;
    for (let own = 1; own <= 4; own++) {
      if (classOf[own] !== merged || counts[own] === 0) continue;
      count += counts[own] * 3;
      joints = own;
    }
    if (count > 0) ranges.push({ start, count, joints });
    start += count;
  }
  if (ranges.length === 1) return { index: index.slice(), ranges };
  const out = new Uint16Array(index.length);
  for (let t = 0, i = 0; t < needed.length; t++, i += 3) {
    const merged = classOf[needed[t]];
    const to = next[merged];
    next[merged] = to + 3;
    out[to] = index[i];
    out[to + 1] = index[i + 1];
    out[to + 2] = index[i + 2];
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
