import { BackSide, BufferAttribute, BufferGeometry, Ray, Vector3 } from 'three';
import { MeshBVH } from 'three-mesh-bvh';
import { type PackedPart, placeKey } from '../meshes/packed-part.ts';

/** A part, and by what number the product knows each of the joints that its JOINTS_0 names; none where it is rigid. */
export interface PartOfModel {
  readonly part: PackedPart;
  readonly joints: readonly number[];
}

/** Directions of sight, spread over the sphere (Fibonacci lattice). */
const DIRECTIONS = Array.from({ length: 64 }, (_, i) => {
  const y = 1 - (2 * i + 1) / 64;
  const turn = i * Math.PI * (3 - Math.sqrt(5));
  return new Vector3(Math.sqrt(1 - y * y) * Math.cos(turn), y, Math.sqrt(1 - y * y) * Math.sin(turn));
});
/** Where on a triangle: its middle and near each corner, as shares of the corners. */
const SAMPLES = [
  [1 / 3, 1 / 3, 1 / 3],
  [0.8, 0.1, 0.1],
  [0.1, 0.8, 0.1],
  [0.1, 0.1, 0.8],
] as const;
/**
 * How near, in units of the quantization volume (half the model's extent), the surface lies that hides another: a scalp in a helmet, a shirt
 * under a coat. What is hidden by a wall farther off may be seen by who stands between.
 */
const NEAR = 0.3;
const TOUCHING = 1e-4;
/** Two triangles move together when their joints have so much of their weights in common. */
const TOGETHER = 0.5;
/** Nearly along the surface nothing is seen. */
const GRAZING = 0.05;
/**
 * Rays that a model may cost: so many, and so many a triangle. A bound that gives the same bytes on every machine; what is left when
 * it is reached counts as seen. (A ray takes 3 to 5 microseconds: 150,000 triangles cost 54 % of 22 s when nothing bounded them.)
 */
const RAYS = 300_000;
const RAYS_PER_TRIANGLE = 1;
/** Of each part of more triangles than this so many are tried first: where fewer than 2 % of them are hidden, none is looked for. */
const TRIED = 200;
const WORTH = 0.02;

/**
 * Which triangles nobody outside of the model ever sees, as another surface of it lies close over them and moves with them. A coarser level is
 * better off without them: its surfaces lie elsewhere by up to its error, and what is under another comes through.
 *
 * Opaque surfaces hide; those of morph targets neither hide nor are hidden, a mouth opens. Triangles beside one that is seen count as seen.
 *
 * @returns for each part, 1 for each triangle that is hidden.
 */
export function hiddenTriangles(parts: readonly PartOfModel[]): Uint8Array[] {
  const out = parts.map(({ part }) => new Uint8Array(part.index.length / 3));
  const sight = new Sight(parts);
  for (const [p, { part }] of parts.entries()) {
    const count = out[p].length;
    if (part.morphs.length > 0 || !hasHidden(sight, p, count)) continue;
    // Each part has its share, so that the first do not take the rays of the last.
    const until = sight.rays + (RAYS * count) / sight.triangles + RAYS_PER_TRIANGLE * count;
    for (let t = 0; t < count && sight.rays < until; t++) out[p][t] = sight.isHidden(p, t) ? 1 : 0;
  }
  return withoutBorders(parts, out);
}

function hasHidden(sight: Sight, part: number, count: number): boolean {
  if (count <= TRIED) return true;
  let hidden = 0;
  for (let i = 0; i < TRIED; i++) if (sight.isHidden(part, Math.floor((i * count) / TRIED))) hidden++;
  return hidden >= TRIED * WORTH;
}

/** Looks at triangles from all around. */
class Sight {
  readonly triangles: number;
  rays = 0;
  readonly #parts: readonly PartOfModel[];
  readonly #covers: Covers;
  readonly #triangle = new Triangle();
  /** The direction from which the last triangle was seen: its neighbour mostly is too. */
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
    if (triangle.normal.lengthSq() === 0) return false;
    this.#covers.moving(p, t);
    for (const shares of SAMPLES) {
      triangle.at(shares, this.#covers.ray.origin);
      for (let i = 0; i < DIRECTIONS.length; i++) {
        const d = (this.#seenFrom + i) % DIRECTIONS.length;
        const facing = triangle.normal.dot(DIRECTIONS[d]);
        if ((part.material.doubleSided ? Math.abs(facing) : facing) < GRAZING) continue;
        this.#covers.ray.direction.copy(DIRECTIONS[d]);
        this.rays++;
        if (!this.#covers.hide()) {
          this.#seenFrom = d;
          return false;
        }
      }
    }
    return true;
  }
}

/** Corners and unit normal (0 where the area is). */
class Triangle {
  readonly corners = [new Vector3(), new Vector3(), new Vector3()] as const;
  readonly normal = new Vector3();
  readonly #edge = new Vector3();

  read({ index, attributes: { POSITION } }: PackedPart, triangle: number): void {
    const [a, b, c] = this.corners;
    for (let k = 0; k < 3; k++) this.corners[k].fromArray(POSITION.data, index[triangle * 3 + k] * 3).divideScalar(32767);
    this.normal.subVectors(b, a).cross(this.#edge.subVectors(c, a)).normalize();
  }

  at(shares: readonly [number, number, number], out: Vector3): void {
    out.set(0, 0, 0);
    for (let k = 0; k < 3; k++) out.addScaledVector(this.corners[k], shares[k]);
  }
}

/** The surfaces that can hide others. */
class Covers {
  readonly ray = new Ray();
  readonly #parts: readonly PartOfModel[];
  readonly #tree: MeshBVH;
  /** Part and triangle of each triangle of the tree. */
  readonly #partOf: Uint16Array;
  readonly #triangleOf: Uint32Array;
  readonly #own: Float64Array;
  readonly #other: Float64Array;
  #rigid = true;

  constructor(parts: readonly PartOfModel[]) {
    this.#parts = parts;
    const joints = 1 + parts.reduce((most, { joints }) => joints.reduce((a, b) => Math.max(a, b), most), 0);
    this.#own = new Float64Array(joints);
    this.#other = new Float64Array(joints);
    const hides = ({ part }: PartOfModel) => part.material.alphaMode === 'opaque' && part.morphs.length === 0;
    // Sight passes through the back of what has one side; the other side of what has two is a triangle of its own.
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
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(corners, 3));
    this.#tree = new MeshBVH(geometry, { indirect: true });
  }

  /** Takes note of what moves the triangle that is asked about. */
  moving(part: number, triangle: number): void {
    this.#rigid = this.#parts[part].joints.length === 0;
    this.#weigh(part, triangle, this.#own);
  }

  /** Whether something close by that moves alike stands between the ray's origin and whoever looks against its direction. */
  hide(): boolean {
    if (this.#partOf.length === 0) return false;
    // From below, a surface that hides is seen from behind.
    const hit = this.#tree.raycastFirst(this.ray, BackSide, TOUCHING, NEAR);
    if (!hit) return false;
    const part = this.#partOf[hit.faceIndex ?? 0];
    const triangle = this.#triangleOf[hit.faceIndex ?? 0];
    if (this.#rigid) return this.#parts[part].joints.length === 0;
    this.#weigh(part, triangle, this.#other);
    let common = 0;
    for (let j = 0; j < this.#own.length; j++) common += Math.min(this.#own[j], this.#other[j]);
    return common >= TOGETHER;
  }

  /** The share of each joint in the motion of a triangle. */
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

/** Without the triangles that share a place with one that is seen: between two directions of sight there may be a slit. */
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
