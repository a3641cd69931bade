/** Measures how much of the surface looks different in a level of detail. */
import type { CountedAttribute, LevelAttributes } from './level-attributes.ts';
import { type Surface, triangleArea } from './level-deviation.ts';

/** Triangles of the finest level that are compared, at most. */
const MOST = 1500;
/** A texture is altered if it is off by more, as a share of its side; a colour, as a share of white. */
const ALTERED_UV = 0.015;
const ALTERED_COLOUR = 0.1;
/** A normal is altered if it turned by more: 30 degrees. */
const ALTERED_NORMAL = Math.cos(Math.PI / 6);

/** A surface with what its vertices look like: rows of `LevelAttributes`. */
export interface LookedAt extends Surface {
  readonly values: Float32Array;
}

/**
 * Returns the area of the finest level whose texture, colour or normal is another one in a coarser level: a bevel that became
 * flat, an eye that moved. Distances alone do not tell it. It compares the middles of triangles, each with the nearest place.
 *
 * @param finest - with the attributes that both levels share.
 * @returns in squared units of the positions.
 */
export function alteredArea(finest: LookedAt & LevelAttributes, coarse: LookedAt): number {
  const { stride, counted, index, positions, values } = finest;
  const tree = coarse.tree().restart();
  const step = Math.max(1, Math.ceil(index.length / 3 / MOST));
  const [own, other] = [new Float64Array(stride), new Float64Array(stride)];
  let altered = 0;
  for (let t = 0; t < index.length; t += step * 3) {
    const a = index[t] * 3;
    const b = index[t + 1] * 3;
    const c = index[t + 2] * 3;
    const x = positions[a] / 3 + positions[b] / 3 + positions[c] / 3;
    const y = positions[a + 1] / 3 + positions[b + 1] / 3 + positions[c + 1] / 3;
    const z = positions[a + 2] / 3 + positions[b + 2] / 3 + positions[c + 2] / 3;
    const at = tree.nearest(x, y, z) * 3;
    if (at < 0) return Number.POSITIVE_INFINITY;
    mix(own, values, index, t, 1 / 3, 1 / 3, 1 / 3);
    mix(other, coarse.values, coarse.index, at, tree.shareOf(0), tree.shareOf(1), tree.shareOf(2));
    if (isAltered(counted, own, other)) altered += triangleArea(positions, index, t) * step;
  }
  return altered;
}

/** Writes the numbers of a place of the triangle whose corners stand at `at` of the index, by the shares of its corners. */
function mix(
  out: Float64Array,
  values: Float32Array,
  index: Uint32Array,
  at: number,
  first: number,
  second: number,
  third: number,
): void {
  const stride = out.length;
  const a = index[at] * stride;
  const b = index[at + 1] * stride;
  const c = index[at + 2] * stride;
  for (let k = 0; k < stride; k++) out[k] = first * values[a + k] + second * values[b + k] + third * values[c + k];
}

function isAltered(counted: readonly CountedAttribute[], own: Float64Array, other: Float64Array): boolean {
  for (const { name, first, take } of counted) {
    if (name === 'NORMAL') {
      let [both, a, b] = [0, 0, 0];
      for (let k = first; k < first + take; k++) {
        both += own[k] * other[k];
        a += own[k] * own[k];
        b += other[k] * other[k];
      }
      if (both < ALTERED_NORMAL * Math.sqrt(a * b)) return true;
      continue;
    }
    const most = name === 'COLOR_0' ? ALTERED_COLOUR : ALTERED_UV;
    for (let k = first; k < first + take; k++) if (Math.abs(own[k] - other[k]) > most) return true;
  }
  return false;
}
