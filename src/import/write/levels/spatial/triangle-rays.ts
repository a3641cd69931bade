/** Finds triangles that a ray meets from behind. */
import { MOST_WAITING, type TriangleBoxes } from './triangle-boxes.ts';

/** Share by which a triangle is larger for rays, so that none passes between two neighbours. */
const EDGE = 1e-9;
const TINY = 1e-30;
/** A flat box is as thick as rounding: so much of a distance, and so much more. */
const THICK = 1e-6;
const TOUCH = 1e-9;
/** Number of slots of `blocks`, and maximum triangles that it tries first. */
const SLOTS = 64;
const AROUND = 128;

/** Children that are still to be visited, and how far away they are. */
const stack = new Int32Array(MOST_WAITING);
const stackDistance = new Float64Array(MOST_WAITING);

type Vec3 = ArrayLike<number>;

/**
 * Sends rays through a tree of boxes.
 *
 * A ray lies in `#ray`, because a call with seven doubles allocates them: 100,000 rays left 160 MB of garbage.
 */
export class TriangleRays {
  /** Of the last hit of `behind`. */
  distance = 0;
  readonly #boxes: TriangleBoxes;
  /** For each place, the largest node above it with at most `AROUND` triangles; made when `blocks` needs it. */
  #around: Int32Array | undefined;
  /** Place of the triangle that the last ray of each slot met. */
  readonly #blockers = new Int32Array(SLOTS);
  /** Origin, direction, and distances from which and up to which triangles count. */
  readonly #ray = new Float64Array(8);

  constructor(boxes: TriangleBoxes) {
    this.#boxes = boxes;
  }

  /**
   * Finds the nearest triangle that a ray meets from behind, `from` to `to` away.
   *
   * @param direction - of length 1.
   * @returns its number, or -1 where there is none.
   */
  behind(origin: Vec3, direction: Vec3, from: number, to: number): number {
    this.#aim(origin, direction, from, to);
    const place = this.#search(0, false);
    return place < 0 ? -1 : this.#boxes.order[place];
  }

