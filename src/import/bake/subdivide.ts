/** Cuts triangles into smaller ones. */
import type { SourcePart } from '../model/source-model.ts';

/**
 * Halves edges until none is longer than `edge`. Light is stored at vertices, so a floor of two triangles could show no shadow.
 * Only an edge's own length decides whether it is cut. Triangles that share an edge cut it alike, so no gap opens.
 *
 * @param edge - metres in the room, > 0.
 * @param scale - metres in the room for one of the part's units, along x, y and z.
 */
export function subdivide(part: SourcePart, edge: number, scale: readonly [number, number, number]): SourcePart {
  return subdivideWhere(part, (a, b, { positions }) => {
    let sum = 0;
    for (let k = 0; k < 3; k++) sum += ((positions[a * 3 + k] - positions[b * 3 + k]) * scale[k]) ** 2;
    return sum > edge * edge;
  });
}

/** Growing lists of vertex data: 3 numbers a position, 4 a colour. */
interface Growing {
  readonly positions: readonly number[];
  readonly colors: readonly number[] | undefined;
}

/**
 * Halves edges until `isCut` is false for all of them. `isCut` depends on the edge's two vertices alone, so triangles that share
 * an edge cut it alike.
 * @param most - maximum number of triangles; the part stays unchanged where the result would have more.
 */
export function subdivideWhere(
  part: SourcePart,
  isCut: (a: number, b: number, growing: Growing) => boolean,
  most = Number.POSITIVE_INFINITY,
): SourcePart {
  const grown = new GrowingPart(part);
  const tooLong = (a: number, b: number): boolean => isCut(a, b, grown);
  const todo = Array.from(part.index);
  const done: number[] = [];
  // Takes the last triangle first. The order of the result does not matter: the writer orders triangles for the vertex cache.
  for (;;) {
    const c = todo.pop();
    const b = todo.pop();
    const a = todo.pop();
    if (a === undefined || b === undefined || c === undefined) break;
    const ab = tooLong(a, b) ? grown.middle(a, b) : -1;
    const bc = tooLong(b, c) ? grown.middle(b, c) : -1;
    const ca = tooLong(c, a) ? grown.middle(c, a) : -1;
    const cuts = (ab >= 0 ? 1 : 0) + (bc >= 0 ? 1 : 0) + (ca >= 0 ? 1 : 0);
    if (todo.length + done.length > most * 3) return part;
    if (cuts === 0) done.push(a, b, c);
    else if (cuts === 3) todo.push(a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca);
    else if (ab >= 0) todo.push(...split(a, b, c, ab, bc, ca));
    else if (bc >= 0) todo.push(...split(b, c, a, bc, ca, ab));
    else todo.push(...split(c, a, b, ca, ab, bc));
  }
  return done.length === part.index.length ? part : grown.part(Uint32Array.from(done));
}

/** Cuts triangle (a, b, c) at `ab` and at any other edge that has a cut. */
function split(a: number, b: number, c: number, ab: number, bc: number, ca: number): number[] {
  if (bc >= 0) return [a, ab, c, ab, bc, c, ab, b, bc];
  if (ca >= 0) return [a, ab, ca, ab, b, c, ab, c, ca];
  return [a, ab, c, ab, b, c];
}

/** A part whose list of vertices grows. */
class GrowingPart {
  readonly positions: number[];
  readonly #source: SourcePart;
  readonly #normals: number[];
  readonly #uvs: number[] | undefined;
  readonly #uvs2: number[] | undefined;
  readonly colors: number[] | undefined;
  readonly #middles = new Map<number, number>();

  constructor(source: SourcePart) {
    this.#source = source;
    this.positions = Array.from(source.positions);
    this.#normals = Array.from(source.normals);
    this.#uvs = source.uvs && Array.from(source.uvs);
    this.#uvs2 = source.uvs2 && Array.from(source.uvs2);
    this.colors = source.colors && Array.from(source.colors);
  }

  /** Returns the vertex between two others and creates it where it is missing. */
  middle(a: number, b: number): number {
    // Packs two numbers below 2^26 into one exact double.
    const key = Math.min(a, b) * 67_108_864 + Math.max(a, b);
    let middle = this.#middles.get(key);
    if (middle !== undefined) return middle;
    middle = this.positions.length / 3;
    this.#middles.set(key, middle);
    halve(this.positions, 3, a, b);
    halve(this.#normals, 3, a, b);
    if (this.#uvs) halve(this.#uvs, 2, a, b);
    if (this.#uvs2) halve(this.#uvs2, 2, a, b);
    if (this.colors) halve(this.colors, 4, a, b);
    const n = this.#normals;
    const length = Math.hypot(n[middle * 3], n[middle * 3 + 1], n[middle * 3 + 2]);
    if (length > 0) for (let k = 0; k < 3; k++) n[middle * 3 + k] /= length;
    return middle;
  }

  part(index: Uint32Array): SourcePart {
    return {
      ...this.#source,
      positions: Float32Array.from(this.positions),
      normals: Float32Array.from(this.#normals),
      ...(this.#uvs ? { uvs: Float32Array.from(this.#uvs) } : {}),
      ...(this.#uvs2 ? { uvs2: Float32Array.from(this.#uvs2) } : {}),
      ...(this.colors ? { colors: Float32Array.from(this.colors) } : {}),
      index,
    };
  }
}

function halve(values: number[], size: number, a: number, b: number): void {
  for (let k = 0; k < size; k++) values.push((values[a * size + k] + values[b * size + k]) / 2);
}
