/** Looks for surfaces that hide a point of a model from a viewer. */
import { cornersOf, TriangleBoxes } from '../spatial/triangle-boxes.ts';
import { TriangleRays } from '../spatial/triangle-rays.ts';
import { type GridCells, ViewGrid } from '../spatial/view-grid.ts';
import type { PartOfModel } from './model-part.ts';
import { DIRECTIONS } from './view-directions.ts';

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

/** The surfaces that can hide others. */
export class HidingSurfaces {
  readonly #parts: readonly PartOfModel[];
  /** 9 a triangle. */
  readonly #positions: Float32Array;
  readonly #index: Uint32Array;
  /** Made when they are needed: a figure mostly needs the grids alone, which have numbers of `DIRECTIONS`. */
  #tree: TriangleRays | undefined;
  #corners: Float64Array | undefined;
  readonly #grids: (ViewGrid | undefined)[] = [];
  /** Part and triangle number of each triangle. */
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
    this.#positions = corners;
    this.#index = new Uint32Array(count * 3);
    for (let i = 0; i < this.#index.length; i++) this.#index[i] = i;
  }

  /** Records the joints that move the triangle in question. */
  moving(part: number, triangle: number): void {
    this.#rigid = this.#parts[part].joints.length === 0;
    this.#weigh(part, triangle, this.#own);
  }

  /** Whether a close surface that moves alike lies between a point and a viewer in that direction of `DIRECTIONS`. */
  hide(point: Float64Array, direction: number): boolean {
    const rays = (this.#tree ??= this.#raysThrough());
    const towards = DIRECTIONS[direction];
    if (this.#still) return rays.blocks(point, towards, TOUCHING, NEAR, direction);
    const hit = rays.behindAsBefore(point, towards, TOUCHING, NEAR, direction);
    if (hit < 0) return false;
    const part = this.#partOf[hit];
    if (this.#rigid) return this.#parts[part].joints.length === 0;
    this.#weigh(part, this.#triangleOf[hit], this.#other);
    let common = 0;
    for (let j = 0; j < this.#own.length; j++) common += Math.min(this.#own[j], this.#other[j]);
    return common >= TOGETHER;
  }

  /** Whether any surface of a figure lies in that direction in the pose in which the model was made. */
  hideAtRest(point: Float64Array, direction: number): boolean {
    const grid = (this.#grids[direction] ??= this.#gridAcross(direction));
    return grid.blocks(point, TOUCHING, NEAR_IN_FIGURE);
  }

  /** Returns what `hideAtRest` needs for a direction of `DIRECTIONS`. It takes longer than the rays of a figure. */
  cellsAcross(direction: number): GridCells {
    return (this.#grids[direction] ??= this.#gridAcross(direction)).cells;
  }

  /** Takes them from another object of the same parts. */
  takeCells(direction: number, cells: GridCells): void {
    this.#grids[direction] = this.#gridAcross(direction, cells);
  }

  #raysThrough(): TriangleRays {
    // Figures get more rays, which are worth a better tree.
    return new TriangleRays(new TriangleBoxes(this.#positions, this.#index, !this.#still));
  }

  #gridAcross(direction: number, cells?: GridCells): ViewGrid {
    this.#corners ??= cornersOf(
      this.#positions,
      this.#index,
      this.#triangleOf.map((_, i) => i),
    );
    return new ViewGrid(this.#corners, DIRECTIONS[direction], cells);
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
