import { MeshoptSimplifier } from 'meshoptimizer';
import type { Vec3 } from '../geometry/patch.ts';
import { type Field, gradient } from './field.ts';

export interface Skin {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly index: Uint32Array;
}

/**
 * The surface of a solid as triangles: surface nets (Gibson 1998) on cells of `cell` metres, reduced to about `triangles`,
 * vertices drawn onto the surface. `keep` says which vertices' triangles are wanted. Await `MeshoptSimplifier.ready` first.
 */
export function polygonise(
  f: Field,
  low: Vec3,
  high: Vec3,
  cell: number,
  triangles: number,
  keep: (p: Vec3) => boolean = () => true,
): Skin {
  const [nx, ny, nz] = [0, 1, 2].map(k => Math.ceil((high[k] - low[k]) / cell) + 1);
  const values = new Float32Array(nx * ny * nz);
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) values[i] = f(low[0] + x * cell, low[1] + y * cell, low[2] + z * cell);
  const cells = new Int32Array(nx * ny * nz).fill(-1);
  const positions: number[] = [];
  for (let z = 0; z < nz - 1; z++) {
    for (let y = 0; y < ny - 1; y++) {
      for (let x = 0; x < nx - 1; x++) {
        const at = x + nx * (y + ny * z);
        const point = crossing(values, at, nx, ny);
        if (!point) continue;
        cells[at] = positions.length / 3;
        const p: Vec3 = [low[0] + (x + point[0]) * cell, low[1] + (y + point[1]) * cell, low[2] + (z + point[2]) * cell];
        positions.push(...p);
      }
    }
  }
  const wanted = Array.from({ length: positions.length / 3 }, (_, i) =>
    keep([positions[i * 3], positions[i * 3 + 1], positions[i * 3 + 2]]),
  );
  const index = quads(values, cells, nx, ny, nz).filter((_, i, all) => [0, 1, 2].some(k => wanted[all[i - (i % 3) + k]]));
  return reduced(f, new Float32Array(positions), new Uint32Array(index), triangles, cell / 2);
}

/** Mean of the places where the cell's edges cross the surface, in cells; undefined where none does. */
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

/** A quad for every edge of the grid that crosses the surface. */
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

function reduced(f: Field, positions: Float32Array, index: Uint32Array, triangles: number, most: number): Skin {
  const [fewer] = MeshoptSimplifier.simplify(index, positions, 3, Math.min(index.length, triangles * 3), 0.05);
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

/** The place on the surface near p: three steps along the gradient, each at most `most` metres. */
function drawnOnto(f: Field, p: Vec3, most: number): Vec3 {
  for (let step = 0; step < 3; step++) {
    const g = gradient(f, ...p);
    const d = Math.max(-most, Math.min(most, f(...p))) * 0.8;
    p = [p[0] - g[0] * d, p[1] - g[1] * d, p[2] - g[2] * d];
  }
  return p;
}
