/** Basic shapes as patches: boxes, cushions, tubes, plates and panels. */

import { ShapeUtils, Vector2 } from 'three';
import { cross, joined, minus, normalized, type Patch, plus, scaled, smoothed, surface, type Vec3, warp } from './patch.ts';

export interface BoxOptions {
  /** Radius of the rounded edges in metres; 0: sharp. */
  readonly bevel?: number;
  /** Rows of quads across the radius. */
  readonly bevelRows?: number;
  /** Maximum side of a quad, metres. Faces are subdivided, because vertices store the light. */
  readonly cell?: number;
  /** Axis of the picture's u (the grain of wood). Default: the longest. */
  readonly grain?: 0 | 1 | 2;
  /** Faces to omit: '+x', '-x', … */
  readonly without?: readonly string[];
}

/** Returns a box around the origin with edges `size`, rounded by `bevel`. */
export function box(size: Vec3, options: BoxOptions = {}): Patch {
  const { bevel = 0, bevelRows = 1, cell = 0.35, without = [] } = options;
  const half = scaled(size, 0.5);
  const r = Math.min(bevel, half[0] * 0.999, half[1] * 0.999, half[2] * 0.999);
  const grain = options.grain ?? (size[0] >= size[1] && size[0] >= size[2] ? 0 : size[1] >= size[2] ? 1 : 2);
  const faces: Patch[] = [];
  for (let axis = 0; axis < 3; axis++) {
    for (const sign of [1, -1]) {
      if (without.includes((sign > 0 ? '+' : '-') + 'xyz'[axis])) continue;
      const a = (axis + 1) % 3;
      const b = (axis + 2) % 3;
      faces.push(
        boxFace(half, r, axis, a, b, sign, grain, stops(half[a], r, bevelRows, cell), stops(half[b], r, bevelRows, cell)),
      );
    }
  }
  return joined(...faces);
}

function stops(half: number, r: number, bevelRows: number, cell: number): number[] {
  const inner = half - r;
  const count = Math.max(1, Math.ceil((2 * inner) / cell - 0.01));
  const middle = Array.from({ length: count + 1 }, (_, i) => -inner + (2 * inner * i) / count);
  if (r === 0) return middle;
  const rim = Array.from({ length: bevelRows }, (_, i) => inner + r * Math.tan((Math.PI / 4) * ((i + 1) / bevelRows)));
  return [...rim.map(x => -x).reverse(), ...middle, ...rim];
}

function boxFace(
  half: Vec3,
  r: number,
  axis: number,
  a: number,
  b: number,
  sign: number,
  grain: number,
  as: readonly number[],
  bs: readonly number[],
): Patch {
  const patch: Patch = { positions: [], normals: [], uvs: [], index: [] };
  const aIsU = grain === a || (grain !== b && half[a] >= half[b]);
  bs.forEach((y, row) => {
    as.forEach((x, column) => {
      const p: [number, number, number] = [0, 0, 0];
      p[axis] = sign * half[axis];
      p[a] = x;
      p[b] = y;
      const inner = p.map((value, i) => Math.min(half[i] - r, Math.max(r - half[i], value))) as [number, number, number];
      const out: [number, number, number] = [0, 0, 0];
      out[axis] = sign;
      const n = r > 0 ? normalized(minus(p, inner)) : out;
      patch.positions.push(...(r > 0 ? plus(inner, scaled(n, r)) : p));
      patch.normals.push(...n);
      patch.uvs.push(aIsU ? x + half[a] : y + half[b], aIsU ? y + half[b] : x + half[a]);
      if (row + 1 < bs.length && column + 1 < as.length) {
        const i = row * as.length + column;
        const quad = [i, i + 1, i + as.length + 1, i, i + as.length + 1, i + as.length];
        patch.index.push(...(sign > 0 ? quad : quad.reverse()));
      }
    });
  });
  return patch;
}

