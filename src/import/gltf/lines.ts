/** Draws lines as thin ribbons of triangles. */
import { Primitive } from '@gltf-transform/core';
import { vec3 } from 'gl-matrix';
import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import { boxOf } from '../model/place-model.ts';
import type { SourcePart } from '../model/source-model.ts';

/** Width of a line as a share of the model's longest side: about a pixel where the model fills 400. Other viewers draw one pixel. */
const WIDTH = 1 / 300;
/** More lines than this in a primitive are left out: a drawing of them would cost more than a figure. */
export const MOST_LINES = 10_000;

/** Maximum lines of a model, copies counted: together they have 200,000 triangles. */
export const MOST_OF_MODEL = 50_000;
/** A line is two ribbons of four vertices. */
const VERTICES = 8;

/**
 * Returns the ends of the lines of a primitive, two for each; undefined where it has none, or too many. Lines with missing vertices,
 * or with vertices in `nowhere`, are left out.
 */
export function lineEnds(primitive: Primitive, count: number, nowhere: ReadonlySet<number>): Uint32Array | undefined {
  const mode = primitive.getMode();
  const { LINES, LINE_LOOP, LINE_STRIP } = Primitive.Mode;
  if (mode !== LINES && mode !== LINE_LOOP && mode !== LINE_STRIP) return undefined;
  const indices = primitive.getIndices()?.getArray();
  const length = indices?.length ?? count;
  const vertex = (i: number): number => (indices ? indices[i % length] : i % length);
  const ends: number[] = [];
  // A loop of two vertices is one line.
  const last = mode === LINE_LOOP && length > 2 ? length : length - 1;
  for (let i = 0; i < last; i += mode === LINES ? 2 : 1) {
    const [a, b] = [vertex(i), vertex(i + 1)];
    if (a === b || a >= count || b >= count || nowhere.has(a) || nowhere.has(b)) continue;
    if (ends.length === MOST_LINES * 2) return undefined;
    ends.push(a, b);
  }
  return ends.length > 0 ? Uint32Array.from(ends) : undefined;
}

/** How lines are drawn: by colour and texture, without light and from both sides, as three.js does. */
export const lineMaterial = (
  { lightMap: _, shade: __, emits: ___, ...own }: MaterialDescription,
  name: string,
  [r, g, b]: readonly [number, number, number],
  emissive: readonly [number, number, number],
): MaterialDescription => ({
  ...own,
  name,
  baseColor: [r, g, b, own.baseColor[3]],
  emissive,
  unlit: true,
  doubleSided: true,
});

/**
 * Returns two crossed ribbons for each line. They have no width yet (`widened`): their normals say where the sides go, and a transform
 * of the part keeps those across the line.
 *
 * @param part - vertices of the lines. @param ends - two vertices for each line.
 */
export function ribbons(part: SourcePart, ends: Uint32Array, material: MaterialDescription): SourcePart {
  const lines = ends.length / 2;
  const from = new Uint32Array(lines * VERTICES);
  const normals = new Float32Array(lines * 24);
  const index = new Uint32Array(lines * 12);
  for (let line = 0; line < lines; line++) {
    const [a, b] = [ends[line * 2], ends[line * 2 + 1]];
    for (const [ribbon, side] of sidesOf(part.positions, a, b).entries()) {
      const first = line * VERTICES + ribbon * 4;
      for (const [corner, vertex] of [a, a, b, b].entries()) {
        from[first + corner] = vertex;
        for (let k = 0; k < 3; k++) normals[(first + corner) * 3 + k] = corner % 2 === 0 ? side[k] : -side[k];
      }
      index.set([first, first + 1, first + 2, first + 2, first + 1, first + 3], line * 12 + ribbon * 6);
    }
  }
  const rows = <A extends Float32Array | Uint16Array>(values: A, size: number): A => {
    const out = new (values.constructor as new (length: number) => A)(from.length * size);
    for (let i = 0; i < from.length; i++) for (let k = 0; k < size; k++) out[i * size + k] = values[from[i] * size + k];
    return out;
  };
  return {
    material,
    positions: rows(part.positions, 3),
    normals,
    ...(part.uvs ? { uvs: rows(part.uvs, 2) } : {}),
    ...(part.colors ? { colors: rows(part.colors, 4) } : {}),
    ...(part.joints ? { joints: rows(part.joints, 4) } : {}),
    ...(part.weights ? { weights: rows(part.weights, 4) } : {}),
    ...(part.morphTargets
      ? {
          morphTargets: part.morphTargets.map(({ name, positions, colors }) => ({
            name,
            positions: rows(positions, 3),
            ...(colors ? { colors: rows(colors, 4) } : {}),
          })),
        }
      : {}),
    index,
  };
}

/** Returns two directions across a line and one another, each of length 1. */
function sidesOf(positions: Float32Array, a: number, b: number): [vec3, vec3] {
  const along = vec3.subtract(
    vec3.create(),
    positions.subarray(b * 3, b * 3 + 3) as vec3,
    positions.subarray(a * 3, a * 3 + 3) as vec3,
  );
  const least =
    Math.abs(along[0]) < Math.abs(along[1]) && Math.abs(along[0]) < Math.abs(along[2])
      ? 0
      : Math.abs(along[1]) < Math.abs(along[2])
        ? 1
        : 2;
  const axis = vec3.fromValues(Number(least === 0), Number(least === 1), Number(least === 2));
  const first = vec3.normalize(vec3.create(), vec3.cross(vec3.create(), along, axis));
  return [first, vec3.normalize(vec3.create(), vec3.cross(vec3.create(), along, first))];
}

/** Gives the ribbons of a model their width. @param isLine - whether lines are drawn with that material. */
export function widened(parts: readonly SourcePart[], isLine: (material: MaterialDescription) => boolean): readonly SourcePart[] {
  if (!parts.some(part => isLine(part.material))) return parts;
  const { min, max } = boxOf(parts);
  const half = (Math.max(...max.map((m, k) => m - min[k])) * WIDTH) / 2;
  return parts.map(part =>
    isLine(part.material) ? { ...part, positions: part.positions.map((x, i) => x + part.normals[i] * half) } : part,
  );
}

/** Counts the lines of a model, so that a drawing does not refuse the surfaces beside it. */
export class LineCount {
  #lines = 0;

  /** Returns the parts that are drawn, `copies` times each: lines are left out where they would be too many. */
  within(
    parts: readonly SourcePart[],
    copies: number,
    isLine: (material: MaterialDescription) => boolean,
    warn: () => void,
  ): readonly SourcePart[] {
    const vertices = parts.reduce((sum, part) => sum + (isLine(part.material) ? part.positions.length / 3 : 0), 0);
    const lines = (vertices / VERTICES) * copies;
    if (this.#lines + lines <= MOST_OF_MODEL) {
      this.#lines += lines;
      return parts;
    }
    warn();
    return parts.filter(part => !isLine(part.material));
  }
}
