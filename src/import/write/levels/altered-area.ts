/** Measures how much of the surface looks different in a level of detail. */
import type { LevelAttributes } from './level-attributes.ts';
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
  const { stride, counted } = finest;
  const tree = coarse.tree().restart();
  const triangles = finest.index.length / 3;
  const step = Math.max(1, Math.ceil(triangles / MOST));
  const [own, other] = [new Float64Array(stride), new Float64Array(stride)];
  let altered = 0;
  for (let t = 0; t < triangles; t += step) {
    const middle = [0, 0, 0];
    own.fill(0);
    for (let k = 0; k < 3; k++) {
      const v = finest.index[t * 3 + k];
      for (let c = 0; c < 3; c++) middle[c] += finest.positions[v * 3 + c] / 3;
      for (let a = 0; a < stride; a++) own[a] += finest.values[v * stride + a] / 3;
    }
    const at = tree.nearest(middle[0], middle[1], middle[2]) * 3;
    if (at < 0) return Number.POSITIVE_INFINITY;
    other.fill(0);
    for (let k = 0; k < 3; k++) {
      const share = tree.shareOf(k);
      const row = coarse.index[at + k] * stride;
      for (let a = 0; a < stride; a++) other[a] += share * coarse.values[row + a];
    }
    if (counted.some(attribute => isAltered(attribute.name, own, other, attribute.first, attribute.take)))
      altered += triangleArea(finest.positions, finest.index, t * 3) * step;
  }
  return altered;
}

function isAltered(name: string, own: Float64Array, other: Float64Array, first: number, take: number): boolean {
  if (name === 'NORMAL') {
    let [both, a, b] = [0, 0, 0];
    for (let k = first; k < first + take; k++) {
      both += own[k] * other[k];
      a += own[k] * own[k];
      b += other[k] * other[k];
    }
    return both < ALTERED_NORMAL * Math.sqrt(a * b);
  }
  const most = name === 'COLOR_0' ? ALTERED_COLOUR : ALTERED_UV;
  for (let k = first; k < first + take; k++) if (Math.abs(own[k] - other[k]) > most) return true;
  return false;
}
