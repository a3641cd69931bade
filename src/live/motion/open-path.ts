/** A way that is walked once, from its first point to its last, in straight lines. */
export interface OpenPath {
  /** x y z of each point, metres. */
  readonly points: Float32Array;
  /** Metres from the first point to each. */
  readonly along: Float32Array;
  readonly length: number;
}

type Point = readonly [number, number, number];

/** @param points - at least one. Points within 1 mm of the one before are left out. */
export function createOpenPath(points: readonly Point[]): OpenPath {
  const kept = points.filter((p, i) => i === 0 || distance(p, points[i - 1]) > 1e-3);
  const along = new Float32Array(kept.length);
  for (let i = 1; i < kept.length; i++) along[i] = along[i - 1] + distance(kept[i], kept[i - 1]);
  return { points: Float32Array.from(kept.flat()), along, length: along[kept.length - 1] };
}

/**
 * Writes the place after `metres`, at most the end: `out` = x y z, heading. The heading is the angle about y from +z to the direction of
 * the way; it stays as it was if the way has no direction. Allocates nothing.
 */
export function placeOnPath({ points, along }: OpenPath, metres: number, out: Float32Array): void {
  const last = along.length - 1;
  let i = 0;
  while (i < last - 1 && along[i + 1] < metres) i++;
  const a = i * 3;
  const b = Math.min(i + 1, last) * 3;
  const span = along[Math.min(i + 1, last)] - along[i];
  const f = span > 0 ? Math.min(1, Math.max(0, (metres - along[i]) / span)) : 0;
  for (let k = 0; k < 3; k++) out[k] = points[a + k] + (points[b + k] - points[a + k]) * f;
  const x = points[b] - points[a];
  const z = points[b + 2] - points[a + 2];
  if (x * x + z * z > 1e-8) out[3] = Math.atan2(x, z);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
