/** Finds the nearest triangle to a point or along a ray. */

/** Maximum triangles of a leaf. */
const LEAF = 4;
/** Deeper nodes are split into equal halves, so that the stack below is always deep enough. */
const DEEPEST = 48;

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
const stack = new Int32Array(DEEPEST + 34);
const stackDistance = new Float64Array(stack.length);

/**
 * Bounding boxes over triangles, in flat arrays. `MeshBVH` of three-mesh-bvh gives the same answers, but allocates vectors: an
 * import of 57 models spent 7 of 14 s of processor time in it, and 1 s here.
 *
 * A query stores its result in the fields.
 */
export class TriangleTree {
  /** Of the last result: distance, and the shares of the triangle's second and third corner. */
  distance = 0;
  second = 0;
  third = 0;
  /** 6 a node: smallest, then largest coordinates. */
  readonly #bounds: Float32Array;
  /** A leaf has its first triangle and their count. An inner node has its second child and 0; its first child follows it. */
  readonly #first: Int32Array;
  readonly #count: Int32Array;
  /** The caller's number of each triangle, in the order of the leaves. */
  readonly #order: Uint32Array;
  /** 9 a triangle, in the order of the leaves: first corner, and the way to the two others. */
  readonly #corners: Float64Array;
  /** For each place, the largest node above it with at most `AROUND` triangles. */
  readonly #around: Int32Array;
  /** Place of the last nearest triangle. The next query is often close to it. */
  #last = 0;
  /** Place of the triangle that the last ray of each slot met. */
  readonly #blockers = new Int32Array(SLOTS);
  #nodes = 0;

  /** @param positions - 3 a vertex. @param index - 3 a triangle. */
  constructor(positions: ArrayLike<number>, index: ArrayLike<number>) {
    const count = index.length / 3;
    this.#order = new Uint32Array(count);
    this.#corners = new Float64Array(count * 9);
    this.#around = new Int32Array(count);
    const boxes = new Float32Array(count * 6);
    for (let t = 0; t < count; t++) {
      this.#order[t] = t;
      for (let k = 0; k < 3; k++) {
        const a = positions[index[t * 3] * 3 + k];
        const b = positions[index[t * 3 + 1] * 3 + k];
        const c = positions[index[t * 3 + 2] * 3 + k];
        boxes[t * 6 + k] = Math.min(a, b, c);
        boxes[t * 6 + 3 + k] = Math.max(a, b, c);
      }
    }
    // Each split leaves at least one triangle on either side.
    const nodes = Math.max(1, 2 * count - 1);
    this.#bounds = new Float32Array(nodes * 6);
    this.#first = new Int32Array(nodes);
    this.#count = new Int32Array(nodes);
    if (count > 0) this.#build(boxes, 0, count, 0);
    for (let i = 0; i < count; i++) {
      const t = this.#order[i] * 3;
      for (let k = 0; k < 3; k++) {
        const a = positions[index[t] * 3 + k];
        this.#corners[i * 9 + k] = a;
        this.#corners[i * 9 + 3 + k] = positions[index[t + 1] * 3 + k] - a;
        this.#corners[i * 9 + 6 + k] = positions[index[t + 2] * 3 + k] - a;
      }
    }
  }

  /** Splits at the middle of the longest side. */
  #build(boxes: Float32Array, from: number, to: number, depth: number): void {
    const node = this.#nodes++;
    if (to - from <= AROUND && from < to && this.#around[from] === 0) this.#around.fill(node, from, to);
    const order = this.#order;
    let x0 = Number.POSITIVE_INFINITY;
    let y0 = x0;
    let z0 = x0;
    let x1 = -x0;
    let y1 = -x0;
    let z1 = -x0;
    for (let i = from; i < to; i++) {
      const box = order[i] * 6;
      if (boxes[box] < x0) x0 = boxes[box];
      if (boxes[box + 1] < y0) y0 = boxes[box + 1];
      if (boxes[box + 2] < z0) z0 = boxes[box + 2];
      if (boxes[box + 3] > x1) x1 = boxes[box + 3];
      if (boxes[box + 4] > y1) y1 = boxes[box + 4];
      if (boxes[box + 5] > z1) z1 = boxes[box + 5];
    }
    const bounds = this.#bounds;
    bounds[node * 6] = x0;
    bounds[node * 6 + 1] = y0;
    bounds[node * 6 + 2] = z0;
    bounds[node * 6 + 3] = x1;
    bounds[node * 6 + 4] = y1;
    bounds[node * 6 + 5] = z1;
    if (to - from <= LEAF) {
      this.#first[node] = from;
      this.#count[node] = to - from;
      return;
    }
    const axis = x1 - x0 >= y1 - y0 ? (x1 - x0 >= z1 - z0 ? 0 : 2) : y1 - y0 >= z1 - z0 ? 1 : 2;
    const twice = bounds[node * 6 + axis] + bounds[node * 6 + 3 + axis];
    let middle = depth < DEEPEST ? this.#partition(boxes, from, to, axis, twice) : from;
    if (middle === from || middle === to) middle = (from + to) >> 1;
    this.#build(boxes, from, middle, depth + 1);
    this.#first[node] = this.#nodes;
    this.#build(boxes, middle, to, depth + 1);
  }

