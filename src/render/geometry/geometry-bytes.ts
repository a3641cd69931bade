/** GPU memory of geometries. */

import type { BufferAttribute, BufferGeometry } from 'three';

/** Returns the exact GPU bytes of LeanRenderer's buffers for these geometries. Shared buffers count once. */
export function geometryBytes(geometries: Iterable<BufferGeometry>): number {
  let bytes = 0;
  for (const { array } of attributesOf(geometries)) bytes += array.byteLength;
  return bytes;
}

/** Returns all attributes and indices of the geometries, once each. */
export function attributesOf(geometries: Iterable<BufferGeometry>): Set<BufferAttribute> {
  const found = new Set<BufferAttribute>();
  for (const { attributes, index } of geometries) {
    for (const attribute of Object.values(attributes)) found.add(attribute as BufferAttribute);
    if (index) found.add(index);
  }
  return found;
}
