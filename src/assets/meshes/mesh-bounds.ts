import { mat4, type ReadonlyMat4, vec3 } from 'gl-matrix';
import { toFloats } from '../gltf/accessors.ts';
import type { MeshPart, VertexAttribute, VertexAttributes } from './mesh-asset.ts';
import { unitOf } from './vertex-unit.ts';

type Bounds = MeshPart['bounds'];

/**
 * Part of a matrix's scale, or metres, by which two of its numbers may differ and count as equal. The importer rounds matrices to a
 * millionth, and these are products of two: half of the lounge's skins differed by 1e-6 to 2e-6.
 */
const ROUNDED = 1e-5;

/** Bounds of the positions under `transform`. */
export function boundsOf({ POSITION }: VertexAttributes, transform: ReadonlyMat4): Bounds {
  if (onlyScales(transform)) return scaledBounds(POSITION, transform);
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
  // Most meshes are modelled in the bind pose of their skin. There, all joints move a vertex to the same place.
  const [first] = jointToProduct;
  if (onlyScales(first) && jointToProduct.every(joint => areEqual(joint, first))) return scaledBounds(POSITION, first);
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

/** Reports whether a matrix only moves and scales. */
function onlyScales(m: ReadonlyMat4): boolean {
  const plain = mat4.create();
  for (const i of [0, 5, 10, 12, 13, 14]) plain[i] = m[i];
  return areEqual(m, plain);
}

function areEqual(a: ReadonlyMat4, b: ReadonlyMat4): boolean {
  const scale = Math.max(Math.abs(a[0]), Math.abs(a[5]), Math.abs(a[10]));
  for (let i = 0; i < 16; i++) if (!(Math.abs(a[i] - b[i]) <= ROUNDED * (i < 12 ? scale : 1))) return false;
  return true;
}

/**
 * Bounds of positions that are only moved and scaled. It transforms two corners, not each vertex: V8 compiled the longer loop in the middle of
 * loading.
 */
function scaledBounds(positions: VertexAttribute, transform: ReadonlyMat4): Bounds {
  const extremes = extremesOf(positions);
  const box = emptyBox();
  for (const corner of [extremes.subarray(0, 3), extremes.subarray(3)])
    grow(box, vec3.transformMat4(vec3.create(), corner as vec3, transform));
  return box;
}

const known = new WeakMap<VertexAttribute, Float32Array>();

/** Returns the least x y z and the greatest x y z. Each attribute is read once. */
export function extremesOf(positions: VertexAttribute): Float32Array {
  let extremes = known.get(positions);
  if (!extremes) known.set(positions, (extremes = readExtremes(positions.array, unitOf(positions))));
  return extremes;
}

function readExtremes(array: ArrayLike<number>, unit: number): Float32Array {
  let [x0, y0, z0] = [array[0], array[1], array[2]];
  let [x1, y1, z1] = [x0, y0, z0];
  for (let i = 3; i < array.length; i += 3) {
    const x = array[i];
    const y = array[i + 1];
    const z = array[i + 2];
    if (x < x0) x0 = x;
    else if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    else if (y > y1) y1 = y;
    if (z < z0) z0 = z;
    else if (z > z1) z1 = z;
  }
  return Float32Array.of(x0, y0, z0, x1, y1, z1).map(x => x * unit);
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
