/** Finds triangles that are never visible. */
import { type PackedPart, placeKey } from '../meshes/packed-part.ts';
import { TriangleBoxes } from './triangle-boxes.ts';
import { TriangleRays } from './triangle-rays.ts';

/** A part, and the product's joint numbers for its JOINTS_0; none where it is rigid. */
export interface PartOfModel {
  readonly part: PackedPart;
  readonly joints: readonly number[];
}

/** View directions, spread over the sphere (Fibonacci lattice). */
const DIRECTIONS = Array.from({ length: 64 }, (_, i) => {
  const y = 1 - (2 * i + 1) / 64;
  const turn = i * Math.PI * (3 - Math.sqrt(5));
  return [Math.sqrt(1 - y * y) * Math.cos(turn), y, Math.sqrt(1 - y * y) * Math.sin(turn)] as const;
});
/** Some of them, for the many triangles that are not hidden. */
const FEW = [...DIRECTIONS.keys()].filter(i => i % 3 === 1);
/** Sample points on a triangle, as shares of its corners: its middle and near each corner. */
const SAMPLES: readonly Shares[] = [
  [1 / 3, 1 / 3, 1 / 3],
  [0.8, 0.1, 0.1],
  [0.1, 0.8, 0.1],
  [0.1, 0.1, 0.8],
];
/** The same for a large triangle of a rigid part: close to its border as well. A drawer may cover all of a panel but its rim. */
const MANY_SAMPLES: readonly Shares[] = [
  ...SAMPLES,
  ...[0, 1, 2].flatMap(k =>
    [0.02, 0.5].map((share): Shares => {
      const border = [(1 - share) * 0.98, share * 0.98, 0.02] as const;
      return [border[k], border[(k + 1) % 3], border[(k + 2) % 3]];
    }),
  ),
];
/** A triangle is large if an edge is longer, in units of the quantization volume. */
const LARGE = 0.25;
type Shares = readonly [number, number, number];
/**
 * Maximum distance of a hiding surface, in units of the quantization volume (half the model's extent): a scalp in a helmet, a
 * shirt under a coat. A viewer may stand between a surface and a wall that is farther away.
 */
const NEAR = 0.3;
/** The same for a figure at rest: nobody stands in one, so the far side of a head hides the near side's inside. */
const NEAR_IN_FIGURE = 1;
const TOUCHING = 1e-4;
/** Two triangles move together when their joints share at least this much weight. */
const TOGETHER = 0.5;
/** At smaller angles to the surface, nothing is visible. */
const GRAZING = 0.05;
/**
 * Maximum rays for a model and for each triangle. The limit gives the same bytes on every machine; unchecked triangles count as
 * visible. (A ray takes 3 to 5 microseconds: without a limit, 150,000 triangles took 54 % of 22 s.)
 */
const RAYS = 400_000;
const RAYS_PER_TRIANGLE = 1;
/** Number of triangles that are tried first in larger parts. Where fewer than 2 % of them are hidden, the search stops. */
const TRIED = 200;
const WORTH = 0.02;

/**
 * Finds triangles that are never visible from outside the model, because another surface lies close above them and moves with
 * them. Coarser levels leave them out: their surfaces move by up to the level's error, so hidden triangles would show through.
 *
 * Opaque surfaces hide. Surfaces with morph targets neither hide nor are hidden, because a mouth opens. Neighbours of a visible
 * triangle count as visible.
 *
 * @returns for each part, 1 for each hidden triangle.
 */
export const hiddenTriangles = (parts: readonly PartOfModel[]): Uint8Array[] => hiddenFrom(new Sight(parts), parts, () => true);

function hiddenFrom(sight: Sight, parts: readonly PartOfModel[], isWanted: (part: PartOfModel) => boolean): Uint8Array[] {
  const out = parts.map(({ part }) => new Uint8Array(part.index.length / 3));
  for (const [p, part] of parts.entries()) {
    const count = out[p].length;
    if (part.part.morphs.length > 0 || !isWanted(part) || !hasHidden(sight, p, count)) continue;
    // Each part has its own share of rays, so that early parts leave some for the last.
    const until = sight.rays + (RAYS * count) / sight.triangles + RAYS_PER_TRIANGLE * count;
    for (let t = 0; t < count && sight.rays < until; t++) out[p][t] = sight.isHidden(p, t) ? 1 : 0;
  }
  return withoutBorders(parts, out);
}

