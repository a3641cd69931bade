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
  readonly #finest: Uint32Array;
  /** For each vertex: the triangle above it, and the distance to it; infinite where there is none. */
  readonly #over: Int32Array;
  readonly #gaps: Float64Array;
  #count = 0;

  /**
   * @param normals - 3 a vertex, of any length. @param finest - triangles, and `tree` of them. @param near - maximum distance of a
   * cover above a vertex.
   */
  constructor(positions: Float32Array, normals: ArrayLike<number>, finest: Uint32Array, tree: TriangleTree, near: number) {
    this.#positions = positions;
    this.#normals = normals;
    this.#near = near;
    this.#finest = finest;
    this.#over = new Int32Array(positions.length / 3);
    this.#gaps = new Float64Array(this.#over.length).fill(Number.POSITIVE_INFINITY);
    const rays = new TriangleRays(tree.boxes);
    const done = new Uint8Array(this.#over.length);
    // An iterator takes longer until V8 has compiled the loop.
    for (let i = 0; i < finest.length; i++) {
      const vertex = finest[i];
      if (done[vertex] === 1) continue;
      done[vertex] = 1;
      const hit = this.#above(rays, vertex);
      if (hit < 0) continue;
      this.#over[vertex] = hit;
      this.#gaps[vertex] = rays.distance;
      this.#count++;
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
    if (this.#count === 0) return out;
    let rays: TriangleRays | undefined;
    const done = new Uint8Array(this.#over.length);
    for (let i = 0; i < index.length; i++) {
      const vertex = index[i];
      if (done[vertex] === 1 || this.#gaps[vertex] >= error) continue;
      done[vertex] = 1;
      rays ??= new TriangleRays(tree().boxes);
      const over = this.#over[vertex] * 3;
      if (this.#above(rays, vertex, positions) < 0) out.push(Array.from(this.#finest.subarray(over, over + 3)));
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