  /**
   * Finds the nearest one, as `behind`. The triangle that the last ray of the same slot met bounds the search: rays in one direction
   * from neighbouring points mostly meet the same one.
   *
   * @param slot - 0 to 63: the number of the direction.
   */
  behindAsBefore(origin: Vec3, direction: Vec3, from: number, to: number, slot: number): number {
    const { order } = this.#boxes;
    if (order.length === 0) return -1;
    this.#aim(origin, direction, from, to);
    const last = this.#blockers[slot];
    const d = distanceAlong(this.#boxes.corners, last, this.#ray);
    const known = d >= from && d < to;
    if (known) this.#ray[7] = d;
    let place = this.#search(0, false);
    if (place < 0 && known) place = last;
    if (place < 0) return -1;
    this.#blockers[slot] = place;
    return order[place];
  }

  /**
   * Whether a ray meets any triangle from behind, `from` to `to` away. It first tries the one that the last ray of the same slot met,
   * then those around it.
   */
  blocks(origin: Vec3, direction: Vec3, from: number, to: number, slot: number): boolean {
    if (this.#boxes.order.length === 0) return false;
    this.#aim(origin, direction, from, to);
    const last = this.#blockers[slot];
    const d = distanceAlong(this.#boxes.corners, last, this.#ray);
    if (d >= from && d < to) return true;
    const around = (this.#around ??= nodesAround(this.#boxes))[last];
    let place = around > 0 ? this.#search(around, true) : -1;
    if (place < 0) place = this.#search(0, true);
    if (place < 0) return false;
    this.#blockers[slot] = place;
    return true;
  }

  #aim(origin: Vec3, direction: Vec3, from: number, to: number): void {
    const ray = this.#ray;
    ray[0] = origin[0];
    ray[1] = origin[1];
    ray[2] = origin[2];
    ray[3] = direction[0];
    ray[4] = direction[1];
    ray[5] = direction[2];
    ray[6] = from;
    ray[7] = to;
  }

  /** Searches a node for the nearest triangle, or for `any` one. @returns the place of a triangle, or -1. */
  #search(node: number, any: boolean): number {
    const { bounds: b, count: counts, first: firsts, order, corners } = this.#boxes;
    if (order.length === 0) return -1;
    const ray = this.#ray;
    const x = ray[0];
    const y = ray[1];
    const z = ray[2];
    const from = ray[6];
    // Finite, because 0 times infinity would lose a ray within a box's side.
    const ix = 1 / (ray[3] || TINY);
    const iy = 1 / (ray[4] || TINY);
    const iz = 1 / (ray[5] || TINY);
    // The sides through which a ray enters and leaves a box.
    const xn = ix < 0 ? 3 : 0;
    const yn = iy < 0 ? 4 : 1;
    const zn = iz < 0 ? 5 : 2;
    const xf = 3 - xn;
    const yf = 5 - yn;
    const zf = 7 - zn;
    let best = -1;
    let least = ray[7];
    let depth = 0;
    for (;;) {
      const count = counts[node];
      if (count > 0) {
        for (let i = firsts[node], end = i + count; i < end; i++) {
          const d = distanceAlong(corners, i, ray);
          if (!(d >= from && d < least)) continue;
          least = d;
          best = i;
          if (any) break;
        }
        if (any && best >= 0) break;
      } else {
        let near = node + 1;
        let far = firsts[node];
        // Distance at which the ray enters a box, 0 where it starts within; infinite where it does not within `least`.
        let at = near * 6;
        let enter = Math.max(0, (b[at + xn] - x) * ix, (b[at + yn] - y) * iy, (b[at + zn] - z) * iz);
        let leave = Math.min(least, (b[at + xf] - x) * ix, (b[at + yf] - y) * iy, (b[at + zf] - z) * iz);
        let toNear = enter <= leave * (1 + THICK) + TOUCH ? enter : Number.POSITIVE_INFINITY;
        at = far * 6;
        enter = Math.max(0, (b[at + xn] - x) * ix, (b[at + yn] - y) * iy, (b[at + zn] - z) * iz);
        leave = Math.min(least, (b[at + xf] - x) * ix, (b[at + yf] - y) * iy, (b[at + zf] - z) * iz);
        let toFar = enter <= leave * (1 + THICK) + TOUCH ? enter : Number.POSITIVE_INFINITY;
        if (toFar < toNear) {
          const closer = far;
          far = near;
          near = closer;
          const distance = toFar;
          toFar = toNear;
          toNear = distance;
        }
        if (toFar < least) {
          stack[depth] = far;
          stackDistance[depth++] = toFar;
        }
        if (toNear < least) {
          node = near;
          continue;
        }
      }
      while (depth > 0 && stackDistance[depth - 1] >= least) depth--;
      if (depth === 0) break;
      node = stack[--depth];
    }
    this.distance = least;
    return best;
  }
}

/**
 * Returns the distance along a ray to a triangle that it meets from behind, else -1 (Moeller and Trumbore 1997).
 *
 * @param c - 9 a triangle: first corner, and the way to the two others. @param ray - origin, and direction of length 1.
 */
export function distanceAlong(c: Float64Array, place: number, ray: Float64Array): number {
  const dx = ray[3];
  const dy = ray[4];
  const dz = ray[5];
  const at = place * 9;
  const abx = c[at + 3];
  const aby = c[at + 4];
  const abz = c[at + 5];
  const acx = c[at + 6];
  const acy = c[at + 7];
  const acz = c[at + 8];
  const nx = aby * acz - abz * acy;
  const ny = abz * acx - abx * acz;
  const nz = abx * acy - aby * acx;
  const along = dx * nx + dy * ny + dz * nz;
  if (!(along > 0)) return -1;
  const ox = ray[0] - c[at];
  const oy = ray[1] - c[at + 1];
  const oz = ray[2] - c[at + 2];
  const t = -(ox * nx + oy * ny + oz * nz);
  if (t < 0) return -1;
  const mx = oy * dz - oz * dy;
  const my = oz * dx - ox * dz;
  const mz = ox * dy - oy * dx;
  const v = -(acx * mx + acy * my + acz * mz);
  const edge = along * EDGE;
  if (v < -edge) return -1;
  const w = abx * mx + aby * my + abz * mz;
  if (w < -edge || v + w > along + edge) return -1;
  return t / along;
}

/** Returns for each place the largest node above it with at most `AROUND` triangles. */
function nodesAround({ first, count, order }: TriangleBoxes): Int32Array {
  const out = new Int32Array(order.length);
  /** Fills in the places below a node. @returns the place after its last. */
  const fill = (node: number, from: number): number => {
    const to = count[node] > 0 ? from + count[node] : fill(first[node], fill(node + 1, from));
    if (to - from <= AROUND) out.fill(node, from, to);
    return to;
  };
  fill(0, 0);
  return out;
}
