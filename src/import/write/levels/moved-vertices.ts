/** Appends the vertices that coarser levels moved to a part's own. */
import { type PackedAttribute, type PackedPart, vertexCount } from '../meshes/packed-part.ts';
import type { LevelAttributes } from './level-attributes.ts';
import type { MovedLevel } from './transfer-uvs.ts';

/** A part that grows by moved copies of its vertices. */
export class MovedVertices {
  readonly #base: PackedPart;
  /** The vertex that each appended one copies, and its changed numbers by attribute. */
  readonly #origins: number[] = [];
  readonly #changed = new Map<string, number[]>();

  constructor(base: PackedPart) {
    this.#base = base;
  }

  /** Number of vertices, appended ones included. */
  get count(): number {
    return vertexCount(this.#base) + this.#origins.length;
  }

  /**
   * Appends the vertices of a level in the order of their first use.
   *
   * @param order - the level's index in the order in which it is drawn.
   * @param remap - the place in the part of each vertex of the finest level.
   * @returns the place of each of the level's vertices. A vertex whose stored numbers did not change keeps its own.
   */
  append(
    order: Uint32Array,
    { origins, positions, values }: MovedLevel,
    remap: Uint32Array,
    { stride, counted }: LevelAttributes,
  ): Uint32Array {
    const place = new Uint32Array(origins.length);
    for (const vertex of new Set(order)) {
      const origin = remap[origins[vertex]];
      const row = new Map<string, number[]>();
      row.set('POSITION', stored(this.#base.attributes.POSITION, 32767, positions.subarray(vertex * 3, vertex * 3 + 3)));
      for (const { name, first, take, unit } of counted) {
        const source = this.#base.attributes[name];
        const numbers = values.slice(vertex * stride + first, vertex * stride + first + take);
        if (name === 'NORMAL') makeUnit(numbers);
        if (source) row.set(name, stored(source, unit, numbers));
      }
      place[vertex] = origin;
      if (this.#isUnchanged(origin, row)) continue;
      place[vertex] = this.count;
      this.#origins.push(origin);
      for (const [name, numbers] of row) {
        const list = this.#changed.get(name);
        if (list) list.push(...numbers);
        else this.#changed.set(name, [...numbers]);
      }
    }
    return place;
  }

  /** The part with all appended vertices. What no level changes is copied from the origin: joints, weights, morph targets, alpha. */
  get part(): PackedPart {
    const { attributes, morphs } = this.#base;
    if (this.#origins.length === 0) return this.#base;
    const grown = Object.entries(attributes).map(([name, a]) => [name, this.#grown(a, this.#changed.get(name))]);
    return {
      ...this.#base,
      attributes: { ...Object.fromEntries(grown), POSITION: this.#grown(attributes.POSITION, this.#changed.get('POSITION')) },
      morphs: morphs.map(m => ({
        ...m,
        position: this.#grown(m.position),
        ...(m.normal ? { normal: this.#grown(m.normal) } : {}),
      })),
    };
  }

  #isUnchanged(origin: number, row: ReadonlyMap<string, readonly number[]>): boolean {
    for (const [name, numbers] of row) {
      const source = this.#base.attributes[name as 'POSITION'];
      for (let k = 0; k < numbers.length; k++) if (source.data[origin * source.size + k] !== numbers[k]) return false;
    }
    return true;
  }

  #grown(source: PackedAttribute, changed?: readonly number[]): PackedAttribute {
    const { data, size } = source;
    const out = new (data.constructor as new (length: number) => PackedAttribute['data'])(this.count * size);
    out.set(data);
    const take = changed ? changed.length / this.#origins.length : 0;
    for (const [i, origin] of this.#origins.entries()) {
      const at = data.length + i * size;
      for (let k = 0; k < size; k++) out[at + k] = changed && k < take ? changed[i * take + k] : data[origin * size + k];
    }
    return { ...source, data: out };
  }
}

/** Rounds numbers as the attribute stores them. */
function stored({ data, normalized }: PackedAttribute, unit: number, values: Float32Array): number[] {
  // packUvs rounds floats to the same step, so that they compress.
  if (!normalized) return Array.from(values, x => Math.round(x * 65536) / 65536);
  const least = data instanceof Int8Array || data instanceof Int16Array ? -1 : 0;
  return Array.from(values, x => Math.round(Math.max(least, Math.min(1, x)) * unit));
}

function makeUnit(normal: Float32Array): void {
  const length = Math.hypot(...normal) || 1;
  for (let k = 0; k < normal.length; k++) normal[k] /= length;
}
