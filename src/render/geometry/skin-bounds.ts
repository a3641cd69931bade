/** Bounding spheres of skinned parts. */

import type { Sphere } from 'three';
import type { VertexAttribute, VertexAttributes } from '../../assets/meshes/mesh-asset.ts';
import { scaleOfPalette } from '../frame/object-uniforms.ts';

/**
 * A sphere that follows a skinned part. It is attached to the joint that moves the part's middle (the hips of a body, the hand of
 * a glove). It costs five numbers a frame instead of one for every joint.
 */
export interface SkinBounds {
  /** Index into the part's palette. */
  readonly joint: number;
  /** Centre in the space of the attributes (before the skin). */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
}

/**
 * Growth of the sphere. Bent limbs stay within reach of the middle, which the sphere of the bind pose measures. The margin is for
 * middles that are not exactly at the joint.
 */
const REACH = 1.2;
/** About so many vertices are enough to find the nearest joint. */
const SAMPLES = 512;

/** Returns the value of one unit of an attribute: `unitOf(u8 normalized) // 1 / 255`. */
export function unitOf({ array, normalized }: VertexAttribute): number {
  if (!normalized) return 1;
  if (array instanceof Uint8Array) return 1 / 255;
  if (array instanceof Int8Array) return 1 / 127;
  if (array instanceof Uint16Array) return 1 / 65535;
  return array instanceof Int16Array ? 1 / 32767 : 1;
}

export function skinBoundsOf({ POSITION, JOINTS_0, WEIGHTS_0 }: VertexAttributes): SkinBounds | undefined {
  if (!JOINTS_0 || !WEIGHTS_0) return undefined;
  const unit = unitOf(POSITION);
  const p = POSITION.array;
  const step = POSITION.itemSize;
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let axis = 0; axis < 3; axis++) {
    for (let i = axis; i < p.length; i += step) {
      if (p[i] < min[axis]) min[axis] = p[i];
      if (p[i] > max[axis]) max[axis] = p[i];
    }
    min[axis] *= unit;
    max[axis] *= unit;
  }
  // x y z and weight sums of vertices that each joint moves. The nearest joint shows in some of them: all took as long as the rest of a part.
  const sums = new Float64Array(4 * 256);
  const weight = unitOf(WEIGHTS_0);
  const stride = Math.max(1, Math.floor(p.length / step / SAMPLES));
  for (let v = 0; v * step < p.length; v += stride) {
    for (let k = 0; k < 4; k++) {
      const w = WEIGHTS_0.array[v * 4 + k] * weight;
      const at = 4 * Math.min(255, JOINTS_0.array[v * 4 + k]);
      for (let axis = 0; axis < 3; axis++) sums[at + axis] += w * p[v * step + axis] * unit;
      sums[at + 3] += w;
    }
  }
  const middle = min.map((low, axis) => (low + max[axis]) / 2);
  let joint = 0;
  let nearest = Number.POSITIVE_INFINITY;
  for (let j = 0; j < 256; j++) {
    const total = sums[4 * j + 3];
    if (total <= 0) continue;
    const away = Math.hypot(...middle.map((m, axis) => sums[4 * j + axis] / total - m));
    if (away >= nearest) continue;
    nearest = away;
    joint = j;
  }
  const radius = Math.hypot(...middle.map((m, axis) => max[axis] - m)) * REACH;
  return Number.isFinite(radius) ? { joint, x: middle[0], y: middle[1], z: middle[2], radius } : undefined;
}

/**
 * Writes the posed sphere in the mesh's space. Clicks and three's renderer use it; visible.ts has its own version for every
 * frame.
 */
export function writeSkinSphere({ joint, x, y, z, radius }: SkinBounds, palette: Float32Array, out: Sphere): Sphere {
  const row = (r: number) => {
    const at = (r * palette.length) / 3 + joint * 4;
    return palette[at] * x + palette[at + 1] * y + palette[at + 2] * z + palette[at + 3];
  };
  out.center.set(row(0), row(1), row(2));
  out.radius = radius * scaleOfPalette(palette, joint);
  return out;
}
