/** Checks that close covers of a surface stay above it. */
import type { Surface } from './level-deviation.ts';
import { TriangleRays } from './spatial/triangle-rays.ts';
import type { TriangleTree } from './spatial/triangle-tree.ts';

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
   * @param normals - 3 a vertex, of any length. @param finest - triangles, and `tree` of them. @param near - maximum distance of a
   * cover above a vertex.
   */
  constructor(positions: Float32Array, normals: ArrayLike<number>, finest: Uint32Array, tree: TriangleTree, near: number) {
    this.#positions = positions;
    this.#normals = normals;
    this.#near = near;
    const rays = new TriangleRays(tree.boxes);
    for (const vertex of new Set(finest)) {
      const hit = this.#above(rays, vertex);
      if (hit < 0) continue;
      this.#over.set(vertex, { corners: Array.from(finest.subarray(hit * 3, hit * 3 + 3)), gap: rays.distance });
    }
  }

  /**
   * Finds the vertices that a coarser level no longer covers. Each entry holds the corners of the triangle that covered it in the
   * finest level.
   *
   * @param error - maximum distance of the level from the finest. A cover farther above a vertex still covers it, except at its
   * rim.
   */
  uncovered({ index, positions, tree }: Surface, error: number): (readonly number[])[] {
    const out: (readonly number[])[] = [];
    if (this.#over.size === 0) return out;
    let rays: TriangleRays | undefined;
    for (const vertex of new Set(index)) {
      const over = this.#over.get(vertex);
      if (!over || over.gap >= error) continue;
      rays ??= new TriangleRays(tree().boxes);
      if (this.#above(rays, vertex, positions) < 0) out.push(over.corners);
    }
    return out;
  }

  /** Returns the nearest triangle above a vertex that faces away from it, or -1. */
  #above(rays: TriangleRays, vertex: number, positions = this.#positions): number {
    const at = vertex * 3;
    const x = this.#normals[at];
    const y = this.#normals[at + 1];
    const z = this.#normals[at + 2];
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    origin[0] = positions[at];
    origin[1] = positions[at + 1];
    origin[2] = positions[at + 2];
    direction[0] = x / length;
    direction[1] = y / length;
    direction[2] = z / length;
    return rays.behind(origin, direction, TOUCHING, this.#near);
  }
}

/** Scratch: the ray above a vertex. */
const origin = new Float64Array(3);
const direction = new Float64Array(3);
