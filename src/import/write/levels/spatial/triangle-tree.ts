/** Finds the nearest triangle to a point. */
import { MOST_WAITING, TriangleBoxes } from './triangle-boxes.ts';

/** Children that are still to be visited, and how far away they are. */
const stack = new Int32Array(MOST_WAITING);
const stackDistance = new Float64Array(MOST_WAITING);

/**
 * Finds nearest triangles. A query stores its result in the fields.
 *
 * The search is one function that V8 does not put into its callers. It was compiled five times before, and a model of 12,000
 * triangles took longer to compile than to run.
 */
export class TriangleTree {
  readonly boxes: TriangleBoxes;
  /** Of the last result: distance, and the shares of the triangle's second and third corner. */
  distance = 0;
  second = 0;
  third = 0;
  /** Place of the last nearest triangle. The next query is often close to it. */
  #last = 0;

  /** @param positions - 3 a vertex. @param index - 3 a triangle. */
  constructor(positions: ArrayLike<number>, index: ArrayLike<number>) {
    this.boxes = new TriangleBoxes(positions, index);
  }

  /** Forgets the last query, so that a tree that was used before gives the same answers as a new one where several are as near. */
  restart(): this {
    this.#last = 0;
    return this;
  }

  /**
   * Finds the triangle nearest to a point.
   *
   * @param enough - a distance at which the search may stop: any triangle so close is as good as the nearest.
   * @returns its number, or -1 where there is none.
   */
  nearest(x: number, y: number, z: number, enough = 0): number {
    const { bounds: b, count: counts, first: firsts, order, corners: c } = this.boxes;
    if (order.length === 0) return -1;
    const close = enough * enough;
    let best = this.#last;
    let least = Number.POSITIVE_INFINITY;
    let second = 0;
    let third = 0;
    let depth = 0;
    /** Where the search goes on; -1: at the nearest child that waits. */
    let node = 0;
    // The last result first.
    let i = best;
    let end = best + 1;
    for (;;) {
      // Squared distances to triangles (Ericson 2005, "Real-Time Collision Detection", 5.1.5).
      for (; i < end; i++) {
        const at = i * 9;
        const abx = c[at + 3];
        const aby = c[at + 4];
        const abz = c[at + 5];
        const acx = c[at + 6];
        const acy = c[at + 7];
        const acz = c[at + 8];
        const px = x - c[at];
        const py = y - c[at + 1];
        const pz = z - c[at + 2];
        const d1 = abx * px + aby * py + abz * pz;
        const d2 = acx * px + acy * py + acz * pz;
        let v = 0;
        let w = 0;
        if (d1 > 0 || d2 > 0) {
          const bc = abx * acx + aby * acy + abz * acz;
          const d3 = d1 - (abx * abx + aby * aby + abz * abz);
          const d4 = d2 - bc;
          const d5 = d1 - bc;
          const d6 = d2 - (acx * acx + acy * acy + acz * acz);
          const vc = d1 * d4 - d3 * d2;
          const vb = d5 * d2 - d1 * d6;
          const va = d3 * d6 - d5 * d4;
          if (d3 >= 0 && d4 <= d3) v = 1;
          else if (d6 >= 0 && d5 <= d6) w = 1;
          else if (vc <= 0 && d1 >= 0 && d3 <= 0 && d1 > d3) v = d1 / (d1 - d3);
          else if (vb <= 0 && d2 >= 0 && d6 <= 0 && d2 > d6) w = d2 / (d2 - d6);
          else if (va <= 0 && d4 >= d3 && d5 >= d6) {
            w = (d4 - d3) / (d4 - d3 + (d5 - d6) || 1);
            v = 1 - w;
          } else {
            const all = va + vb + vc || 1;
            v = vb / all;
            w = vc / all;
          }
        }
        const dx = px - v * abx - w * acx;
        const dy = py - v * aby - w * acy;
        const dz = pz - v * abz - w * acz;
        const d = dx * dx + dy * dy + dz * dz;
        if (d >= least) continue;
        least = d;
        second = v;
        third = w;
        best = i;
      }
      if (least <= close) break;
      if (node < 0) {
        while (depth > 0 && stackDistance[depth - 1] >= least) depth--;
        if (depth === 0) break;
        node = stack[--depth];
      }
      // Down to a leaf.
      while (counts[node] === 0) {
        let near = node + 1;
        let far = firsts[node];
        let at = near * 6;
        let dx = x < b[at] ? b[at] - x : x > b[at + 3] ? x - b[at + 3] : 0;
        let dy = y < b[at + 1] ? b[at + 1] - y : y > b[at + 4] ? y - b[at + 4] : 0;
        let dz = z < b[at + 2] ? b[at + 2] - z : z > b[at + 5] ? z - b[at + 5] : 0;
        let toNear = dx * dx + dy * dy + dz * dz;
        at = far * 6;
        dx = x < b[at] ? b[at] - x : x > b[at + 3] ? x - b[at + 3] : 0;
        dy = y < b[at + 1] ? b[at + 1] - y : y > b[at + 4] ? y - b[at + 4] : 0;
        dz = z < b[at + 2] ? b[at + 2] - z : z > b[at + 5] ? z - b[at + 5] : 0;
        let toFar = dx * dx + dy * dy + dz * dz;
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
        node = -1;
        while (depth > 0 && stackDistance[depth - 1] >= least) depth--;
        if (depth === 0) break;
        node = stack[--depth];
      }
      if (node < 0) break;
      i = firsts[node];
      end = i + counts[node];
      node = -1;
    }
    this.#last = best;
    this.distance = Math.sqrt(least);
    this.second = second;
    this.third = third;
    return order[best];
  }

  /** The share of the last nearest triangle's corner `k`, 0 to 2, in the nearest place. */
  shareOf(k: number): number {
    return k === 0 ? 1 - this.second - this.third : k === 1 ? this.second : this.third;
  }
}
