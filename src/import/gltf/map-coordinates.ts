/** Keeps the precision of models that stand at map coordinates. */
import { type mat4, vec3 } from 'gl-matrix';
import { MAX_COORDINATE } from '../../core/document-limits.ts';
import type { Placement } from '../model/place-model.ts';
import type { SceneMesh } from './scene-meshes.ts';

type Triple = readonly [number, number, number];

/**
 * Returns a point near the model, where rooms have no such coordinates, else the origin. At 5,000,000 m a 32-bit float keeps half a
 * metre, so vertices are taken from that point before they are rounded.
 * @param world - the matrix of the mesh's node.
 */
export function nearPoint({ mesh, copies }: SceneMesh, world: mat4): Triple {
  const position = mesh
    .listPrimitives()
    .map(primitive => primitive.getAttribute('POSITION'))
    .find(accessor => accessor && accessor.getCount() > 0 && accessor.getElementSize() === 3);
  if (!position) return [0, 0, 0];
  const point = vec3.clone(position.getElement(0, [0, 0, 0]) as vec3);
  const [x, y, z] = vec3.transformMat4(point, vec3.transformMat4(point, point, copies[0]), world);
  return [x, y, z].some(c => Math.abs(c) > MAX_COORDINATE) && [x, y, z].every(Number.isFinite) ? [x, y, z] : [0, 0, 0];
}

/** Returns the placement of vertices that are as seen from `near`, given that of the model where it stands. */
export function placementFrom(near: Triple, placement: Placement | undefined): Placement | undefined {
  if (near.every(x => x === 0)) return placement;
  const { scale, origin } = placement ?? { scale: 1, origin: [0, 0, 0] };
  return { scale, origin: [origin[0] - near[0], origin[1] - near[1], origin[2] - near[2]] };
}

export const plus = (a: Triple, b: Triple): Triple => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
