/** Bounding boxes over triangles, in flat arrays. */

/** Maximum triangles of a leaf. */
const LEAF = 4;
/** Deeper nodes are split into equal halves, so that the stack of a search is always deep enough. */
const DEEPEST = 48;
/** Nodes that a search may have to visit later, at most. */
export const MOST_WAITING = DEEPEST + 34;
/** Bins of the search for a split by cost. */
const BINS = 16;

/** Bounds of a box: smallest, then largest coordinates. */
type Box = Float64Array;

/**
 * A tree of boxes. `MeshBVH` of three-mesh-bvh gives the same answers, but allocates vectors: an import of 57 models spent 7 of 14 s
 * of processor time in it, and 1 s here.
 */
export class TriangleBoxes {
  /** 6 a node: smallest, then largest coordinates. */
  readonly bounds: Float32Array;
  /** A leaf has its first triangle and their count. An inner node has its second child and 0; its first child follows it. */
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** The caller's number of each triangle, in the order of the leaves. */
  readonly order: Uint32Array;
  /** 9 a triangle, in the order of the leaves: first corner, and the way to the two others. */
  readonly corners: Float64Array;
  readonly #byCost: boolean;
  /** Bounds of each triangle, as in `bounds`. */
  readonly #boxes: Float32Array;
  #nodes = 0;

  /**
   * @param positions - 3 a vertex.
   * @param index - 3 a triangle.
   * @param byCost - splits where searches take least (surface area heuristic: MacDonald and Booth 1990), not in the middle. It takes
   *   twice as long to build, and a third less for each ray.
   */
  constructor(positions: ArrayLike<number>, index: ArrayLike<number>, byCost = false) {
    const count = index.length / 3;
    this.#byCost = byCost;
    this.order = new Uint32Array(count);
    this.#boxes = new Float32Array(count * 6);
    // Each split leaves at least one triangle on either side.
    const nodes = Math.max(1, 2 * count - 1);
    this.bounds = new Float32Array(nodes * 6);
    this.first = new Int32Array(nodes);
    this.count = new Int32Array(nodes);
    this.#measure(positions, index);
    if (count > 0) {
      boundsOf(waiting[0], this.#boxes, this.order, 0, count);
      this.#build(0, count, 0, waiting[0]);
    }
    this.corners = cornersOf(positions, index, this.order);
  }

  #measure(positions: ArrayLike<number>, index: ArrayLike<number>): void {
    const boxes = this.#boxes;
    for (let t = 0; t < this.order.length; t++) {
      this.order[t] = t;
      const i = index[t * 3] * 3;
      const j = index[t * 3 + 1] * 3;
      const l = index[t * 3 + 2] * 3;
      for (let k = 0; k < 3; k++) {
        const a = positions[i + k];
        const b = positions[j + k];
        const c = positions[l + k];
        boxes[t * 6 + k] = a < b ? (a < c ? a : c) : b < c ? b : c;
        boxes[t * 6 + 3 + k] = a > b ? (a > c ? a : c) : b > c ? b : c;
      }
    }
  }

