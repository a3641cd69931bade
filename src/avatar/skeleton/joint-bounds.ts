/** Bounds of an avatar from its joints. */

import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import type { Skeleton } from './skeleton.ts';
import { allJoints } from './used-joints.ts';
import { worldMatrices } from './world-matrices.ts';

/**
 * Writes the box around joints, grown by `by` metres on every side: `out` = min x y z, max x y z. Allocates nothing.
 *
 * @param world - 16 numbers a joint, column-major.
 * @param by - [0]: metres. It is an array, because V8 boxes a fractional argument on the heap, here once for each posed avatar.
 */
export function jointBounds(world: Float32Array, joints: Uint16Array, by: Float64Array, out: Float32Array): void {
  let minX = Infinity;
  let minY = Infinity;
  let minZ = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  let maxZ = -Infinity;
  for (let i = 0; i < joints.length; i++) {
    const at = joints[i] * 16 + 12;
    const x = world[at];
    const y = world[at + 1];
    const z = world[at + 2];
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
    if (z < minZ) minZ = z;
    if (z > maxZ) maxZ = z;
  }
  const reach = by[0];
  out[0] = minX - reach;
  out[1] = minY - reach;
  out[2] = minZ - reach;
  out[3] = maxX + reach;
  out[4] = maxY + reach;
  out[5] = maxZ + reach;
}

/** Boxes around the joints at rest, by skeleton. */
const boxes = new WeakMap<Skeleton, Float32Array>();

/** Returns how far a part's bounds extend beyond the box around the joints at rest, in metres. */
export function reachOf({ min, max }: MeshPart['bounds'], skeleton: Skeleton): number {
  const box = boxes.get(skeleton) ?? restBox(skeleton);
  let reach = 0;
  for (let axis = 0; axis < 3; axis++) reach = Math.max(reach, box[axis] - min[axis], max[axis] - box[axis + 3]);
  return reach;
}

function restBox(skeleton: Skeleton): Float32Array {
  const { parents, rest, jointCount } = skeleton;
  const box = new Float32Array(6);
  const world = new Float32Array(jointCount * 16);
  const joints = allJoints(parents);
  worldMatrices(parents, rest, world, joints);
  jointBounds(world, joints, new Float64Array(1), box);
  boxes.set(skeleton, box);
  return box;
}