  /** Moves triangles whose two bounds add up to less than `twice` before the others. @returns the first of the others. */
  #partition(boxes: Float32Array, from: number, to: number, axis: number, twice: number): number {
    const order = this.#order;
    let middle = from;
    for (let i = from; i < to; i++) {
      const t = order[i];
      if (boxes[t * 6 + axis] + boxes[t * 6 + 3 + axis] >= twice) continue;
      order[i] = order[middle];
      order[middle++] = t;
    }
    return middle;
  }

  /** Forgets the last query, so that a tree that was used before gives the same answers as a new one where several are as near. */
  restart(): this {
    this.#last = 0;
    return this;
  }

  /** Finds the triangle nearest to a point. @returns its number, or -1 where there is none. */
  nearest(x: number, y: number, z: number): number {
    if (this.#order.length === 0) return -1;
    const b = this.#bounds;
    const counts = this.#count;
    const firsts = this.#first;
    let best = this.#last;
    let least = this.#toTriangle(best, x, y, z, Number.POSITIVE_INFINITY);
    let depth = 0;
    let node = 0;
    for (;;) {
      const count = counts[node];
      if (count > 0) {
        for (let i = firsts[node], end = i + count; i < end; i++) {
          const d = this.#toTriangle(i, x, y, z, least);
          if (d >= least) continue;
          least = d;
          best = i;
        }
      } else {
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
      }
      while (depth > 0 && stackDistance[depth - 1] >= least) depth--;
      if (depth === 0) break;
      node = stack[--depth];
    }
    this.#last = best;
    this.distance = Math.sqrt(least);
    return this.#order[best];
  }

  /** The share of the last nearest triangle's corner `k`, 0 to 2, in the nearest place. */
  shareOf(k: number): number {
    return k === 0 ? 1 - this.second - this.third : k === 1 ? this.second : this.third;
  }

  /** Squared distance to a triangle (Ericson 2005, "Real-Time Collision Detection", 5.1.5). Stores the shares if below `least`. */
  #toTriangle(place: number, x: number, y: number, z: number, least: number): number {
    const c = this.#corners;
    const at = place * 9;
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
    const bc = abx * acx + aby * acy + abz * acz;
    let v = 0;
    let w = 0;
    if (d1 > 0 || d2 > 0) {
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
    if (d < least) {
      this.second = v;
      this.third = w;
    }
    return d;
  }

  /**
   * Finds the nearest triangle that a ray meets from behind, `from` to `to` away.
   *
   * @param dx - dx, dy, dz: direction, of length 1.
   * @returns its number, or -1 where there is none.
   */
  behind(x: number, y: number, z: number, dx: number, dy: number, dz: number, from: number, to: number): number {
    const place = this.#search(0, x, y, z, dx, dy, dz, from, to, false);
    return place < 0 ? -1 : this.#order[place];
  }

  /**
   * Finds the nearest one, as `behind`. The triangle that the last ray of the same slot met bounds the search: rays in one direction
   * from neighbouring points mostly meet the same one.
   *
   * @param slot - 0 to 63: the number of the direction.
   */
  behindAsBefore(
    x: number,
    y: number,
    z: number,
    dx: number,
    dy: number,
    dz: number,
    from: number,
    to: number,
    slot: number,
  ): number {
    if (this.#order.length === 0) return -1;
    const last = this.#blockers[slot];
    const d = this.#along(last, x, y, z, dx, dy, dz);
    const known = d >= from && d < to;
    let place = this.#search(0, x, y, z, dx, dy, dz, from, known ? d : to, false);
    if (place < 0 && known) place = last;
    if (place < 0) return -1;
    this.#blockers[slot] = place;
    return this.#order[place];
  }

  /**
   * Whether a ray meets any triangle from behind, `from` to `to` away. It first tries the one that the last ray of the same slot met,
   * then those around it.
   */
  blocks(x: number, y: number, z: number, dx: number, dy: number, dz: number, from: number, to: number, slot: number): boolean {
    if (this.#order.length === 0) return false;
    const last = this.#blockers[slot];
    const d = this.#along(last, x, y, z, dx, dy, dz);
    if (d >= from && d < to) return true;
    const around = this.#around[last];
    let place = around > 0 ? this.#search(around, x, y, z, dx, dy, dz, from, to, true) : -1;
    if (place < 0) place = this.#search(0, x, y, z, dx, dy, dz, from, to, true);
    if (place < 0) return false;
    this.#blockers[slot] = place;
    return true;
  }

  /**
   * Searches a node for the nearest triangle, or for `any` one. @returns the place of a triangle, or -1.
   *
   * The tests of boxes stand in the loop: calls of a function with seven doubles left 160 MB of garbage for 100,000 rays.
   */
  #search(
    node: number,
    x: number,
    y: number,
    z: number,
    dx: number,
    dy: number,
    dz: number,
    from: number,
    to: number,
    any: boolean,
  ): number {
    if (this.#order.length === 0) return -1;
    const b = this.#bounds;
    const counts = this.#count;
    const firsts = this.#first;
    // Finite, because 0 times infinity would lose a ray within a box's side.
    const ix = 1 / (dx || TINY);
    const iy = 1 / (dy || TINY);
    const iz = 1 / (dz || TINY);
    // The sides through which a ray enters and leaves a box.
    const xn = ix < 0 ? 3 : 0;
    const yn = iy < 0 ? 4 : 1;
    const zn = iz < 0 ? 5 : 2;
    const xf = 3 - xn;
    const yf = 5 - yn;
    const zf = 7 - zn;
    let best = -1;
    let least = to;
    let depth = 0;
    for (;;) {
      const count = counts[node];
      if (count > 0) {
        for (let i = firsts[node], end = i + count; i < end; i++) {
          const d = this.#along(i, x, y, z, dx, dy, dz);
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

  /** Distance along a ray to a triangle that it meets from behind, else -1 (Moeller and Trumbore 1997). */
  #along(place: number, x: number, y: number, z: number, dx: number, dy: number, dz: number): number {
    const c = this.#corners;
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
    const ox = x - c[at];
    const oy = y - c[at + 1];
    const oz = z - c[at + 2];
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
}
