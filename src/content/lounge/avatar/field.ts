/** Solids as signed distance functions, and operations on them. */

import type { Vec3 } from '../../geometry/patch.ts';

/**
 * A solid as its approximate signed distance in metres, negative inside. After Quilez,
 * https://iquilezles.org/articles/distfunctions
 */
export type Field = (x: number, y: number, z: number) => number;

/** Returns a cone with round ends from a to b. */
export function limb(a: Vec3, b: Vec3, ra: number, rb: number): Field {
  const [bx, by, bz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const square = bx * bx + by * by + bz * bz;
  return (x, y, z) => {
    const px = x - a[0];
    const py = y - a[1];
    const pz = z - a[2];
    const t = Math.max(0, Math.min(1, (px * bx + py * by + pz * bz) / square));
    return Math.hypot(px - bx * t, py - by * t, pz - bz * t) - (ra + (rb - ra) * t);
  };
}

export function ellipsoid(center: Vec3, radii: Vec3): Field {
  return (x, y, z) => {
    const dx = x - center[0];
    const dy = y - center[1];
    const dz = z - center[2];
    const k0 = Math.hypot(dx / radii[0], dy / radii[1], dz / radii[2]);
    const k1 = Math.hypot(dx / radii[0] ** 2, dy / radii[1] ** 2, dz / radii[2] ** 2);
    return k1 < 1e-6 ? -Math.min(...radii) : (k0 * (k0 - 1)) / k1;
  };
}

/** Returns a solid of stacked rings: [y, half width, half depth, middle z], from low to high. */
export function stack(rings: readonly (readonly [number, number, number, number])[]): Field {
  const low = rings[0][0];
  const high = rings[rings.length - 1][0];
  return (x, y, z) => {
    const h = Math.max(low, Math.min(high, y));
    let i = 1;
    while (i < rings.length - 1 && rings[i][0] < h) i++;
    const [a, b] = [rings[i - 1], rings[i]];
    let t = (h - a[0]) / (b[0] - a[0]);
    t = t * t * (3 - 2 * t);
    const w = a[1] + (b[1] - a[1]) * t;
    const d = a[2] + (b[2] - a[2]) * t;
    const c = a[3] + (b[3] - a[3]) * t;
    const flat = (Math.hypot(x / w, (z - c) / d) - 1) * Math.min(w, d);
    const beyond = Math.abs(y - h);
    return beyond > 0 ? Math.hypot(Math.max(0, flat), beyond) : flat;
  };
}

/** Unites solids smoothly: shapes nearer than `k` metres blend (polynomial smooth minimum). */
export function blended(k: number, ...fields: readonly Field[]): Field {
  return (x, y, z) => {
    let d = fields[0](x, y, z);
    for (let i = 1; i < fields.length; i++) {
      const e = fields[i](x, y, z);
      const h = Math.max(0, k - Math.abs(d - e)) / k;
      d = Math.min(d, e) - h * h * k * 0.25;
    }
    return d;
  };
}

export const grown =
  (f: Field, by: number): Field =>
  (x, y, z) =>
    f(x, y, z) - by;

/** Cuts `f` to where `cut` is negative, with an edge rounded by `r` metres. */
export function within(f: Field, cut: Field, r = 0.008): Field {
  return (x, y, z) => {
    const [d, c] = [f(x, y, z), cut(x, y, z)];
    const h = Math.max(0, r - Math.abs(d - c)) / r;
    return Math.max(d, c) + h * h * r * 0.25;
  };
}

export const without = (f: Field, hole: Field, r = 0.008): Field => within(f, (x, y, z) => -hole(x, y, z), r);

export const mirrored =
  (f: Field): Field =>
  (x, y, z) =>
    f(Math.abs(x), y, z);

/** Scales a solid about a point. */
export const enlarged =
  (f: Field, about: Vec3, s: number): Field =>
  (x, y, z) =>
    f((x - about[0]) / s + about[0], (y - about[1]) / s + about[1], (z - about[2]) / s + about[2]) * s;

/** Returns the unit vector out of the solid, by central differences. */
export function gradient(f: Field, x: number, y: number, z: number, e = 0.002): Vec3 {
  const g: Vec3 = [f(x + e, y, z) - f(x - e, y, z), f(x, y + e, z) - f(x, y - e, z), f(x, y, z + e) - f(x, y, z - e)];
  const length = Math.hypot(...g) || 1;
  return [g[0] / length, g[1] / length, g[2] / length];
}

/** Moves p onto the surface: `steps` steps along the gradient, each at most `most` metres. */
export function drawnOnto(f: Field, p: Vec3, most: number, steps = 3): Vec3 {
  for (let step = 0; step < steps; step++) {
    const g = gradient(f, ...p);
    const d = Math.max(-most, Math.min(most, f(...p))) * 0.8;
    p = [p[0] - g[0] * d, p[1] - g[1] * d, p[2] - g[2] * d];
  }
  return p;
}
