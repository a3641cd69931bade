/** Finds opaque surfaces between two points. */

import { type BufferAttribute, Matrix4, type Mesh, type Object3D, Sphere, Vector3 } from 'three';
import type { PartData } from './geometry/part-mesh.ts';
import type { SurfaceMaterial } from './materials/surface-material.ts';
import { ALPHA } from './materials/surface-variant.ts';

/** Distance before the point that does not count, metres: a table does not cover a label that lies on it. */
const MARGIN = 0.06;

const inverse = new Matrix4();
const sphere = new Sphere();
const way = new Vector3();
const near = new Vector3();
const origin = new Vector3();
const end = new Vector3();

/**
 * Reports whether an opaque, rigid surface lies between two points of the world. Glass and people do not count; people move on.
 * It reads the coarsest level of detail, stops at the first triangle, and passes over objects that `userData.foyerBounds` (a sphere of the world)
 * says are beside. Allocates nothing.
 */
export function isCovered(object: Object3D, from: Vector3, to: Vector3): boolean {
  // A figure's many parts need not be looked at: people do not count.
  if (!object.visible || object.userData.foyerFigure || isBeside(object, from, to)) return false;
  const mesh = object as Mesh;
  if (mesh.isMesh && isOpaque(mesh) && firstMeeting(mesh, from, to, MARGIN, 0, true) < 1) return true;
  // By number: an iterator makes an object for each of hundreds of children until this code is compiled.
  const { children } = object;
  for (let i = 0; i < children.length; i++) if (isCovered(children[i], from, to)) return true;
  return false;
}

/**
 * Returns the share of the way between two points of the world that is free of large, opaque, rigid meshes; 1 if all of it is.
 *
 * @param smallest - minimum radius of a mesh that counts, metres: a camera behind a person stops at walls, not at chairs.
 */
export function freeWay(object: Object3D, from: Vector3, to: Vector3, smallest: number): number {
  if (!object.visible || object.userData.foyerFigure || isBeside(object, from, to)) return 1;
  const mesh = object as Mesh;
  let free = mesh.isMesh && isOpaque(mesh) ? firstMeeting(mesh, from, to, 0, smallest, false) : 1;
  const { children } = object;
  for (let i = 0; i < children.length; i++) free = Math.min(free, freeWay(children[i], from, to, smallest));
  return free;
}

/** Whether the segment is known to pass an object with all its children. */
function isBeside({ userData }: Object3D, from: Vector3, to: Vector3): boolean {
  const bounds = userData.foyerBounds as Sphere | undefined;
  return bounds !== undefined && !passes(bounds, from, way.subVectors(to, from));
}

function isOpaque(mesh: Mesh): boolean {
  const data = mesh.userData.foyer as PartData | undefined;
  const { variant } = mesh.material as SurfaceMaterial;
  return data !== undefined && data.palette === undefined && variant !== undefined && (variant & ALPHA) === 0;
}

/**
 * Returns the share of the way at which a mesh is hit; 1 if it is not.
 *
 * @param any - stop at the first triangle found.
 */
function firstMeeting(mesh: Mesh, from: Vector3, to: Vector3, margin: number, smallest: number, any: boolean): number {
  const { levels } = mesh.userData.foyer as PartData;
  const { geometry } = levels[levels.length - 1];
  if (!geometry.boundingSphere || !geometry.index) return 1;
  sphere.copy(geometry.boundingSphere).applyMatrix4(mesh.matrixWorld);
  if (sphere.radius < smallest) return 1;
  way.subVectors(to, from);
  const length = way.length();
  if (length <= margin) return 1;
  way.multiplyScalar(1 - margin / length);
  if (!passes(sphere, from, way)) return 1;
  inverse.copy(mesh.matrixWorld).invert();
  origin.copy(from).applyMatrix4(inverse);
  end.addVectors(from, way).applyMatrix4(inverse);
  const position = geometry.getAttribute('position') as BufferAttribute;
  const unit = position.normalized ? scaleOf(position.array) : 1;
  origin.multiplyScalar(unit);
  end.multiplyScalar(unit).sub(origin);
  return crossing(position.array, position.itemSize, geometry.index.array, any);
}

/** Reports whether the segment from `from` along `way` touches a sphere. */
function passes({ center, radius }: Sphere, from: Vector3, along: Vector3): boolean {
  near.subVectors(center, from);
  const share = Math.min(1, Math.max(0, near.dot(along) / along.lengthSq()));
  return near.addScaledVector(along, -share).lengthSq() <= radius * radius;
}

/** Returns the divisor of a normalized integer. */
function scaleOf(array: BufferAttribute['array']): number {
  return array instanceof Int16Array ? 32767 : array instanceof Uint16Array ? 65535 : array instanceof Int8Array ? 127 : 255;
}

/** Intersects both sides of a triangle by Moeller and Trumbore (1997), from `origin` to `end`, in the units of the buffers. */
function crossing(p: BufferAttribute['array'], size: number, index: BufferAttribute['array'], any: boolean): number {
  const { x: ox, y: oy, z: oz } = origin;
  const { x: dx, y: dy, z: dz } = end;
  let first = 1;
  for (let i = 0; i + 2 < index.length; i += 3) {
    const a = index[i] * size;
    const b = index[i + 1] * size;
    const c = index[i + 2] * size;
    const ax = p[a];
    const ay = p[a + 1];
    const az = p[a + 2];
    const e1x = p[b] - ax;
    const e1y = p[b + 1] - ay;
    const e1z = p[b + 2] - az;
    const e2x = p[c] - ax;
    const e2y = p[c + 1] - ay;
    const e2z = p[c + 2] - az;
    const px = dy * e2z - dz * e2y;
    const py = dz * e2x - dx * e2z;
    const pz = dx * e2y - dy * e2x;
    const det = e1x * px + e1y * py + e1z * pz;
    if (det === 0) continue;
    const tx = ox - ax;
    const ty = oy - ay;
    const tz = oz - az;
    const u = (tx * px + ty * py + tz * pz) / det;
    if (u < 0 || u > 1) continue;
    const qx = ty * e1z - tz * e1y;
    const qy = tz * e1x - tx * e1z;
    const qz = tx * e1y - ty * e1x;
    const v = (dx * qx + dy * qy + dz * qz) / det;
    if (v < 0 || u + v > 1) continue;
    const t = (e2x * qx + e2y * qy + e2z * qz) / det;
    if (!(t > 0 && t < first)) continue;
    first = t;
    if (any) return first;
  }
  return first;
}
