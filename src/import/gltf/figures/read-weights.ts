/** Reads the skin weights of a glTF primitive. */

import type { Primitive } from '@gltf-transform/core';
import { counted } from '../../../core/counted.ts';
import { FormatError } from '../../../core/errors.ts';
import type { Warn } from '../../report/warnings.ts';
import { floats, mendedFloats } from '../floats.ts';

/** Maximum number of sets, more than any exporter writes. */
const MAX_SETS = 8;
const KEPT = 4;

export interface SkinWeights {
  /** 4 a vertex, indices into the skin of the mesh. */
  readonly joints: Uint16Array;
  /** 4 a vertex, >= 0. A vertex with more than 4 influences keeps their sum. */
  readonly weights: Float32Array;
}

/**
 * Reads JOINTS_n and WEIGHTS_n of all sets. It keeps a vertex's four largest influences and scales them up in proportion. Weights
 * of a joint that is named twice are added.
 */
export function readWeights(primitive: Primitive, count: number, url: string, at: string, warn: Warn): SkinWeights | undefined {
  const sets: { joints: Float32Array; weights: Float32Array }[] = [];
  for (let n = 0; n < MAX_SETS; n++) {
    const joints = primitive.getAttribute(`JOINTS_${n}`);
    const weights = primitive.getAttribute(`WEIGHTS_${n}`);
    if (!joints || !weights) break;
    for (const [name, accessor] of [
      [`JOINTS_${n}`, joints],
      [`WEIGHTS_${n}`, weights],
    ] as const)
      if (accessor.getCount() !== count)
        throw new FormatError(counted(count, 'vertex'), { url, at: `${at} ${name}`, value: accessor.getCount() });
    const { values, bad } = mendedFloats(weights, 4, 0, url, `${at} WEIGHTS_${n}`);
    if (bad.size > 0) warn(`${at}: weights that are no numbers count as 0`);
    sets.push({ joints: floats(joints, 4, url, `${at} JOINTS_${n}`), weights: values });
  }
  if (sets.length === 0) return undefined;
  if (sets.some(({ weights }) => weights.some(w => w < 0))) {
    warn(`${at}: weights below 0 count as 0`);
    for (const { weights } of sets) for (let i = 0; i < weights.length; i++) weights[i] = Math.max(0, weights[i]);
  }
  if (sets.length === 1) return { joints: Uint16Array.from(sets[0].joints), weights: sets[0].weights };
  const out = { joints: new Uint16Array(count * KEPT), weights: new Float32Array(count * KEPT) };
  let pruned = 0;
  for (let v = 0; v < count; v++) {
    const influences = new Map<number, number>();
    for (const { joints, weights } of sets)
      for (let k = v * 4; k < v * 4 + 4; k++)
        if (weights[k] > 0) influences.set(joints[k], (influences.get(joints[k]) ?? 0) + weights[k]);
    const largest = [...influences].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const sum = largest.reduce((total, [, w]) => total + w, 0);
    if (largest.length > KEPT) pruned++;
    largest.length = Math.min(largest.length, KEPT);
    const kept = largest.reduce((total, [, w]) => total + w, 0);
    largest.forEach(([joint, weight], k) => {
      out.joints[v * KEPT + k] = joint;
      out.weights[v * KEPT + k] = (weight * sum) / kept;
    });
  }
  if (pruned > 0) warn(`${at}: the smallest weights of ${counted(pruned, 'vertex')} are dropped: at most ${KEPT} are kept`);
  return out;
}
