import { BackSide, BufferAttribute, BufferGeometry, type Intersection, Ray } from 'three';
import { MeshBVH } from 'three-mesh-bvh';

const TOUCHING = 1e-4;

/** Which vertices lie close under another surface of their own part (a brow under a helmet), and whether they still do in a coarser level. */
export class Covers {
  readonly #positions: Float32Array;
  readonly #normals: ArrayLike<number>;
  readonly #near: number;
  /** For each covered vertex the corners of the triangle over it, and how far over it that lies. */
  readonly #over = new Map<number, { readonly corners: readonly number[]; readonly gap: number }>();

  /** @param normals - 3 a vertex, of any length. @param finest - triangles. @param near - what lies farther over a vertex does not count. */
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
   * Vertices of a coarser level that nothing lies over any more, each as the corners of what lay over it in the finest.
   *
   * @param error - how far the level lies from the finest, at most: what lay farther over a vertex still does, but for its rim.
   */
  uncovered(coarse: Uint32Array, error: number): (readonly number[])[] {
    const out: (readonly number[])[] = [];
    if (this.#over.size === 0) return out;
    const tree = treeOf(this.#positions, coarse);
    for (const vertex of new Set(coarse)) {
      const over = this.#over.get(vertex);
      if (over && over.gap < error && !this.#above(tree, vertex)) out.push(over.corners);
    }
    return out;
  }

  /** The nearest triangle over a vertex that is seen from above. */
  #above(tree: MeshBVH, vertex: number): Intersection | null {
    ray.origin.fromArray(this.#positions, vertex * 3);
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
