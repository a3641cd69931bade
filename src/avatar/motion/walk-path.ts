/** Paths that avatars walk, and positions on them. */

/**
 * A closed loop that an avatar walks: straight lines between given points, with rounded corners so that the heading never jumps.
 * Where the path reverses, the walker turns within half a metre.
 * The path is measured once; a position at any distance is then a table look-up.
 */
export interface WalkPath {
  /** Metres around the loop; 0 if all points coincide. */
  readonly length: number;
  /**
   * 5 numbers a sample at equal distances, the first sample repeated at the end: x y z, direction x, direction z (unit length).
   */
  readonly samples: Float32Array;
}

type Point = readonly [number, number, number];

/** Maximum distance from a corner at which rounding starts, metres. It is at most half of a side. */
const CORNER = 0.6;
/** Metres between samples. */
const SPACING = 0.05;
/** A longer loop is sampled more coarsely. */
const MAX_SAMPLES = 4096;
const STRIDE = 5;

/**
 * Builds a path.
 *
 * @param points - at least one, in metres. A point less than 1 mm from the previous one is dropped.
 */
export function createWalkPath(points: readonly Point[]): WalkPath {
  const corners = points.filter((p, i) => distance(p, points[(i + points.length - 1) % points.length]) > 1e-3);
  if (corners.length < 2) return { length: 0, samples: Float32Array.of(...(points[0] ?? [0, 0, 0]), 0, 1) };
  return measure(rounded(corners));
}

/** Rounds each corner to a short parabola (quadratic Bezier). It returns a polyline with the first point repeated at the end. */
function rounded(corners: readonly Point[]): Point[] {
  const n = corners.length;
  const line: Point[] = [];
  corners.forEach((corner, i) => {
    const before = corners[(i + n - 1) % n];
    const after = corners[(i + 1) % n];
    const from = towards(corner, before, Math.min(CORNER, distance(corner, before) / 2));
    const to = towards(corner, after, Math.min(CORNER, distance(corner, after) / 2));
    for (let k = 0; k <= 16; k++) {
      const f = k / 16;
      line.push(mix(mix(from, corner, f), mix(corner, to, f), f));
    }
  });
  line.push(line[0]);
  return line;
}

function measure(line: readonly Point[]): WalkPath {
  const along = new Float64Array(line.length);
  for (let i = 1; i < line.length; i++) along[i] = along[i - 1] + distance(line[i - 1], line[i]);
  const length = along[line.length - 1];
  const count = Math.max(8, Math.min(MAX_SAMPLES, Math.ceil(length / SPACING)));
  const samples = new Float32Array((count + 1) * STRIDE);
  for (let s = 0, i = 0; s <= count; s++) {
    const at = (s / count) * length;
    while (i < line.length - 2 && along[i + 1] < at) i++;
    const span = along[i + 1] - along[i];
    samples.set(mix(line[i], line[i + 1], span > 0 ? (at - along[i]) / span : 0), s * STRIDE);
  }
  writeDirections(samples, count);
  softenTurns(samples, count, length / count);
  return { length, samples };
}

/** Computes each sample's direction from its neighbours, across the end as well. */
function writeDirections(samples: Float32Array, count: number): void {
  for (let s = 0; s <= count; s++) {
    const a = ((s + count - 1) % count) * STRIDE;
    const b = ((s + 1) % count) * STRIDE;
    const x = samples[b] - samples[a];
    const z = samples[b + 2] - samples[a + 2];
    const size = Math.hypot(x, z) || 1;
    samples[s * STRIDE + 3] = x / size;
    samples[s * STRIDE + 4] = z / size;
  }
}

/** A larger change of heading between two samples is a jump. Radians. */
const JUMP = 0.6;
/** Metres before and after a jump that the turn takes. */
const TURN = 0.25;

/** Smooths jumps of the heading: each sample nearby takes the mean of the headings around it. */
function softenTurns(samples: Float32Array, count: number, spacing: number): void {
  const headings = new Float64Array(count);
  let jumps = false;
  // Unwrapped, so that means are valid. A sample without horizontal motion keeps the previous heading.
  let heading = Math.atan2(samples[3], samples[4]);
  for (let s = 0; s < count; s++) {
    const from = s * STRIDE;
    const x = samples[from + STRIDE] - samples[from];
    const z = samples[from + STRIDE + 2] - samples[from + 2];
    const turned = Math.hypot(x, z) > 0.3 * spacing ? wrap(Math.atan2(x, z) - heading) : 0;
    heading += turned;
    headings[s] = heading;
    jumps ||= Math.abs(turned) > JUMP;
  }
  // The heading continues across the end, by the number of turns that the loop makes.
  const round = Math.round((heading - headings[0] + wrap(headings[0] - heading)) / (2 * Math.PI)) * 2 * Math.PI;
  const at = (s: number) => headings[((s % count) + count) % count] + Math.floor(s / count) * round;
  jumps ||= Math.abs(at(count) - at(count - 1)) > JUMP;
  if (!jumps) return;
  const reach = Math.max(1, Math.min(count >> 2, Math.round(TURN / spacing)));
  for (let s = 0; s <= count; s++) {
    let sum = 0;
    let near = false;
    for (let k = s - reach; k < s + reach; k++) {
      sum += at(k);
      near ||= Math.abs(at(k) - at(k - 1)) > JUMP;
    }
    if (!near) continue;
    samples[s * STRIDE + 3] = Math.sin(sum / (2 * reach));
    samples[s * STRIDE + 4] = Math.cos(sum / (2 * reach));
  }
}

/** Wraps an angle to -pi..pi. */
function wrap(angle: number): number {
  return angle - Math.round(angle / (2 * Math.PI)) * 2 * Math.PI;
}

/** A position on a path. */
export interface Walk {
  readonly path: WalkPath;
  /** Speed in m/s. */
  readonly speed: number;
  /** Distance along the path in metres; any number is valid. */
  metres: number;
}

/**
 * Writes the walk's position and heading to `out`: x y z, heading. Allocates nothing.
 * The heading is the angle about y from +z (where a figure faces) to the direction.
 */
export function walkTo({ path: { length, samples }, metres }: Walk, out: Float32Array): void {
  const count = samples.length / STRIDE - 1;
  const place = length > 0 ? (((metres / length) % 1) + 1) % 1 : 0;
  const at = place * count;
  const a = Math.min(Math.floor(at), Math.max(0, count - 1)) * STRIDE;
  const b = count > 0 ? a + STRIDE : a;
  const f = at - a / STRIDE;
  for (let k = 0; k < 3; k++) out[k] = samples[a + k] + (samples[b + k] - samples[a + k]) * f;
  out[3] = Math.atan2(
    samples[a + 3] + (samples[b + 3] - samples[a + 3]) * f,
    samples[a + 4] + (samples[b + 4] - samples[a + 4]) * f,
  );
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
}

function mix(a: Point, b: Point, f: number): Point {
  return [a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f, a[2] + (b[2] - a[2]) * f];
}

function towards(a: Point, b: Point, metres: number): Point {
  return mix(a, b, metres / distance(a, b));
}
