/**
 * A patch is a piece of surface: vertices and triangles without a material. Primitives make patches (`solids.ts`), the
 * builder collects them by material (`product-builder.ts`). UVs are in metres; the material says how many metres a tile is.
 */
export type Vec3 = readonly [number, number, number];

export interface Patch {
  positions: number[];
  normals: number[];
  /** Metres along the surface, v downwards (as in glTF, 0, 0 is the top left). */
  uvs: number[];
  index: number[];
}

export interface SurfaceOptions {
  /** Extent of u = 0..1 and v = 0..1 on the picture, in metres (in tiles if `fitted`). */
  readonly uv?: readonly [number, number];
  /** Shows the other side. */
  readonly flip?: boolean;
}

/**
 * Returns a grid of `columns` x `rows` quads over f(u, v), with u and v in 0..1. The visible side is where du x dv points (the
 * other with `flip`).
 */
export function surface(columns: number, rows: number, f: (u: number, v: number) => Vec3, options: SurfaceOptions = {}): Patch {
  const { uv = [1, 1], flip = false } = options;
  const patch: Patch = { positions: [], normals: [], uvs: [], index: [] };
  const step = 1e-3;
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const u = column / columns;
      const v = row / rows;
      patch.positions.push(...f(u, v));
      patch.uvs.push(u * uv[0], v * uv[1]);
      patch.normals.push(...normalAt(f, u, v, step, flip));
      if (column < columns && row < rows) {
        const a = row * (columns + 1) + column;
        const quad = [a, a + 1, a + columns + 2, a, a + columns + 2, a + columns + 1];
        patch.index.push(...(flip ? quad.reverse() : quad));
      }
    }
  }
  return withoutSlivers(patch);
}

function normalAt(f: (u: number, v: number) => Vec3, u: number, v: number, step: number, flip: boolean): Vec3 {
  // At a pole (one point for all u) the derivative vanishes, so evaluate it a little beside the pole.
  for (const inset of [0, 0.004, 0.02]) {
    const cu = Math.min(1 - step - inset, Math.max(step + inset, u));
    const cv = Math.min(1 - step - inset, Math.max(step + inset, v));
    const du = minus(f(cu + step, cv), f(cu - step, cv));
    const dv = minus(f(cu, cv + step), f(cu, cv - step));
    const n = cross(du, dv);
    const length = Math.hypot(...n);
    if (length > 1e-9) return scaled(n, (flip ? -1 : 1) / length);
  }
  return [0, 1, 0];
}

/** Removes triangles without area (at poles, where a grid row is one point). */
function withoutSlivers(patch: Patch): Patch {
  const index: number[] = [];
  for (let i = 0; i < patch.index.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map(k => vertex(patch, patch.index[i + k]));
    if (Math.hypot(...cross(minus(b, a), minus(c, a))) > 1e-9) index.push(patch.index[i], patch.index[i + 1], patch.index[i + 2]);
  }
  patch.index = index;
  return patch;
}

/** Moves every vertex and recomputes smooth normals. Vertices at one place share a normal, so seams stay invisible. */
export function warp(patch: Patch, move: (p: Vec3) => Vec3): Patch {
  for (let i = 0; i < patch.positions.length; i += 3) {
    const p = move([patch.positions[i], patch.positions[i + 1], patch.positions[i + 2]]);
    [patch.positions[i], patch.positions[i + 1], patch.positions[i + 2]] = p;
  }
  return smoothed(patch);
}

export function smoothed(patch: Patch): Patch {
  const sums = new Map<string, [number, number, number]>();
  const keys = Array.from({ length: patch.positions.length / 3 }, (_, i) =>
    vertex(patch, i)
      .map(x => Math.round(x * 5000))
      .join(),
  );
  for (let i = 0; i < patch.index.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map(k => vertex(patch, patch.index[i + k]));
    const n = cross(minus(b, a), minus(c, a));
    for (let k = 0; k < 3; k++) {
      const key = keys[patch.index[i + k]];
      const sum = sums.get(key) ?? [0, 0, 0];
      for (let axis = 0; axis < 3; axis++) sum[axis] += n[axis];
      sums.set(key, sum);
    }
  }
  keys.forEach((key, i) => {
    const n = normalized(sums.get(key) ?? [0, 1, 0]);
    for (let axis = 0; axis < 3; axis++) patch.normals[i * 3 + axis] = n[axis];
  });
  return patch;
}

/** Joins patches. */
export function joined(...patches: readonly Patch[]): Patch {
  const all: Patch = { positions: [], normals: [], uvs: [], index: [] };
  for (const patch of patches) {
    const base = all.positions.length / 3;
    for (const x of patch.positions) all.positions.push(x);
    for (const x of patch.normals) all.normals.push(x);
    for (const x of patch.uvs) all.uvs.push(x);
    for (const i of patch.index) all.index.push(base + i);
  }
  return all;
}

export const vertex = (patch: Patch, i: number): Vec3 => [
  patch.positions[i * 3],
  patch.positions[i * 3 + 1],
  patch.positions[i * 3 + 2],
];
export const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const plus = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const scaled = (a: Vec3, s: number): Vec3 => [a[0] * s, a[1] * s, a[2] * s];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
export const normalized = (a: Vec3): Vec3 => {
  const length = Math.hypot(...a);
  return length > 1e-12 ? scaled(a, 1 / length) : [0, 1, 0];
};
