/** Measures the error of a level of detail. */
import { BufferAttribute, BufferGeometry, Vector3 } from 'three';
import { type HitPointInfo, MeshBVH } from 'three-mesh-bvh';

/** Maximum vertices of a level whose distance is measured; each takes some 20 microseconds. */
const MOST = 4000;
/** The same for all parts of a model together, and the least of a part. Without it, 147,840 triangles in 12 parts took 3.5 s. */
const MOST_OF_MODEL = 8000;
const LEAST = 500;

/** Returns how many vertices of a part are measured for each level. @param share - of the model's triangles, 0..1. */
export const measuredOf = (share: number): number => Math.min(MOST, Math.max(LEAST, MOST_OF_MODEL * share));

/**
 * Measures how far the vertices of the finest level are from the surface of a coarser one, and where the coarser one's vertices
 * were moved, how far those are from the finest. The simplifier's own error is a mean over the collapsed areas; single vertices
 * were found twice as far away. Of more than 4,000 vertices it measures an even selection.
 *
 * @param positions - 3 a vertex; the result is in their unit.
 * @param finest - triangles of the finest level.
 * @param moved - positions of the coarser level's vertices, by the same numbers; default the finest's.
 * @param most - vertices that are measured (`measuredOf`).
 *
 * @returns a number for each vertex; 0 for those that the coarser level kept in place, and those that the finest does not use.
 */
export function levelDeviations(
  positions: Float32Array,
  finest: Uint32Array,
  coarse: Uint32Array,
  moved: Float32Array = positions,
  most = MOST,
): Float32Array {
  const out = new Float32Array(positions.length / 3);
  const kept = new Set(coarse);
  const inPlace = (vertex: number): boolean => {
    for (let k = vertex * 3; k < vertex * 3 + 3; k++) if (moved[k] !== positions[k]) return false;
    return true;
  };
  measure(
    out,
    treeOf(moved, coarse),
    positions,
    [...new Set(finest)].filter(v => !kept.has(v) || !inPlace(v)),
    most,
  );
  if (moved !== positions)
    measure(
      out,
      treeOf(positions, finest),
      moved,
      [...kept].filter(v => !inPlace(v)),
      most,
    );
  return out;
}

function treeOf(positions: Float32Array, index: Uint32Array): MeshBVH {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setIndex(new BufferAttribute(index.slice(), 1));
  return new MeshBVH(geometry);
}

const point = new Vector3();
const nearest: HitPointInfo = { point: new Vector3(), distance: 0, faceIndex: 0 };

/** Raises each vertex's number to its distance from the surface. */
function measure(out: Float32Array, surface: MeshBVH, positions: Float32Array, vertices: readonly number[], most: number): void {
  const stride = Math.max(1, Math.ceil(vertices.length / most));
  for (let i = 0; i < vertices.length; i += stride) {
    const vertex = vertices[i];
    surface.closestPointToPoint(point.fromArray(positions, vertex * 3), nearest);
    out[vertex] = Math.max(out[vertex], nearest.distance);
  }
}

/** Returns the area of the surface around each vertex: a third of each of its triangles. */
export function areasAround(positions: Float32Array, index: Uint32Array): Float32Array {
  const out = new Float32Array(positions.length / 3);
  const [a, b, c] = [new Vector3(), new Vector3(), new Vector3()];
  for (let i = 0; i < index.length; i += 3) {
    a.fromArray(positions, index[i] * 3);
    b.fromArray(positions, index[i + 1] * 3).sub(a);
    c.fromArray(positions, index[i + 2] * 3).sub(a);
    const third = b.cross(c).length() / 6;
    for (let k = 0; k < 3; k++) out[index[i + k]] += third;
  }
  return out;
}

/**
 * Returns the largest deviation that is as wide as it is far: the largest d so that surface of an area of d x d deviates by d or
 * more. The tip of a spike may vanish where a hand may not. A sword of 80 x 5 cm that vanishes counts 0.28 m, not 0.8.
 *
 * A piece of the area d x d shows a quarter of it on average (Cauchy's formula for convex bodies): half as high and wide as d.
 *
 * @param distances - of each vertex, from `levelDeviations`.
 * @param areas - of the surface around each vertex, from `areasAround`.
 */
export function visibleDeviation(distances: Float32Array, areas: Float32Array): number {
  const order = [...distances.keys()].filter(v => distances[v] > 0).sort((a, b) => distances[b] - distances[a]);
  let area = 0;
  let most = 0;
  for (const v of order) {
    area += areas[v];
    most = Math.max(most, Math.min(distances[v], Math.sqrt(area)));
  }
  return most;
}
