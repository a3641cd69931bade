import type { VertexAttribute } from '../assets/mesh-asset.ts';

/** Triangles next to each other in the index that need no more than `joints` joints a vertex. */
export interface WeightRange {
  /** First index. */
  readonly start: number;
  /** Indices, three a triangle. */
  readonly count: number;
  readonly joints: number;
}

/** Fewer triangles than this are drawn with their neighbours' shader: a draw call of their own costs more than it saves. */
const FEWEST_TRIANGLES = 64;

/**
 * Joints and weights with the heaviest first in each vertex, so that the first n are the ones that count. Most files have them
 * so already: then the same arrays come back.
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

function swap(array: { [i: number]: number }, a: number, b: number): void {
  const kept = array[a];
  array[a] = array[b];
  array[b] = kept;
}

/**
 * Puts triangles that need one joint first, then those of two, three and four; within each the order stays, and with it most
 * of what the vertex cache gains. Of a real avatar's vertices 44 % need one joint, 26 % two: four-joint shaders for all are
 * half of its vertex time.
 *
 * @param weights - 4 a vertex, the heaviest first.
 */
export function byWeights(index: Uint16Array, weights: VertexAttribute): { index: Uint16Array; ranges: readonly WeightRange[] } {
  const triangles = index.length / 3;
  const needs = new Uint8Array(triangles);
  const counts = [0, 0, 0, 0, 0];
  for (let t = 0; t < triangles; t++) {
    for (let corner = 0; corner < 3; corner++) needs[t] = Math.max(needs[t], jointsOf(weights.array, index[t * 3 + corner]));
    counts[needs[t]]++;
  }
  // What is too few goes up to the next class; the last class takes what is left.
  for (let joints = 1; joints < 4; joints++) {
    if (counts[joints] >= FEWEST_TRIANGLES) continue;
    counts[joints + 1] += counts[joints];
    for (let t = 0; t < triangles; t++) if (needs[t] === joints) needs[t]++;
    counts[joints] = 0;
  }
  const out = new Uint16Array(index.length);
  const ranges: WeightRange[] = [];
  let end = 0;
  for (let joints = 1; joints <= 4; joints++) {
    const start = end;
    for (let t = 0; t < triangles; t++) {
      if (needs[t] !== joints) continue;
      out[end++] = index[t * 3];
      out[end++] = index[t * 3 + 1];
      out[end++] = index[t * 3 + 2];
    }
    if (end > start) ranges.push({ start, count: end - start, joints: mostJoints(out, start, end, weights) });
  }
  return { index: out, ranges };
}

/** A class that took in others may still need fewer joints than its name says. */
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