  /** @param box - bounds of these triangles. */
  #build(from: number, to: number, depth: number, box: Box): void {
    const node = this.#nodes++;
    this.bounds.set(box, node * 6);
    if (to - from <= LEAF) {
      this.first[node] = from;
      this.count[node] = to - from;
      return;
    }
    // The second child's bounds wait until the first child is built.
    const right = (waiting[depth + 1] ??= emptyBox());
    let middle = from;
    if (depth < DEEPEST) {
      if (this.#byCost) middle = this.#splitByCost(from, to, right);
      if (middle === from || middle === to) {
        const x = box[3] - box[0];
        const y = box[4] - box[1];
        const z = box[5] - box[2];
        const axis = x >= y ? (x >= z ? 0 : 2) : y >= z ? 1 : 2;
        middle = this.#partition(from, to, axis, box[axis] + box[axis + 3], right);
      }
    }
    const halves = middle === from || middle === to;
    if (halves) {
      middle = (from + to) >> 1;
      boundsOf(left, this.#boxes, this.order, from, middle);
      boundsOf(right, this.#boxes, this.order, middle, to);
    }
    this.#build(from, middle, depth + 1, left);
    this.first[node] = this.#nodes;
    this.#build(middle, to, depth + 1, right);
  }

  /**
   * Moves triangles whose two bounds add up to less than `twice` before the others.
   *
   * @param right - becomes the bounds of the others, and `left` of those.
   * @returns the first of the others.
   */
  #partition(from: number, to: number, axis: number, twice: number, right: Box): number {
    const { order } = this;
    const boxes = this.#boxes;
    empty(left);
    empty(right);
    let middle = from;
    for (let i = from; i < to; i++) {
      const t = order[i];
      const at = t * 6;
      if (boxes[at + axis] + boxes[at + 3 + axis] >= twice) {
        include(right, boxes, at);
        continue;
      }
      include(left, boxes, at);
      order[i] = order[middle];
      order[middle++] = t;
    }
    return middle;
  }

  /** Splits where the sides' areas times their triangles are least, along the axis on which the middles are farthest apart. */
  #splitByCost(from: number, to: number, right: Box): number {
    middlesOf(this.#boxes, this.order, from, to);
    const x = middles[3] - middles[0];
    const y = middles[4] - middles[1];
    const z = middles[5] - middles[2];
    const axis = x >= y ? (x >= z ? 0 : 2) : y >= z ? 1 : 2;
    const least = middles[axis];
    const width = (middles[axis + 3] - least) / BINS;
    if (!(width > 0)) return from;
    fillBins(this.#boxes, this.order, from, to, axis, least, width);
    const bin = cheapestBin(to - from, right);
    return bin < 0 ? from : this.#partition(from, to, axis, least + width * (bin + 1), right);
  }
}

/** Returns 9 numbers for each triangle, in an order of their numbers: its first corner, and the way to the two others. */
export function cornersOf(positions: ArrayLike<number>, index: ArrayLike<number>, order: ArrayLike<number>): Float64Array {
  const corners = new Float64Array(order.length * 9);
  for (let i = 0; i < order.length; i++) {
    const t = order[i] * 3;
    const a = index[t] * 3;
    const b = index[t + 1] * 3;
    const c = index[t + 2] * 3;
    for (let k = 0; k < 3; k++) {
      const corner = positions[a + k];
      corners[i * 9 + k] = corner;
      corners[i * 9 + 3 + k] = positions[b + k] - corner;
      corners[i * 9 + 6 + k] = positions[c + k] - corner;
    }
  }
  return corners;
}

// Each loop has a function of its own: V8 compiles a long function anew for each of its loops.

/** Writes the bounds of the triangles' middles, twice as large, to `middles`. */
function middlesOf(boxes: Float32Array, order: Uint32Array, from: number, to: number): void {
  empty(middles);
  for (let i = from; i < to; i++) {
    const at = order[i] * 6;
    for (let k = 0; k < 3; k++) {
      const twice = boxes[at + k] + boxes[at + 3 + k];
      if (twice < middles[k]) middles[k] = twice;
      if (twice > middles[k + 3]) middles[k + 3] = twice;
    }
  }
}

function fillBins(
  boxes: Float32Array,
  order: Uint32Array,
  from: number,
  to: number,
  axis: number,
  least: number,
  width: number,
): void {
  binned.fill(0);
  for (let b = 0; b < BINS; b++) empty(bins[b]);
  for (let i = from; i < to; i++) {
    const at = order[i] * 6;
    const bin = Math.min(BINS - 1, Math.floor((boxes[at + axis] + boxes[at + 3 + axis] - least) / width));
    binned[bin]++;
    include(bins[bin], boxes, at);
  }
}

/** @param count - of all triangles. @param box - scratch. @returns the bin behind which a split costs least; -1 for none. */
function cheapestBin(count: number, box: Box): number {
  empty(box);
  for (let b = 0, n = 0; b < BINS - 1; b++) {
    include(box, bins[b], 0);
    n += binned[b];
    costs[b] = n * halfArea(box);
  }
  empty(box);
  let best = -1;
  let lowest = Number.POSITIVE_INFINITY;
  for (let b = BINS - 2, n = 0; b >= 0; b--) {
    include(box, bins[b + 1], 0);
    n += binned[b + 1];
    const cost = costs[b] + n * halfArea(box);
    if (n === 0 || n === count || cost >= lowest) continue;
    lowest = cost;
    best = b;
  }
  return best;
}

/** Bounds of the first child, until its own node has them, and of the second one by depth. */
const left = emptyBox();
const waiting: Box[] = [emptyBox()];

/** Scratch of `#splitByCost`. */
const bins: readonly Box[] = Array.from({ length: BINS }, () => emptyBox());
const binned = new Int32Array(BINS);
const costs = new Float64Array(BINS);
const middles = emptyBox();

function emptyBox(): Box {
  return empty(new Float64Array(6));
}

function empty(box: Box): Box {
  box[0] = box[1] = box[2] = Number.POSITIVE_INFINITY;
  box[3] = box[4] = box[5] = Number.NEGATIVE_INFINITY;
  return box;
}

function boundsOf(out: Box, boxes: Float32Array, order: Uint32Array, from: number, to: number): void {
  empty(out);
  for (let i = from; i < to; i++) include(out, boxes, order[i] * 6);
}

/** Enlarges a box by the one whose bounds stand at `at`. */
function include(box: Box, boxes: ArrayLike<number>, at: number): void {
  if (boxes[at] < box[0]) box[0] = boxes[at];
  if (boxes[at + 1] < box[1]) box[1] = boxes[at + 1];
  if (boxes[at + 2] < box[2]) box[2] = boxes[at + 2];
  if (boxes[at + 3] > box[3]) box[3] = boxes[at + 3];
  if (boxes[at + 4] > box[4]) box[4] = boxes[at + 4];
  if (boxes[at + 5] > box[5]) box[5] = boxes[at + 5];
}

/** Half the surface of a box; 0 where it is empty. */
function halfArea(box: Box): number {
  const x = box[3] - box[0];
  const y = box[4] - box[1];
  const z = box[5] - box[2];
  return x >= 0 ? x * y + y * z + z * x : 0;
}
