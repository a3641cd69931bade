/** Puts the arrays of a mesh together, so that few buffers go to the page and on to the GPU. */

import type { MeshPart, VertexAttribute, VertexAttributes } from './mesh-asset.ts';

/**
 * Returns parts whose vertices lie in one buffer, without gaps, and whose indices lie in another. The page uploads each by one call,
 * without a copy (src/render/geometry/gpu-buffers.ts), and a message to it carries two buffers, not twenty.
 *
 * @param parts - their arrays stay as they are.
 */
export function packArrays(parts: readonly MeshPart[]): readonly MeshPart[] {
  const vertices = new Set<ArrayBufferView>();
  const indices = new Set<ArrayBufferView>();
  for (const { levels } of parts)
    for (const { index, attributes } of levels) {
      indices.add(index);
      for (const { array } of Object.values(attributes)) vertices.add(array);
    }
  const packed = new Map([...together(vertices), ...together(indices)]);
  const attributeOf = new Map<VertexAttribute, VertexAttribute>();
  const moved = (attribute: VertexAttribute): VertexAttribute => {
    let known = attributeOf.get(attribute);
    if (!known)
      attributeOf.set(attribute, (known = { ...attribute, array: packed.get(attribute.array) as typeof attribute.array }));
    return known;
  };
  return parts.map(part => ({
    ...part,
    levels: part.levels.map(level => ({
      ...level,
      index: packed.get(level.index) as Uint16Array,
      attributes: Object.fromEntries(
        Object.entries(level.attributes).map(([name, attribute]) => [name, moved(attribute)]),
      ) as unknown as VertexAttributes,
    })),
  }));
}

type NumberArray = VertexAttribute['array'];

/** Copies arrays into one buffer. Those of the largest numbers come first, because WebGL wants offsets in multiples of a number's size. */
function together(arrays: ReadonlySet<ArrayBufferView>): Map<ArrayBufferView, ArrayBufferView> {
  const sorted = ([...arrays] as NumberArray[]).sort((a, b) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT);
  const buffer = new ArrayBuffer(sorted.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const views = new Map<ArrayBufferView, ArrayBufferView>();
  let offset = 0;
  for (const array of sorted) {
    const view = new (array.constructor as Float32ArrayConstructor)(buffer, offset, array.length);
    view.set(array);
    views.set(array, view);
    offset += array.byteLength;
  }
  return views;
}
