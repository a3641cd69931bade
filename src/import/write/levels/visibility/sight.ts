/** Finds out from which directions a triangle of a model is visible. */
import type { GridCells } from '../spatial/view-grid.ts';
import { HidingSurfaces } from './hiding-surfaces.ts';
import type { PartOfModel } from './model-part.ts';
import { MANY_SAMPLES, SAMPLES, SampledTriangle } from './sampled-triangle.ts';
import { DIRECTIONS, FEW } from './view-directions.ts';

/** At smaller angles to the surface, nothing is visible. */
const GRAZING = 0.05;

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

/** Looks at triangles from all directions. */
export class Sight {
  readonly triangles: number;
  rays = 0;
  readonly #parts: readonly PartOfModel[];
  readonly #surfaces: HidingSurfaces;
  readonly #triangle = new SampledTriangle();
  /** How much the last triangle faces each of `FEW`. */
  readonly #facing = new Float64Array(FEW.length);
  /** Numbers of `FEW`, those that it faces most first. */
  readonly #order = new Uint8Array(FEW.length);
  /** The direction from which the last triangle was visible. Its neighbour mostly is too. */
  #seenFrom = 0;

  constructor(parts: readonly PartOfModel[]) {
    this.#parts = parts;
    this.#surfaces = new HidingSurfaces(parts);
    this.triangles = parts.reduce((sum, { part }) => sum + part.index.length / 3, 0);
  }

  isHidden(p: number, t: number): boolean {
    const { part } = this.#parts[p];
    const triangle = this.#triangle;
    triangle.read(part, t);
    if (triangle.isFlat) return false;
    this.#surfaces.moving(p, t);
    for (const shares of this.#parts[p].joints.length === 0 && triangle.isLarge ? MANY_SAMPLES : SAMPLES) {
      triangle.moveTo(shares);
      for (let i = 0; i < DIRECTIONS.length; i++) {
        const d = (this.#seenFrom + i) % DIRECTIONS.length;
        const facing = triangle.faces(DIRECTIONS[d]);
        if ((part.material.doubleSided ? Math.abs(facing) : facing) < GRAZING) continue;
        this.rays++;
        if (!this.#surfaces.hide(triangle.point, d)) {
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
        if (this.#surfaces.hideAtRest(triangle.point, FEW[d])) continue;
        open += facing;
        if (open >= all * SELDOM) return 0;
        if (open >= all * HARDLY) found = SELDOM_SEEN;
      }
    }
    return found;
  }

  /** Returns what `exposure` needs for a direction of `FEW`. It takes longer than the rays of a figure. */
  cellsAcross(direction: number): GridCells {
    return this.#surfaces.cellsAcross(direction);
  }

  /** Takes them from another object of the same parts. */
  takeCells(direction: number, cells: GridCells): void {
    this.#surfaces.takeCells(direction, cells);
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