/** Returns a stuffed cushion around the origin, with rounded edges and faces that swell by `puff` metres in y. */
export function cushion(size: Vec3, puff = 0.03, bevel = Math.min(...size) * 0.42): Patch {
  const cell = Math.max(size[0], size[2]) / 4;
  return warp(box(size, { bevel, bevelRows: 2, cell, grain: 0 }), p => {
    const x = Math.min(1, Math.abs((2 * p[0]) / size[0]));
    const z = Math.min(1, Math.abs((2 * p[2]) / size[2]));
    const swell = (1 - x ** 3) * (1 - z ** 3);
    // The middle of each side is pulled in a little, because a cushion's corners stick out.
    const waist = 1 - 0.035 * (1 - (p[1] / size[1]) ** 2);
    return [p[0] * (x > z ? 1 : waist), p[1] + Math.sign(p[1]) * puff * swell, p[2] * (z > x ? 1 : waist)];
  });
}

/**
 * Returns a surface of revolution about y. `profile` lists [radius, y] from bottom to top; corners sharper than 35° stay sharp.
 */
export function lathe(profile: readonly (readonly [number, number])[], segments = 16, turn = Math.PI * 2): Patch {
  const parts: Patch[] = [];
  let start = 0;
  let along = 0;
  for (let i = 1; i < profile.length; i++) {
    const last = i === profile.length - 1;
    if (!last && !isCorner(profile[i - 1], profile[i], profile[i + 1])) continue;
    const run = profile.slice(start, i + 1);
    parts.push(latheRun(run, segments, turn, along));
    for (let k = 1; k < run.length; k++) along += Math.hypot(run[k][0] - run[k - 1][0], run[k][1] - run[k - 1][1]);
    start = i;
  }
  return joined(...parts);
}

function isCorner(a: readonly [number, number], b: readonly [number, number], c: readonly [number, number]): boolean {
  const turn = Math.atan2(c[1] - b[1], c[0] - b[0]) - Math.atan2(b[1] - a[1], b[0] - a[0]);
  return Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn))) > 0.61;
}

function latheRun(run: readonly (readonly [number, number])[], segments: number, turn: number, along: number): Patch {
  const patch: Patch = { positions: [], normals: [], uvs: [], index: [] };
  const radius = Math.max(...run.map(p => p[0]));
  let length = along;
  run.forEach((p, row) => {
    const before = run[Math.max(0, row - 1)];
    const after = run[Math.min(run.length - 1, row + 1)];
    const [dr, dy] = [after[0] - before[0], after[1] - before[1]];
    const norm = Math.hypot(dr, dy) || 1;
    if (row > 0) length += Math.hypot(p[0] - run[row - 1][0], p[1] - run[row - 1][1]);
    for (let column = 0; column <= segments; column++) {
      const angle = (turn * column) / segments;
      const [s, c] = [Math.sin(angle), Math.cos(angle)];
      patch.positions.push(p[0] * s, p[1], p[0] * c);
      patch.normals.push((s * dy) / norm, -dr / norm, (c * dy) / norm);
      patch.uvs.push(angle * radius, -length);
      if (row + 1 < run.length && column < segments) {
        const i = row * (segments + 1) + column;
        const top = i + segments + 1;
        if (p[0] > 1e-6) patch.index.push(i, i + 1, top + 1);
        if (run[row + 1][0] > 1e-6) patch.index.push(i, top + 1, top);
      }
    }
  });
  return patch;
}

/** Returns a closed cylinder that stands on y = 0. */
export function cylinder(radius: number, height: number, segments = 12, topRadius = radius): Patch {
  return lathe(
    [
      [0, 0],
      [radius, 0],
      [topRadius, height],
      [0, height],
    ],
    segments,
  );
}

