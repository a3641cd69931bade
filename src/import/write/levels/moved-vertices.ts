/** Appends the vertices that coarser levels moved to a part's own. */
import { type PackedAttribute, type PackedPart, vertexCount } from '../meshes/packed-part.ts';
import type { LevelAttributes } from './level-attributes.ts';
import type { MovedLevel } from './transfer-uvs.ts';

/** An attribute that a moved vertex takes from its level. */
interface Taken {
  readonly source: PackedAttribute;
  /** Place of its first number in a row of changed numbers, and how many there are. */
  readonly at: number;
  readonly take: number;
  /** Place of its first number in a row of the level; -1 for the position. */
  readonly first: number;
  readonly isNormal: boolean;
  /** Stored value of 1. */
  readonly unit: number;
}

/** A part that grows by moved copies of its vertices. */
export class MovedVertices {
  readonly #base: PackedPart;
  readonly #stride: number;
  readonly #taken: readonly Taken[];
  /** Numbers in a row of `#changed`. */
  readonly #width: number;
  /** The vertex that each appended one copies, and rows of their changed numbers as they are stored. */
  readonly #origins: number[] = [];
  readonly #changed: number[] = [];

  /** @param attributes - of the levels; undefined where none has vertices of its own. */
  constructor(base: PackedPart, attributes: LevelAttributes | undefined) {
    this.#base = base;
    this.#stride = attributes?.stride ?? 0;
    const taken: Taken[] = [{ source: base.attributes.POSITION, at: 0, take: 3, first: -1, isNormal: false, unit: 32767 }];
    let at = 3;
    for (const { name, first, take, unit } of attributes?.counted ?? []) {
      const source = base.attributes[name];
      if (!source) continue;
      taken.push({ source, at, take, first, isNormal: name === 'NORMAL', unit });
      at += take;
    }
    this.#taken = taken;
    this.#width = at;
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
  append(order: Uint32Array, { origins, positions, values }: MovedLevel, remap: Uint32Array): Uint32Array {
    const place = new Uint32Array(origins.length);
    const done = new Uint8Array(origins.length);
    const row = new Float64Array(this.#width);
    for (let i = 0; i < order.length; i++) {
      const vertex = order[i];
      if (done[vertex] === 1) continue;
      done[vertex] = 1;
      const origin = remap[origins[vertex]];
      let isChanged = false;
      for (const taken of this.#taken) {
        const from = taken.first < 0 ? positions : values;
        store(row, taken, from, taken.first < 0 ? vertex * 3 : vertex * this.#stride + taken.first);
        const { data, size } = taken.source;
        for (let k = 0; k < taken.take; k++) if (data[origin * size + k] !== row[taken.at + k]) isChanged = true;
      }
      place[vertex] = isChanged ? this.count : origin;
      if (!isChanged) continue;
      this.#origins.push(origin);
      for (let k = 0; k < row.length; k++) this.#changed.push(row[k]);
    }
    return place;
  }

  /** The part with all appended vertices. What no level changes is copied from the origin: joints, weights, morph targets, alpha. */
  get part(): PackedPart {
    const { attributes, morphs } = this.#base;
    if (this.#origins.length === 0) return this.#base;
    const grown = Object.entries(attributes).map(([name, a]) => [name, this.#grown(a)]);
    return {
      ...this.#base,
      attributes: { ...Object.fromEntries(grown), POSITION: this.#grown(attributes.POSITION) },
      morphs: morphs.map(m => ({
        ...m,
        position: this.#grown(m.position),
        ...(m.normal ? { normal: this.#grown(m.normal) } : {}),
      })),
    };
  }

  #grown(source: PackedAttribute): PackedAttribute {
    const { data, size } = source;
    const out = new (data.constructor as new (length: number) => PackedAttribute['data'])(this.count * size);
    out.set(data);
    const { at, take } = this.#taken.find(t => t.source === source) ?? { at: 0, take: 0 };
    for (let i = 0; i < this.#origins.length; i++) {
      const to = data.length + i * size;
      const origin = this.#origins[i] * size;
      for (let k = 0; k < size; k++) out[to + k] = k < take ? this.#changed[i * this.#width + at + k] : data[origin + k];
    }
    return { ...source, data: out };
  }
}

/** Rounds numbers as the attribute stores them, and puts them into a row. */
function store(row: Float64Array, { source, at, take, isNormal, unit }: Taken, from: Float32Array, first: number): void {
  let length = 1;
  if (isNormal) {
    const x = from[first];
    const y = from[first + 1];
    const z = from[first + 2];
    length = Math.hypot(x, y, z) || 1;
  }
  const least = source.data instanceof Int8Array || source.data instanceof Int16Array ? -1 : 0;
  for (let k = 0; k < take; k++) {
    const x = Math.fround(from[first + k] / length);
    // packUvs rounds floats to the same step, so that they compress.
    row[at + k] = source.normalized ? Math.round(Math.max(least, Math.min(1, x)) * unit) : Math.round(x * 65536) / 65536;
  }
}
