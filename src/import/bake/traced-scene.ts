/** Intersects rays with triangles. */
import { BackSide, BufferAttribute, BufferGeometry, DoubleSide, Ray, Vector3 } from 'three';
import { MeshBVH } from 'three-mesh-bvh';

export interface Hit {
  readonly triangle: number;
  readonly distance: number;
}

/** The triangles that rays can hit, in world space and in a bounding volume hierarchy. */
export class TracedScene {
  readonly #bvh: MeshBVH;
  readonly #index: ArrayLike<number>;
  readonly #positions: Float32Array;
  readonly #ray = new Ray(new Vector3(), new Vector3());

  /** @param positions - 3 a vertex, metres. */
  constructor(positions: Float32Array, index: Uint32Array) {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(positions, 3));
    geometry.setIndex(new BufferAttribute(index.slice(), 1));
    this.#bvh = new MeshBVH(geometry, { targetLeafSize: 6 } as never);
    this.#index = geometry.index?.array ?? [];
    this.#positions = positions;
  }

  /** Returns the first triangle that the ray hits, on either side. */
  first(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, far = 30): Hit | undefined {
    this.#ray.origin.set(ox, oy, oz);
    this.#ray.direction.set(dx, dy, dz);
    const hit = this.#bvh.raycastFirst(this.#ray, DoubleSide, 0, far);
    return hit && hit.faceIndex != null ? { triangle: hit.faceIndex, distance: hit.distance } : undefined;
  }

  /** Whether the ray hits a triangle from behind. */
  meetsBack(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, far = 30): boolean {
    this.#ray.origin.set(ox, oy, oz);
    this.#ray.direction.set(dx, dy, dz);
    return Boolean(this.#bvh.raycastFirst(this.#ray, BackSide, 0, far));
  }

  corner(triangle: number, k: number): number {
    return this.#index[triangle * 3 + k];
  }

  /** Whether a ray in direction d hits the back of the triangle. */
  isBack(triangle: number, dx: number, dy: number, dz: number): boolean {
    const p = this.#positions;
    const [a, b, c] = [0, 1, 2].map(k => this.corner(triangle, k) * 3);
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    return (uy * vz - uz * vy) * dx + (uz * vx - ux * vz) * dy + (ux * vy - uy * vx) * dz > 0;
  }
}
