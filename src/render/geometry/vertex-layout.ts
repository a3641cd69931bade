/** The memory layout and GL types of attributes. */

import type { BufferAttribute, InterleavedBuffer, InterleavedBufferAttribute } from 'three';

/** The content of one buffer: one attribute, or several interleaved. */
export type Source = BufferAttribute | InterleavedBuffer;

/** Returns an attribute's layout in bytes: from one vertex to the next (0: packed), and before the first. */
export function layoutOf(attribute: BufferAttribute | InterleavedBufferAttribute) {
  if (!('isInterleavedBufferAttribute' in attribute)) return { source: attribute, stride: 0, offset: 0 };
  const { data, offset } = attribute;
  const unit = data.array.BYTES_PER_ELEMENT;
  return { source: data, stride: data.stride * unit, offset: offset * unit };
}

/**
 * Returns the GL type of vertex data.
 *
 * @throws TypeError for arrays that WebGL 1 attributes cannot hold.
 */
export function vertexType(gl: WebGLRenderingContext, array: ArrayLike<number>): number {
  if (array instanceof Float32Array) return gl.FLOAT;
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return gl.UNSIGNED_BYTE;
  if (array instanceof Int8Array) return gl.BYTE;
  if (array instanceof Uint16Array) return gl.UNSIGNED_SHORT;
  if (array instanceof Int16Array) return gl.SHORT;
  throw new TypeError(`WebGL 1 has no vertex type for ${array.constructor.name}`);
}

/**
 * Returns the GL type of indices.
 *
 * @throws TypeError for arrays that cannot be indices.
 */
export function indexType(gl: WebGLRenderingContext, array: ArrayLike<number>): number {
  if (array instanceof Uint8Array) return gl.UNSIGNED_BYTE;
  if (array instanceof Uint16Array) return gl.UNSIGNED_SHORT;
  if (array instanceof Uint32Array) return gl.UNSIGNED_INT;
  throw new TypeError(`WebGL 1 has no index type for ${array.constructor.name}`);
}
