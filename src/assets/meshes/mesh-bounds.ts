import { mat4, type ReadonlyMat4, vec3 } from 'gl-matrix';
import { toFloats } from '../gltf/accessors.ts';
import type { MeshPart, VertexAttributes } from './mesh-asset.ts';

type Bounds = MeshPart['bounds'];

/** Bounds of the positions under `transform`. */
export function boundsOf({ POSITION }: VertexAttributes, transform: ReadonlyMat4): Bounds {
  const positions = toFloats(POSITION);
  const box = emptyBox();
  const point = vec3.create();
  for (let i = 0; i < positions.length; i += 3) {
    vec3.set(point, positions[i], positions[i + 1], positions[i + 2]);
    grow(box, vec3.transformMat4(point, point, transform));
  }
  return box;
}

/**
 * Bounds of a skinned part in its bind pose: every vertex goes through the joints that pull at it.
 * @param jointToProduct - 16 a joint: where the joint stands in the bind pose times its inverse bind matrix.
 */
export function skinnedBounds(
  { POSITION, JOINTS_0, WEIGHTS_0 }: VertexAttributes,
  jointToProduct: readonly ReadonlyMat4[],
): Bounds {
  if (!JOINTS_0 || !WEIGHTS_0) return boundsOf({ POSITION }, mat4.create());
  const positions = toFloats(POSITION);
  const box = emptyBox();
  const point = vec3.create();
  const moved = vec3.create();
  const sum = vec3.create();
  for (let v = 0; v < positions.length / 3; v++) {
    vec3.set(point, positions[v * 3], positions[v * 3 + 1], positions[v * 3 + 2]);
    vec3.set(sum, 0, 0, 0);
    for (let k = v * 4; k < v * 4 + 4; k++) {
      if (WEIGHTS_0.array[k] === 0) continue;
      vec3.transformMat4(moved, point, jointToProduct[JOINTS_0.array[k]]);
      vec3.scaleAndAdd(sum, sum, moved, WEIGHTS_0.array[k] / 255);
    }
    grow(box, sum);
  }
  return box;
}

function emptyBox(): { min: [number, number, number]; max: [number, number, number] } {
  return { min: [Infinity, Infinity, Infinity], max: [-Infinity, -Infinity, -Infinity] };
}

function grow({ min, max }: ReturnType<typeof emptyBox>, point: vec3): void {
  for (let axis = 0; axis < 3; axis++) {
    min[axis] = Math.min(min[axis], point[axis]);
    max[axis] = Math.max(max[axis], point[axis]);
  }
}
