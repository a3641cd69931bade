/** Walks the chunks of a GLB container (glTF 2.0, section 4.4). */

export const CHUNK_JSON = 0x4e4f534a; // 'JSON'
export const CHUNK_BINARY = 0x004e4942; // 'BIN\0'
const MAGIC = 0x46546c67; // 'glTF'

export interface GlbChunk {
  /** Byte of the chunk's header. */
  readonly at: number;
  readonly type: number;
  /** Bytes that the header states. */
  readonly size: number;
  /** The bytes that are there; fewer than `size` where the file is cut. */
  readonly content: Uint8Array;
}

/** Whether the bytes begin as a GLB does. */
export const isGlb = (bytes: Uint8Array): boolean => bytes.byteLength > 4 && viewOf(bytes).getUint32(0, true) === MAGIC;

/** Returns version and stated length. @param bytes - at least 12. */
export function glbHeader(bytes: Uint8Array): { readonly version: number; readonly length: number } {
  const view = viewOf(bytes);
  return { version: view.getUint32(4, true), length: view.getUint32(8, true) };
}

/**
 * Yields the chunks up to byte `end`:
 *
 * u32 magic  u32 version  u32 length | u32 bytes  u32 'JSON'  …  | u32 bytes  u32 'BIN\0'  … | unknown chunks
 *
 * Chunks begin at multiples of 4. Some exporters add padding without counting it, so a binary chunk is found there too.
 */
export function* glbChunks(bytes: Uint8Array, end = bytes.byteLength): Generator<GlbChunk> {
  const view = viewOf(bytes);
  const isBinary = (at: number) => at + 8 <= end && view.getUint32(at + 4, true) === CHUNK_BINARY;
  for (let at = 12; at + 8 <= end; ) {
    const aligned = (at + 3) & ~3;
    if (!isBinary(at) && isBinary(aligned)) at = aligned;
    const size = view.getUint32(at, true);
    const start = at + 8;
    yield { at, type: view.getUint32(at + 4, true), size, content: bytes.subarray(start, Math.min(start + size, end)) };
    at = start + size;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