/** `triangleVisibility` of a triangle that hardly any direction shows, and of one that few directions show. */
export const HARDLY_SEEN = 1;
export const SELDOM_SEEN = 2;
/** A triangle that fewer of its directions show is hardly seen. */
const HARDLY = 0.04;
/**
 * A triangle that fewer of its directions show is seldom seen: the back of a head in an open helmet. Joints do not count here: a
 * helmet may have a joint of its own, and a limb that hangs beside a body hides less than this.
 */
const SELDOM = 0.25;
/** Models with more triangles have no seldom seen ones: each place of a triangle takes up to 21 rays. */
const EXPOSED = 20_000;

/**
 * Finds out which triangles are seen: 0, `HARDLY_SEEN` (`hiddenTriangles` among them) or `SELDOM_SEEN`. Coarser levels leave out the
 * first, and those with few triangles both. There, surfaces move by more than the gap between a head and its helmet. Only figures have
 * seldom seen triangles: the middle of a cabinet's side may lie behind a drawer while its rim shows.
 *
 * In rigid parts only what is never visible is left out. People sit down and look under tables: without its seldom seen triangles the
 * lounge's fireplace had a ragged mantel, and shelves had no undersides (similarity to all triangles 0.976, seen from 5 m).
 *
 * A triangle counts only where all of ten places on it do, also close to its border. By its middle alone, a cheek of which an eye covers
 * the middle was left out, and faces had holes: half of the Knight's triangles were similar to the finest by 0.924, not 0.953.
 */
export function triangleVisibility(parts: readonly PartOfModel[]): Uint8Array[] {
  const sight = new Sight(parts);
  // What is hidden is exposed to no direction, so one search is enough.
  const isExposed = ({ part, joints }: PartOfModel): boolean =>
    sight.triangles <= EXPOSED && part.morphs.length === 0 && joints.length > 0;
  const out = hiddenFrom(sight, parts, part => !isExposed(part));
  for (const [p, part] of parts.entries()) {
    if (!isExposed(part)) continue;
    for (let t = 0; t < out[p].length; t++) out[p][t] = sight.exposure(p, t);
  }
  return out;
}

function hasHidden(sight: Sight, part: number, count: number): boolean {
  if (count <= TRIED) return true;
  let hidden = 0;
  // A hidden triangle takes all rays, a visible one few. So the search ends as soon as enough are found.
  for (let i = 0; i < TRIED && hidden < TRIED * WORTH; i++) if (sight.isHidden(part, Math.floor((i * count) / TRIED))) hidden++;
  return hidden >= TRIED * WORTH;
}

/** Looks at triangles from all directions. */
class Sight {
  readonly triangles: number;
  rays = 0;
  readonly #parts: readonly PartOfModel[];
  readonly #covers: Covers;
  readonly #triangle = new Triangle();
  /** How much the last triangle faces each of `FEW`. */
  readonly #facing = new Float64Array(FEW.length);
  /** Numbers of `FEW`, those that it faces most first. */
  readonly #order = new Uint8Array(FEW.length);
  /** The direction from which the last triangle was visible. Its neighbour mostly is too. */
  #seenFrom = 0;

  constructor(parts: readonly PartOfModel[]) {
    this.#parts = parts;
    this.#covers = new Covers(parts);
    this.triangles = parts.reduce((sum, { part }) => sum + part.index.length / 3, 0);
  }

