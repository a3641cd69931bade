import { BackSide, BufferAttribute, BufferGeometry, type Intersection, Ray } from 'three';
import { MeshBVH } from 'three-mesh-bvh';

const TOUCHING = 1e-4;

/**
 * Finds vertices close under another surface of their own part (a brow under a helmet), and checks whether a coarser level still
 * covers them.
 */
export class Covers {
  readonly #positions: Float32Array;
  readonly #normals: ArrayLike<number>;
  readonly #near: number;
  /** For each covered vertex: the corners of the triangle above it, and the distance to it. */
  readonly #over = new Map<number, { readonly corners: readonly number[]; readonly gap: number }>();

  /**
   * @param normals - 3 a vertex, of any length. @param finest - triangles. @param near - maximum distance of a cover above a
   * vertex.
   */
  constructor(positions: Float32Array, normals: ArrayLike<number>, finest: Uint32Array, near: number) {
    this.#positions = positions;
    this.#normals = normals;
    this.#near = near;
    const tree = treeOf(positions, finest);
    for (const vertex of new Set(finest)) {
      const hit = this.#above(tree, vertex);
      if (!hit) continue;
      const at = (hit.faceIndex ?? 0) * 3;
      this.#over.set(vertex, { corners: Array.from(finest.subarray(at, at + 3)), gap: hit.distance });
    }
  }

  /**
   * Finds the vertices that a coarser level no longer covers. Each entry holds the corners of the triangle that covered it in the
   * finest level.
   *
   * @param error - maximum distance of the level from the finest. A cover farther above a vertex still covers it, except at its
   * rim.
   * @param positions - of the coarser level's vertices, by the same numbers; default the finest's.
   */
  uncovered(coarse: Uint32Array, error: number, positions = this.#positions): (readonly number[])[] {
    const out: (readonly number[])[] = [];
    if (this.#over.size === 0) return out;
    const tree = treeOf(positions, coarse);
    for (const vertex of new Set(coarse)) {
      const over = this.#over.get(vertex);
      if (over && over.gap < error && !this.#above(tree, vertex, positions)) out.push(over.corners);
    }
    return out;
  }

  /** Returns the nearest triangle above a vertex that faces away from it. */
  #above(tree: MeshBVH, vertex: number, positions = this.#positions): Intersection | null {
    ray.origin.fromArray(positions, vertex * 3);
    ray.direction.fromArray(this.#normals, vertex * 3).normalize();
    return tree.raycastFirst(ray, BackSide, TOUCHING, this.#near);
  }
}

const ray = new Ray();

function treeOf(positions: Float32Array, index: Uint32Array): MeshBVH {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setIndex(new BufferAttribute(index, 1));
  return new MeshBVH(geometry, { indirect: true });
}
