/** A triangle, and the points on it that are tested. */
import type { PackedPart } from '../../meshes/packed-part.ts';

/** The shares of a triangle's corners in a point on it. */
type Shares = readonly [number, number, number];
/** Sample points on a triangle, as shares of its corners: its middle and near each corner. */
export const SAMPLES: readonly Shares[] = [
  [1 / 3, 1 / 3, 1 / 3],
  [0.8, 0.1, 0.1],
  [0.1, 0.8, 0.1],
  [0.1, 0.1, 0.8],
];
/** The same for a large triangle of a rigid part: close to its border as well. A drawer may cover all of a panel but its rim. */
export const MANY_SAMPLES: readonly Shares[] = [
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

/** Corners and unit normal of a triangle, and a point on it. */
export class SampledTriangle {
  /** 3 numbers of the point that `moveTo` chose. */
  readonly point = new Float64Array(3);
  readonly #corners = new Float64Array(9);
  readonly #normal = new Float64Array(3);

  read({ index, attributes: { POSITION } }: PackedPart, triangle: number): void {
    const c = this.#corners;
    for (let k = 0; k < 9; k++) c[k] = POSITION.data[index[triangle * 3 + ((k / 3) | 0)] * 3 + (k % 3)] / 32767;
    const n = this.#normal;
    for (let k = 0; k < 3; k++) {
      const y = (k + 1) % 3;
      const z = (k + 2) % 3;
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