  isHidden(p: number, t: number): boolean {
    const { part } = this.#parts[p];
    const triangle = this.#triangle;
    triangle.read(part, t);
    if (triangle.isFlat) return false;
    this.#covers.moving(p, t);
    for (const shares of this.#parts[p].joints.length === 0 && triangle.isLarge ? MANY_SAMPLES : SAMPLES) {
      triangle.moveTo(shares);
      for (let i = 0; i < DIRECTIONS.length; i++) {
        const d = (this.#seenFrom + i) % DIRECTIONS.length;
        const facing = triangle.faces(DIRECTIONS[d]);
        if ((part.material.doubleSided ? Math.abs(facing) : facing) < GRAZING) continue;
        this.rays++;
        if (!this.#covers.hide(triangle.point, d)) {
          this.#seenFrom = d;
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Returns how well a triangle is seen: 0, `HARDLY_SEEN` or `SELDOM_SEEN`, by the share of the directions in front of it from which a
   * place on it is visible, weighed by the area that each sees: of the place that is seen best. It stops when the answer is known: most
   * triangles need four rays.
   */
  exposure(p: number, t: number): number {
    const { part } = this.#parts[p];
    const triangle = this.#triangle;
    triangle.read(part, t);
    if (triangle.isFlat) return 0;
    this.#covers.moving(p, t);
    const all = this.#face(part.material.doubleSided);
    if (!(all > 0)) return 0;
    const order = this.#order;
    let found: number = HARDLY_SEEN;
    for (const shares of MANY_SAMPLES) {
      triangle.moveTo(shares);
      let open = 0;
      let rest = all;
      for (let i = 0; i < order.length; i++) {
        const d = order[i];
        const facing = this.#facing[d];
        // What the other directions can still add would change nothing.
        if (facing < GRAZING || open + rest < all * (found === HARDLY_SEEN ? HARDLY : SELDOM)) break;
        rest -= facing;
        if (this.#covers.hideAtRest(triangle.point, FEW[d])) continue;
        open += facing;
        if (open >= all * SELDOM) return 0;
        if (open >= all * HARDLY) found = SELDOM_SEEN;
      }
    }
    return found;
  }

  /** Computes how much the triangle faces each of `FEW`, and orders them by it. @returns the sum. */
  #face(doubleSided: boolean): number {
    const facing = this.#facing;
    const order = this.#order;
    let all = 0;
    for (let d = 0; d < FEW.length; d++) {
      const cosine = this.#triangle.faces(DIRECTIONS[FEW[d]]);
      facing[d] = Math.max(0, doubleSided ? Math.abs(cosine) : cosine);
      all += facing[d];
      let at = d;
      for (; at > 0 && facing[order[at - 1]] < facing[d]; at--) order[at] = order[at - 1];
      order[at] = d;
    }
    return all;
  }
}

/** Corners and unit normal of a triangle, and a point on it. */
class Triangle {
  /** 3 numbers of the point that `moveTo` chose. */
  readonly point = new Float64Array(3);
  readonly #corners = new Float64Array(9);
  readonly #normal = new Float64Array(3);

  read({ index, attributes: { POSITION } }: PackedPart, triangle: number): void {
    const c = this.#corners;
    for (let k = 0; k < 9; k++) c[k] = POSITION.data[index[triangle * 3 + ((k / 3) | 0)] * 3 + (k % 3)] / 32767;
    const n = this.#normal;
    for (let k = 0; k < 3; k++) {
      const [y, z] = [(k + 1) % 3, (k + 2) % 3];
      n[k] = (c[3 + y] - c[y]) * (c[6 + z] - c[z]) - (c[3 + z] - c[z]) * (c[6 + y] - c[y]);
    }
    const length = Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) || 1;
    for (let k = 0; k < 3; k++) n[k] /= length;
  }

  /** Whether the triangle has no area. */
  get isFlat(): boolean {
    return this.#normal[0] === 0 && this.#normal[1] === 0 && this.#normal[2] === 0;
  }

  /** Whether an edge is long. */
  get isLarge(): boolean {
    const c = this.#corners;
    for (let k = 0; k < 9; k += 3) {
      const to = (k + 3) % 9;
      if ((c[to] - c[k]) ** 2 + (c[to + 1] - c[k + 1]) ** 2 + (c[to + 2] - c[k + 2]) ** 2 > LARGE * LARGE) return true;
    }
    return false;
  }

  /** Cosine of the angle between the normal and a direction. */
  faces(direction: readonly [number, number, number]): number {
    const n = this.#normal;
    return n[0] * direction[0] + n[1] * direction[1] + n[2] * direction[2];
  }

  /** Moves `point` to these shares of the corners. */
  moveTo(shares: Shares): void {
    const c = this.#corners;
    for (let k = 0; k < 3; k++) this.point[k] = c[k] * shares[0] + c[3 + k] * shares[1] + c[6 + k] * shares[2];
  }
}

/** The surfaces that can hide others. */
class Covers {
  readonly #parts: readonly PartOfModel[];
  readonly #rays: TriangleRays;
  /** Part and triangle number of each triangle of the tree. */
  readonly #partOf: Uint16Array;
  readonly #triangleOf: Uint32Array;
  readonly #own: Float64Array;
  readonly #other: Float64Array;
  /** Whether no part has joints, so that any surface may hide any other. */
  readonly #still: boolean;
  #rigid = true;

  constructor(parts: readonly PartOfModel[]) {
    this.#parts = parts;
    this.#still = parts.every(({ joints }) => joints.length === 0);
    const joints = 1 + parts.reduce((most, { joints }) => joints.reduce((a, b) => Math.max(a, b), most), 0);
    this.#own = new Float64Array(joints);
    this.#other = new Float64Array(joints);
    const hides = ({ part }: PartOfModel) => part.material.alphaMode === 'opaque' && part.morphs.length === 0;
    // Single-sided surfaces are invisible from behind. The other side of a double-sided one is a triangle of its own.
    const sides = ({ part }: PartOfModel) => (part.material.doubleSided ? 2 : 1);
    const count = parts.reduce((sum, p) => sum + (hides(p) ? (p.part.index.length / 3) * sides(p) : 0), 0);
    const corners = new Float32Array(count * 9);
    this.#partOf = new Uint16Array(count);
    this.#triangleOf = new Uint32Array(count);
    let at = 0;
    for (const [p, owner] of parts.entries()) {
      if (!hides(owner)) continue;
      const { index, attributes } = owner.part;
      const { data } = attributes.POSITION;
      for (let i = 0; i < index.length; i += 3)
        for (let side = 0; side < sides(owner); side++) {
          for (let k = 0; k < 3; k++) {
            const v = index[i + (side === 0 ? k : 2 - k)] * 3;
            for (let c = 0; c < 3; c++) corners[at * 9 + k * 3 + c] = data[v + c] / 32767;
          }
          this.#partOf[at] = p;
          this.#triangleOf[at++] = i / 3;
        }
    }
    const index = Uint32Array.from({ length: count * 3 }, (_, i) => i);
    // Figures get ten times the rays, which are worth a better tree.
    this.#rays = new TriangleRays(new TriangleBoxes(corners, index, !this.#still));
  }

  /** Records the joints that move the triangle in question. */
  moving(part: number, triangle: number): void {
    this.#rigid = this.#parts[part].joints.length === 0;
    this.#weigh(part, triangle, this.#own);
  }

  /** Whether a close surface that moves alike lies between a point and a viewer in that direction of `DIRECTIONS`. */
  hide(point: Float64Array, direction: number): boolean {
    if (this.#still) return this.#blocks(point, direction, NEAR);
    const hit = this.#rays.behindAsBefore(point, DIRECTIONS[direction], TOUCHING, NEAR, direction);
    if (hit < 0) return false;
    const part = this.#partOf[hit];
    if (this.#rigid) return this.#parts[part].joints.length === 0;
    this.#weigh(part, this.#triangleOf[hit], this.#other);
    let common = 0;
    for (let j = 0; j < this.#own.length; j++) common += Math.min(this.#own[j], this.#other[j]);
    return common >= TOGETHER;
  }

  /** Works like `hide`, but for the pose in which the model was made: any close surface hides. */
  hideAtRest(point: Float64Array, direction: number): boolean {
    return this.#blocks(point, direction, this.#rigid ? NEAR : NEAR_IN_FIGURE);
  }

  /** Whether any surface lies in that direction with its back towards the point. */
  #blocks(point: Float64Array, direction: number, far: number): boolean {
    return this.#rays.blocks(point, DIRECTIONS[direction], TOUCHING, far, direction);
  }

  /** Computes each joint's share in the motion of a triangle. */
  #weigh(p: number, triangle: number, into: Float64Array): void {
    into.fill(0);
    const { part, joints } = this.#parts[p];
    const { JOINTS_0, WEIGHTS_0 } = part.attributes;
    if (!JOINTS_0 || !WEIGHTS_0) return;
    for (let k = 0; k < 3; k++) {
      const v = part.index[triangle * 3 + k];
      for (let w = v * 4; w < v * 4 + 4; w++) into[joints[JOINTS_0.data[w]]] += WEIGHTS_0.data[w] / 255 / 3;
    }
  }
}

/** Removes triangles that share a position with a visible one: a slit may be visible between two view directions. */
function withoutBorders(parts: readonly PartOfModel[], hidden: readonly Uint8Array[]): Uint8Array[] {
  if (hidden.every(list => !list.includes(1))) return [...hidden];
  const seen = new Set<number>();
  const places = parts.map(({ part: { index, attributes } }) => {
    const { data } = attributes.POSITION;
    return Float64Array.from(index, v => placeKey(data, v));
  });
  for (const [p, own] of places.entries()) for (const [i, place] of own.entries()) if (!hidden[p][(i / 3) | 0]) seen.add(place);
  return hidden.map((list, p) =>
    list.map((is, t) =>
      is && !seen.has(places[p][t * 3]) && !seen.has(places[p][t * 3 + 1]) && !seen.has(places[p][t * 3 + 2]) ? 1 : 0,
    ),
  ); // prettier-ignore
}