export function sphere(radius: number, segments = 12, rings = 8): Patch {
  const profile = Array.from({ length: rings + 1 }, (_, i): [number, number] => {
    const angle = (Math.PI * i) / rings - Math.PI / 2;
    return [i === 0 || i === rings ? 0 : radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return latheRun(profile, segments, Math.PI * 2, 0);
}

/** Returns a tube along `path` with closed ends. The radius may change along it. */
export function tube(path: readonly Vec3[], radius: number | ((t: number) => number), segments = 8): Patch {
  const radiusAt = typeof radius === 'number' ? () => radius : radius;
  const patch: Patch = { positions: [], normals: [], uvs: [], index: [] };
  let side: Vec3 = [1, 0, 0];
  let length = 0;
  path.forEach((p, row) => {
    const forward = normalized(minus(path[Math.min(path.length - 1, row + 1)], path[Math.max(0, row - 1)]));
    // Parallel transport: the previous side, made perpendicular to the new direction.
    const flat = minus(side, scaled(forward, side[0] * forward[0] + side[1] * forward[1] + side[2] * forward[2]));
    side = Math.hypot(...flat) > 1e-3 ? normalized(flat) : normalized(cross(forward, [0, 0, 1]));
    const up = cross(side, forward);
    const r = radiusAt(row / (path.length - 1));
    if (row > 0) length += Math.hypot(...minus(p, path[row - 1]));
    for (let column = 0; column <= segments; column++) {
      const angle = (2 * Math.PI * column) / segments;
      const n = plus(scaled(side, Math.cos(angle)), scaled(up, -Math.sin(angle)));
      patch.positions.push(...plus(p, scaled(n, r)));
      patch.normals.push(...n);
      patch.uvs.push(length, angle * r);
      if (row + 1 < path.length && column < segments) {
        const i = row * (segments + 1) + column;
        patch.index.push(i, i + segments + 2, i + 1, i, i + segments + 1, i + segments + 2);
      }
    }
  });
  return outward(patch, path);
}

/** Flips triangles so that they agree with the vertex normals. */
function outward(patch: Patch, path: readonly Vec3[]): Patch {
  const [a, b, c] = patch.index.slice(0, 3).map(i => patch.positions.slice(i * 3, i * 3 + 3) as unknown as Vec3);
  const n = cross(minus(b, a), minus(c, a));
  const away = minus(a, path[0]);
  if (n[0] * away[0] + n[1] * away[1] + n[2] * away[2] < 0) patch.index.reverse();
  return patch;
}

/** Returns a plate: `outline` ([x, z], in either direction) extruded from y = 0 to `height`. */
export function plate(outline: readonly (readonly [number, number])[], height: number, smoothSides = false): Patch {
  const area = outline.reduce((sum, p, i) => {
    const q = outline[(i + 1) % outline.length];
    return sum + p[0] * q[1] - q[0] * p[1];
  }, 0);
  const points = area > 0 ? outline : [...outline].reverse();
  const contour = points.map(p => new Vector2(p[0], p[1]));
  const triangles = ShapeUtils.triangulateShape(contour, []);
  const faces: Patch[] = [0, height].map((y, top) => ({
    positions: points.flatMap(p => [p[0], y, p[1]]),
    normals: points.flatMap(() => [0, top ? 1 : -1, 0]),
    uvs: points.flatMap(p => [p[0], p[1]]),
    index: triangles.flatMap(([a, b, c]) => (top ? [a, c, b] : [a, b, c])),
  }));
  const sides = points.map((p, i): Patch => {
    const q = points[(i + 1) % points.length];
    return surface(1, 1, (u, v) => [p[0] + (q[0] - p[0]) * u, height * (1 - v), p[1] + (q[1] - p[1]) * u], {
      uv: [Math.hypot(q[0] - p[0], q[1] - p[1]), height],
      flip: false,
    });
  });
  const skirt = joined(...sides);
  const away = skirt.normals[0] * (points[1][1] - points[0][1]) - skirt.normals[2] * (points[1][0] - points[0][0]);
  if (away < 0) {
    skirt.index.reverse();
    skirt.normals = skirt.normals.map(x => -x);
  }
  return joined(...faces, smoothSides ? smoothed(skirt) : skirt);
}

/** Returns a flat rectangle around the origin in the xy plane, facing +z. If `fitted`, its picture fits exactly once. */
export function panel(width: number, height: number, { cell = 10, fitted = false } = {}): Patch {
  return surface(
    Math.max(1, Math.round(width / cell)),
    Math.max(1, Math.round(height / cell)),
    (u, v) => [(u - 0.5) * width, (0.5 - v) * height, 0],
    { uv: fitted ? [1, 1] : [width, height], flip: true },
  );
}
