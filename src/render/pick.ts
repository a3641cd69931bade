/** Finds the surface that a ray hits. */

import { type BufferAttribute, Matrix3, Matrix4, type Mesh, type Object3D, Ray, Sphere, Vector3 } from 'three';
import type { PartData } from './geometry/part-mesh.ts';
import { writeSkinSphere } from './geometry/skin-bounds.ts';
import { PALETTE_FLOATS } from './materials/surface-material.ts';

export interface Hit {
  readonly mesh: Mesh;
  /** Metres from the ray's origin, in the world. */
  readonly distance: number;
  readonly point: Vector3;
  /** Unit normal of the triangle in the world, facing the ray's origin. */
  readonly normal: Vector3;
}

const world = new Matrix4();
const local = new Ray();
const sphere = new Sphere();
const corners = [new Vector3(), new Vector3(), new Vector3()] as const;
const point = new Vector3();
const edge = new Vector3();
const normalMatrix = new Matrix3();

/**
 * Finds the nearest visible surface that a ray hits: first by bounds, then by triangles, in the pose on screen. It is made for
 * clicks, not for every frame: a body of 5,000 triangles takes about a millisecond.
 *
 * @param ray - in the world; `Raycaster.ray` is one.
 * @param accept - returns false for meshes to ignore (contact shadows, glass).
 */
export function pick(root: Object3D, ray: Ray, accept: (mesh: Mesh) => boolean = () => true): Hit | undefined {
  let nearest: Hit | undefined;
  const visit = (object: Object3D) => {
    if (!object.visible) return;
    const mesh = object as Mesh;
    if (mesh.isMesh && accept(mesh)) {
      const hit = pickMesh(mesh, ray, nearest?.distance ?? Number.POSITIVE_INFINITY);
      if (hit) nearest = hit;
    }
    for (const child of object.children) visit(child);
  };
  visit(root);
  return nearest;
}

function pickMesh(mesh: Mesh, ray: Ray, limit: number): Hit | undefined {
  const data = mesh.userData.foyer as PartData | undefined;
  boundsOf(mesh, data);
  if (!ray.intersectsSphere(sphere)) return undefined;
  local.copy(ray).applyMatrix4(world.copy(mesh.matrixWorld).invert());
  const { geometry } = mesh;
  const position = geometry.getAttribute('position') as BufferAttribute | undefined;
  if (!position) return undefined;
  const joints = data?.palette ? (geometry.getAttribute('aJoints') as BufferAttribute) : undefined;
  const weights = geometry.getAttribute('aWeights') as BufferAttribute;
  const count = geometry.index?.count ?? position.count;
  let best = limit;
  let found: Vector3 | undefined;
  const normal = new Vector3();
  for (let i = 0; i + 2 < count; i += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const vertex = geometry.index ? geometry.index.getX(i + corner) : i + corner;
      corners[corner].fromBufferAttribute(position, vertex);
      if (joints && data?.palette) applySkin(corners[corner], vertex, joints, weights, data.palette);
    }
    if (!local.intersectTriangle(corners[0], corners[1], corners[2], false, point)) continue;
    const distance = point.applyMatrix4(mesh.matrixWorld).distanceTo(ray.origin);
    if (distance >= best) continue;
    best = distance;
    found = point.clone();
    // Not by three's Triangle: the page would load that class with the room, 1 KB.
    normal.subVectors(corners[2], corners[1]).cross(edge.subVectors(corners[0], corners[1])).normalize();
  }
  if (!found) return undefined;
  // Normals transform by the inverse transpose, because a mesh may have uneven scales.
  normal.applyNormalMatrix(normalMatrix.getNormalMatrix(mesh.matrixWorld));
  if (normal.dot(ray.direction) > 0) normal.negate();
  return { mesh, distance: best, point: found, normal };
}

/** Writes the mesh's bounding sphere in the world to `sphere`. */
function boundsOf(mesh: Mesh, data: PartData | undefined): void {
  if (data?.bounds && data.palette) writeSkinSphere(data.bounds, data.palette, sphere);
  else {
    if (!mesh.geometry.boundingSphere) mesh.geometry.computeBoundingSphere();
    if (mesh.geometry.boundingSphere) sphere.copy(mesh.geometry.boundingSphere);
  }
  sphere.applyMatrix4(mesh.matrixWorld);
}

function applySkin(v: Vector3, vertex: number, joints: BufferAttribute, weights: BufferAttribute, palette: Float32Array): void {
  const { x, y, z } = v;
  v.set(0, 0, 0);
  for (let k = 0; k < 4; k++) {
    const weight = weights.getComponent(vertex, k);
    if (weight === 0) continue;
    for (let row = 0; row < 3; row++) {
      const at = row * (PALETTE_FLOATS / 3) + joints.getComponent(vertex, k) * 4;
      const value = palette[at] * x + palette[at + 1] * y + palette[at + 2] * z + palette[at + 3];
      v.setComponent(row, v.getComponent(row) + weight * value);
    }
  }
}
