/** Buffers on the GPU: one for each attribute or index, or one for many of them. */

import type { Source } from './vertex-layout.ts';

/** Several sources in one buffer of the GPU: one call uploads them all. */
interface Pack {
  readonly target: number;
  readonly members: readonly { readonly source: Source; readonly buffer: GpuBuffer }[];
  readonly bytes: number;
  /** The bytes to upload, where all members lie together already. */
  readonly whole: Uint8Array<ArrayBuffer> | undefined;
  handle: WebGLBuffer | null;
  /** Members that are still used. */
  left: number;
}

/** One source on the GPU. Geometries that share it share this. */
export interface GpuBuffer {
  /** Of its own; a packed one has its pack's. */
  handle: WebGLBuffer | null;
  pack: Pack | undefined;
  /** Bytes before it in its pack. */
  offset: number;
  /** Version of the source that was uploaded; -1: none. */
  version: number;
  users: number;
  bytes: number;
}

/** Creates, fills and frees buffers. Who takes a buffer gives it back. */
export class GpuBuffers {
  readonly #gl: WebGLRenderingContext;
  readonly #known = new Map<Source, GpuBuffer>();
  /** Bytes of all buffers on the GPU. */
  bytes = 0;

  constructor(gl: WebGLRenderingContext) {
    this.#gl = gl;
  }

  /** Returns the buffer of a source, counted as used once more. It is empty until `send`. */
  take(source: Source): GpuBuffer {
    let buffer = this.#known.get(source);
    if (!buffer)
      this.#known.set(source, (buffer = { handle: null, pack: undefined, offset: 0, version: -1, users: 0, bytes: 0 }));
    buffer.users++;
    return buffer;
  }

  /** Places new sources into one buffer, without gaps. @param sources - taken, and not sent. */
  pack(target: number, sources: ReadonlyMap<Source, GpuBuffer>): void {
    const members = [...sources].map(([source, buffer]) => ({ source, buffer }));
    const whole = wholeOf(sources.keys());
    // WebGL wants offsets in multiples of the type's size: the largest types first.
    members.sort((a, b) => b.source.array.BYTES_PER_ELEMENT - a.source.array.BYTES_PER_ELEMENT);
    let bytes = 0;
    for (const { source, buffer } of members) {
      buffer.offset = whole ? source.array.byteOffset - whole.byteOffset : bytes;
      bytes += source.array.byteLength;
    }
    const pack: Pack = { target, members, bytes, whole, handle: null, left: members.length };
    for (const { buffer } of members) buffer.pack = pack;
  }

  /**
   * Uploads a source that is new or changed; with the first of a pack, all of them.
   *
   * @returns true if a buffer was created, which vertex arrays must then reference.
   */
  send(target: number, source: Source, buffer: GpuBuffer): boolean {
    const gl = this.#gl;
    const { array, version } = source;
    const { pack } = buffer;
    if (pack && !pack.handle) {
      this.#sendPack(pack);
      return true;
    }
    const fresh = !pack && buffer.handle === null;
    if (fresh) buffer.handle = gl.createBuffer();
    gl.bindBuffer(target, handleOf(buffer));
    if (pack) gl.bufferSubData(target, buffer.offset, array as unknown as BufferSource);
    else if (!fresh && buffer.bytes === array.byteLength) gl.bufferSubData(target, 0, array as unknown as BufferSource);
    else {
      gl.bufferData(target, array as unknown as BufferSource, fresh ? gl.STATIC_DRAW : gl.DYNAMIC_DRAW);
      this.bytes += array.byteLength - buffer.bytes;
      buffer.bytes = array.byteLength;
    }
    buffer.version = version;
    return fresh;
  }

  /** Gives back one use; the last one frees it. A pack goes with the last of its members. */
  release(source: Source, buffer: GpuBuffer): void {
    if (--buffer.users > 0) return;
    this.#known.delete(source);
    const { pack } = buffer;
    if (!pack) {
      this.#gl.deleteBuffer(buffer.handle);
      this.bytes -= buffer.bytes;
    } else if (--pack.left === 0) {
      if (pack.handle) this.bytes -= pack.bytes;
      this.#gl.deleteBuffer(pack.handle);
    }
  }

  /** Forgets all handles after a lost context. */
  forget(): void {
    this.bytes = 0;
    for (const buffer of this.#known.values()) {
      buffer.handle = null;
      if (buffer.pack) buffer.pack.handle = null;
      buffer.version = -1;
      buffer.bytes = 0;
    }
  }

  #sendPack(pack: Pack): void {
    const gl = this.#gl;
    const all = pack.whole ?? new Uint8Array(pack.bytes);
    for (const { source, buffer } of pack.members) {
      const { array } = source;
      // After a lost context, an array may be another than the one that was packed.
      if (array.buffer !== all.buffer) all.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), buffer.offset);
      buffer.version = source.version;
    }
    pack.handle = gl.createBuffer();
    gl.bindBuffer(pack.target, pack.handle);
    gl.bufferData(pack.target, all, gl.STATIC_DRAW);
    this.bytes += pack.bytes;
  }
}

/** Returns the bytes of all sources, where they fill one piece of one array buffer; the decoder packs a mesh that way. */
function wholeOf(sources: Iterable<Source>): Uint8Array<ArrayBuffer> | undefined {
  let [start, end, bytes] = [Number.POSITIVE_INFINITY, 0, 0];
  let shared: ArrayBufferLike | undefined;
  for (const { array } of sources) {
    shared ??= array.buffer;
    if (array.buffer !== shared) return undefined;
    start = Math.min(start, array.byteOffset);
    end = Math.max(end, array.byteOffset + array.byteLength);
    bytes += array.byteLength;
  }
  // From another start, offsets may fall between two numbers of 4 bytes, the largest that WebGL takes.
  return shared instanceof ArrayBuffer && end - start === bytes && start % 4 === 0
    ? new Uint8Array(shared, start, bytes)
    : undefined;
}

/** Returns the buffer to bind. */
export function handleOf({ pack, handle }: GpuBuffer): WebGLBuffer | null {
  return pack ? pack.handle : handle;
}
