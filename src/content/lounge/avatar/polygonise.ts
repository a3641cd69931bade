/** Converts solids to triangles. */

import { MeshoptSimplifier } from 'meshoptimizer';
import type { Vec3 } from '../../geometry/patch.ts';
import { drawnOnto, type Field, gradient } from './field.ts';

export interface Skin {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly index: Uint32Array;
}

export interface Cut {
  /** Where a surface is wanted. */
  readonly within?: (p: Vec3) => boolean;
  /** Where the surface is visible. Hidden parts are left out, except near visible ones (see `tuck`). */
  readonly seen?: (p: Vec3) => boolean;
  /** How far hidden surface is kept beyond the visible part, metres along the surface. */
  readonly tuck?: number;
}

/**
 * Converts a solid's surface to triangles: surface nets (Gibson 1998) on cells of `cell` metres, reduced to about `triangles`.
 * Hidden parts take their share of that number before they are removed. It moves vertices onto the surface. Await
 * `MeshoptSimplifier.ready` first.
 */
export function polygonise(
  f: Field,
  low: Vec3,
  high: Vec3,
  cell: number,
  triangles: number,
  { within = () => true, seen = () => true, tuck = 0 }: Cut = {},
): Skin {
  const [nx, ny, nz] = [0, 1, 2].map(k => Math.ceil((high[k] - low[k]) / cell) + 1);
  const values = new Float32Array(nx * ny * nz);
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) values[i] = f(low[0] + x * cell, low[1] + y * cell, low[2] + z * cell);
  const cells = new Int32Array(nx * ny * nz).fill(-1);
  const points: Vec3[] = [];
  for (let z = 0; z < nz - 1; z++) {
    for (let y = 0; y < ny - 1; y++) {
      for (let x = 0; x < nx - 1; x++) {
        const at = x + nx * (y + ny * z);
        const point = crossing(values, at, nx, ny);
        if (!point) continue;
        cells[at] = points.length;
        points.push([low[0] + (x + point[0]) * cell, low[1] + (y + point[1]) * cell, low[2] + (z + point[2]) * cell]);
      }
    }
  }
  const here = points.map(within);
  const whole = trianglesWhere(quads(values, cells, nx, ny, nz), i => here[i]);
  const away = distances(points, whole, seen);
  const index = trianglesWhere(whole, i => away[i] <= tuck);
  const share = whole.length > 0 ? index.length / whole.length : 0;
  return reduced(f, Float32Array.from(points.flat()), new Uint32Array(index), Math.ceil(triangles * share), cell / 2);
}

/** Returns the triangles with at least one wanted corner. */
function trianglesWhere(index: readonly number[], wanted: (vertex: number) => boolean): number[] {
  return index.filter((_, i) => [0, 1, 2].some(k => wanted(index[i - (i % 3) + k])));
}

/** Returns each vertex's distance along edges from the nearest visible vertex, metres. */
function distances(points: readonly Vec3[], index: readonly number[], seen: (p: Vec3) => boolean): Float32Array {
  const away = Float32Array.from(points, p => (seen(p) ? 0 : Number.POSITIVE_INFINITY));
  for (let nearer = true; nearer; ) {
    nearer = false;
    for (let i = 0; i < index.length; i++) {
      const from = index[i];
      const to = index[i % 3 === 2 ? i - 2 : i + 1];
      const [p, q] = [points[from], points[to]];
      const length = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
      for (const [a, b] of [
        [from, to],
        [to, from],
      ]) {
        const reached = Math.fround(away[a] + length);
        if (reached >= away[b]) continue;
        away[b] = reached;
        nearer = true;
      }
    }
  }
  return away;
}

/** Returns the mean of the places where the cell's edges cross the surface, in cells; undefined if none does. */
function crossing(values: Float32Array, at: number, nx: number, ny: number): Vec3 | undefined {
  const corner = (c: number) => values[at + (c & 1) + nx * ((c >> 1) & 1) + nx * ny * (c >> 2)];
  const first = corner(0) < 0;
  let mixed = false;
  for (let c = 1; c < 8 && !mixed; c++) mixed = corner(c) < 0 !== first;
  if (!mixed) return undefined;
  const sum = [0, 0, 0];
  let count = 0;
  for (let a = 0; a < 8; a++) {
    for (let axis = 0; axis < 3; axis++) {
      if (a & (1 << axis)) continue;
      const [da, db] = [corner(a), corner(a | (1 << axis))];
      if (da < 0 === db < 0) continue;
      for (let k = 0; k < 3; k++) sum[k] += k === axis ? da / (da - db) : (a >> k) & 1;
      count++;
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Creates a quad for every grid edge that crosses the surface. */
function quads(values: Float32Array, cells: Int32Array, nx: number, ny: number, nz: number): number[] {
  const index: number[] = [];
  const step = [1, nx, nx * ny];
  for (let z = 1; z < nz - 1; z++) {
    for (let y = 1; y < ny - 1; y++) {
      for (let x = 1; x < nx - 1; x++) {
        const at = x + nx * (y + ny * z);
        for (let axis = 0; axis < 3; axis++) {
          const inside = values[at] < 0;
          if (inside === values[at + step[axis]] < 0) continue;
          const [u, v] = [step[(axis + 1) % 3], step[(axis + 2) % 3]];
          const [a, b, c, d] = [cells[at - u - v], cells[at - v], cells[at], cells[at - u]];
          if (a < 0 || b < 0 || c < 0 || d < 0) continue;
          index.push(...(inside ? [a, b, c, a, c, d] : [a, c, b, a, d, c]));
        }
      }
    }
  }
  return index;
}

/** Weight of normals against distances as shares of the extent. */
const SLOPE = 0.02;

function reduced(f: Field, positions: Float32Array, index: Uint32Array, triangles: number, most: number): Skin {
  // Simplified evenly: what is straight in the bind pose still needs vertices to bend, and a limb needs more than three sides.
  const wanted = Math.min(index.length, triangles * 3);
  const slopes = new Float32Array(positions.length);
  for (let v = 0; v < positions.length; v += 3) slopes.set(gradient(f, positions[v], positions[v + 1], positions[v + 2]), v);
  // Normals count a little, so that vertices stay along edges: by distances alone, a neckline became a row of teeth.
  const weights = [SLOPE, SLOPE, SLOPE];
  const [fewer] = MeshoptSimplifier.simplifyWithAttributes(index, positions, 3, slopes, 3, weights, null, wanted, 0.05, [
    'Regularize',
  ]);
  const remap = new Map<number, number>();
  const used: number[] = [];
  const compact = Array.from(fewer, i => {
    const known = remap.get(i) ?? used.length;
    if (known === used.length) {
      remap.set(i, known);
      used.push(i);
    }
    return known;
  });
  const out = new Float32Array(used.length * 3);
  const normals = new Float32Array(used.length * 3);
  used.forEach((i, k) => {
    const p = drawnOnto(f, [positions[i * 3], positions[i * 3 + 1], positions[i * 3 + 2]], most);
    out.set(p, k * 3);
    normals.set(gradient(f, ...p, 0.004), k * 3);
  });
  return { positions: out, normals, index: new Uint32Array(compact) };
}
