/** Puts the arrays of a mesh together, so that few buffers go to the page and on to the GPU. */

import type { MeshPart, VertexAttribute } from './mesh-asset.ts';

type Numbers = VertexAttribute['array'];
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Moves the vertices of parts into one buffer, without gaps, and their indices into another. The page uploads each by one call,
 * without a copy (src/render/geometry/gpu-buffers.ts), and a message to it carries few buffers, not twenty.
 *
 * @param parts - changed in place.
 */
export function packArrays(parts: readonly MeshPart[]): void {
  const levels = parts.flatMap(part => part.levels);
  const attributes = new Set<Writable<VertexAttribute>>(levels.flatMap(level => Object.values(level.attributes)));
  const vertices = together(Array.from(attributes, ({ array }) => array));
  const indices = together(levels.map(({ index }) => index));
  for (const attribute of attributes) attribute.array = vertices.get(attribute.array) as Numbers;
  for (const level of levels as Writable<MeshPart['levels'][number]>[]) level.index = indices.get(level.index) as Uint16Array;
}

/**
 * Copies arrays into one buffer, each once. Those of the largest numbers come first, because WebGL wants offsets in multiples of a
 * number's size.
 */
function together(arrays: readonly Numbers[]): Map<Numbers, Numbers> {
  const sorted = [...new Set(arrays)].sort((a, b) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT);
  let offset = 0;
  const buffer = new ArrayBuffer(sorted.reduce((sum, { byteLength }) => sum + byteLength, 0));
  return new Map(
    sorted.map(array => {
      const copy = new (array.constructor as Float32ArrayConstructor)(buffer, offset, array.length);
      copy.set(array);
      offset += array.byteLength;
      return [array, copy];
    }),
  );
}
