/** Keeps the precision of models that stand at map coordinates. */
import type { Accessor, Node } from '@gltf-transform/core';
import { type mat4, vec3 } from 'gl-matrix';
import { MAX_COORDINATE } from '../../core/document-limits.ts';
import type { Placement } from '../model/place-model.ts';
import type { SceneMesh } from './scene-meshes.ts';

type Triple = readonly [number, number, number];

const ORIGIN: Triple = [0, 0, 0];

/**
 * Returns the point of the model's box that is nearest to the origin, where rooms have no such coordinates, else the origin. At
 * 5,000,000 m a 32-bit float keeps half a metre, so vertices are taken from that point before they are rounded. A vertex far from the
 * others costs them no precision: the box reaches to them.
 */
export function nearPoint(drawn: readonly SceneMesh[], worldOf: (node: Node) => mat4): Triple {
  // The first vertex of most models is near. Then nobody looks at the others.
  const first = cornersOf(drawn.slice(0, 1), worldOf, accessor => [accessor.getElement(0, [0, 0, 0])]).next();
  if (first.done || !isFar(first.value)) return ORIGIN;
  const min = vec3.fromValues(Infinity, Infinity, Infinity);
  const max = vec3.fromValues(-Infinity, -Infinity, -Infinity);
  for (const corner of cornersOf(drawn, worldOf, boxCorners)) {
    vec3.min(min, min, corner);
    vec3.max(max, max, corner);
  }
  const [x, y, z] = [0, 1, 2].map(axis => Math.max(min[axis], Math.min(max[axis], 0)));
  return isFar([x, y, z]) ? [x, y, z] : ORIGIN;
}

const isFar = (point: ArrayLike<number>): boolean => {
  const all = Array.from(point);
  return all.some(c => Math.abs(c) > MAX_COORDINATE) && all.every(Number.isFinite);
};

/** Yields points of all vertices of each primitive, in the scene. */
function* cornersOf(
  drawn: readonly SceneMesh[],
  worldOf: (node: Node) => mat4,
  pointsOf: (positions: Accessor) => readonly (readonly number[])[],
): Generator<vec3> {
  for (const { node, mesh, copies } of drawn) {
    const world = worldOf(node);
    const points = mesh.listPrimitives().flatMap(primitive => {
      const positions = primitive.getAttribute('POSITION');
      return positions && positions.getCount() > 0 && positions.getElementSize() === 3 ? pointsOf(positions) : [];
    });
    for (const copy of copies)
      for (const [x, y, z] of points) {
        const point = vec3.fromValues(x, y, z);
        yield vec3.transformMat4(point, vec3.transformMat4(point, point, copy), world);
      }
  }
}

/** Returns the eight corners of the box around all vertices. */
function boxCorners(positions: Accessor): number[][] {
  const ends = [positions.getMinNormalized([]), positions.getMaxNormalized([])];
  return Array.from({ length: 8 }, (_, i) => [0, 1, 2].map(axis => ends[(i >> axis) & 1][axis]));
}

/** Returns the placement of vertices that are as seen from `near`, given that of the model where it stands. */
export function placementFrom(near: Triple, placement: Placement | undefined): Placement | undefined {
  if (near.every(x => x === 0)) return placement;
  const { scale, origin } = placement ?? { scale: 1, origin: [0, 0, 0] };
  return { scale, origin: [origin[0] - near[0], origin[1] - near[1], origin[2] - near[2]] };
}

export const plus = (a: Triple, b: Triple): Triple => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
