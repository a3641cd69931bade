/** Bounding spheres of skinned parts. */

import type { SkinBounds, VertexAttributes } from './mesh-asset.ts';
import { extremesOf } from './mesh-bounds.ts';
import { unitOf } from './vertex-unit.ts';

/**
 * Growth of the sphere. Bent limbs stay within reach of the middle, which the sphere of the bind pose measures. The margin is for
 * middles that are not exactly at the joint.
 */
const REACH = 1.2;
/** About so many vertices are enough to find the nearest joint. */
const SAMPLES = 512;

/** Returns undefined for attributes without a skin. */
export function skinBoundsOf({ POSITION, JOINTS_0, WEIGHTS_0 }: VertexAttributes): SkinBounds | undefined {
  if (!JOINTS_0 || !WEIGHTS_0) return undefined;
  const unit = unitOf(POSITION);
  const [x0, y0, z0, x1, y1, z1] = extremesOf(POSITION);
  const [x, y, z] = [(x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2];
  const sums = sumsByJoint(POSITION.array, unit, JOINTS_0.array, WEIGHTS_0.array, unitOf(WEIGHTS_0));
  let joint = 0;
  let nearest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < sums.length; at += 4) {
    const total = sums[at + 3];
    if (total <= 0) continue;
    const away = Math.hypot(sums[at] / total - x, sums[at + 1] / total - y, sums[at + 2] / total - z);
    if (away >= nearest) continue;
    nearest = away;
    joint = at / 4;
  }
  const radius = Math.hypot(x1 - x, y1 - y, z1 - z) * REACH;
  return Number.isFinite(radius) ? { joint, x, y, z, radius } : undefined;
}

/**
 * Returns x y z and weight sums of the vertices that each of 256 joints moves. The nearest joint shows in some of them: all took as
 * long as the rest of a part.
 */
function sumsByJoint(
  positions: ArrayLike<number>,
  unit: number,
  joints: ArrayLike<number>,
  weights: ArrayLike<number>,
  weightUnit: number,
): Float64Array {
  const sums = new Float64Array(4 * 256);
  const step = Math.max(1, Math.floor(positions.length / 3 / SAMPLES));
  for (let v = 0; v * 3 < positions.length; v += step) {
    for (let k = v * 4; k < v * 4 + 4; k++) {
      if (weights[k] === 0) continue;
      const w = weights[k] * weightUnit;
      const at = 4 * Math.min(255, joints[k]);
      sums[at] += w * positions[v * 3] * unit;
      sums[at + 1] += w * positions[v * 3 + 1] * unit;
      sums[at + 2] += w * positions[v * 3 + 2] * unit;
      sums[at + 3] += w;
    }
  }
  return sums;
}
