/** Gives the triangles of a coarser level the texture of the finest where they lost it. */
import type { LevelAttributes } from './level-attributes.ts';
import type { TriangleTree } from './triangle-tree.ts';

/** A coarser level with vertices of its own. */
export interface MovedLevel {
  readonly index: Uint32Array;
  /** The finest level's vertex that each vertex was. */
  readonly origins: Uint32Array;
  /** 3 a vertex, in units of the volume's scale. */
  readonly positions: Float32Array;
  /** Rows of `LevelAttributes`. */
  readonly values: Float32Array;
}

/** Sample points on a triangle, as shares of its corners: its middle, and near corners and edges. */
const SAMPLES = [
  [1 / 3, 1 / 3, 1 / 3],
  [0.7, 0.15, 0.15],
  [0.15, 0.7, 0.15],
  [0.15, 0.15, 0.7],
  [0.45, 0.45, 0.1],
  [0.1, 0.45, 0.45],
  [0.45, 0.1, 0.45],
] as const;
/** A texture that is off by less, as a share of its side, stays. */
const CLOSE = 0.01;
/** One place of the texture for the whole triangle must be better by this factor. */
const BETTER = 0.5;
/** Models with more triangles keep their textures as simplified: each sample takes some microseconds. */
const MOST_TRIANGLES = 20_000;

/**
 * Finds triangles that stretch from one place of a texture to another one: their edges crossed a seam. Where the finest level has
 * one colour, such a triangle shows all that lies between. It then takes one place of the texture for all its corners: the
 * finest level's, at the sample nearest to all others.
 */
export function transferUvs(
  level: MovedLevel,
  finest: LevelAttributes & { readonly index: Uint32Array; readonly tree: () => TriangleTree },
): MovedLevel {
  const uv = finest.counted.find(({ name }) => name === 'TEXCOORD_0');
  if (!uv || finest.index.length / 3 > MOST_TRIANGLES) return level;
  const { stride } = finest;
  const surface = new UvSurface(finest, uv.first);
  const index = level.index.slice();
  const origins = [...level.origins];
  const added: { vertex: number; u: number; v: number }[] = [];
  const places = new Map<string, number>();
  const wanted = SAMPLES.map((): [number, number] => [0, 0]);
  for (let t = 0; t < index.length; t += 3) {
    const corners = [index[t], index[t + 1], index[t + 2]];
    let error = 0;
    for (const [i, shares] of SAMPLES.entries()) {
      surface.at(level.positions, corners, shares, wanted[i]);
      let [u, v] = wanted[i];
      for (let k = 0; k < 3; k++) {
        u -= shares[k] * level.values[corners[k] * stride + uv.first];
        v -= shares[k] * level.values[corners[k] * stride + uv.first + 1];
      }
      error += Math.hypot(u, v);
    }
    error /= SAMPLES.length;
    if (error < CLOSE) continue;
    const [best, left] = middlemost(wanted);
    if (left > error * BETTER) continue;
    const [u, v] = wanted[best];
    for (let k = 0; k < 3; k++) {
      const key = `${corners[k]} ${Math.round(u * 4096)} ${Math.round(v * 4096)}`;
      let place = places.get(key);
      if (place === undefined) {
        place = origins.length;
        places.set(key, place);
        origins.push(level.origins[corners[k]]);
        added.push({ vertex: corners[k], u, v });
      }
      index[t + k] = place;
    }
  }
  const positions = new Float32Array(origins.length * 3);
  const values = new Float32Array(origins.length * stride);
  positions.set(level.positions);
  values.set(level.values);
  for (const [i, { vertex, u, v }] of added.entries()) {
    const place = level.origins.length + i;
    positions.set(level.positions.subarray(vertex * 3, vertex * 3 + 3), place * 3);
    values.set(level.values.subarray(vertex * stride, vertex * stride + stride), place * stride);
    values[place * stride + uv.first] = u;
    values[place * stride + uv.first + 1] = v;
  }
  return { index, origins: Uint32Array.from(origins), positions, values };
}

/** Returns the number of the place that is nearest to all others, and its mean distance from them. */
function middlemost(places: readonly (readonly [number, number])[]): [number, number] {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, [u, v]] of places.entries()) {
    let sum = 0;
    for (const other of places) sum += Math.hypot(u - other[0], v - other[1]);
    if (sum >= least) continue;
    least = sum;
    best = i;
  }
  return [best, least / places.length];
}

/** Reads the texture coordinates of the finest level nearest to a point. */
class UvSurface {
  readonly #tree: TriangleTree;
  readonly #finest: LevelAttributes & { readonly index: Uint32Array };
  readonly #first: number;

  constructor(finest: LevelAttributes & { readonly index: Uint32Array; readonly tree: () => TriangleTree }, first: number) {
    this.#tree = finest.tree();
    this.#finest = finest;
    this.#first = first;
  }

  at(positions: Float32Array, corners: readonly number[], shares: readonly number[], out: [number, number]): void {
    let [x, y, z] = [0, 0, 0];
    for (let k = 0; k < 3; k++) {
      x += positions[corners[k] * 3] * shares[k];
      y += positions[corners[k] * 3 + 1] * shares[k];
      z += positions[corners[k] * 3 + 2] * shares[k];
    }
    const { index, values, stride } = this.#finest;
    const at = this.#tree.nearest(x, y, z) * 3;
    out[0] = out[1] = 0;
    for (let k = 0; k < 3; k++) {
      const row = index[at + k] * stride + this.#first;
      const share = this.#tree.shareOf(k);
      out[0] += share * values[row];
      out[1] += share * values[row + 1];
    }
  }
}
