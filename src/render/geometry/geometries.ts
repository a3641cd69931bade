import type { BufferAttribute, BufferGeometry, InterleavedBufferAttribute } from 'three';
import { INSTANCE_FLOATS } from '../frame/instances.ts';
import type { Capabilities, Extensions } from '../gl/context.ts';
import { ATTRIBUTE_COUNT, ATTRIBUTE_LOCATIONS } from '../gl/programs.ts';
import { type GpuBuffer, GpuBuffers, handleOf } from './gpu-buffers.ts';
import { indexType, layoutOf, type Source, vertexType } from './vertex-layout.ts';

/** Bit mask of the attributes that advance by instance. */
const INSTANCE_MASK = 7 << ATTRIBUTE_LOCATIONS.aRow0;

interface Binding {
  readonly location: number;
  readonly attribute: BufferAttribute | InterleavedBufferAttribute;
  readonly source: Source;
  readonly buffer: GpuBuffer;
  readonly type: number;
  /** Bytes from one vertex to the next (0 if packed), and bytes before the first. */
  readonly stride: number;
  readonly offset: number;
}

/** A geometry on the GPU. */
export interface GpuGeometry {
  readonly geometry: BufferGeometry;
  readonly bindings: readonly Binding[];
  readonly index: { readonly source: Source; readonly buffer: GpuBuffer } | undefined;
  indexType: number;
  indexBytes: number;
  vao: WebGLVertexArrayObjectOES | null;
  /** Vertex array that includes the instances' rows. */
  instancedVao: WebGLVertexArrayObjectOES | null;
  /** First instance in the rows. */
  instancedFirst: number;
  readonly onDispose: () => void;
}

/** Returns the place of an index in the bound buffer, bytes. */
export function indexAt({ index, indexBytes }: GpuGeometry, start: number): number {
  return (index?.buffer.offset ?? 0) + start * indexBytes;
}

/**
 * Buffers and vertex arrays of three's BufferGeometries. They are created at the first draw and freed on the geometry's `dispose`
 * event. The geometry keeps its CPU arrays, from which everything is restored after a lost context.
 */
export class Geometries {
  readonly #gl: WebGLRenderingContext;
  #capabilities: Capabilities;
  readonly #extensions: Extensions;
  readonly #known = new Map<BufferGeometry, GpuGeometry>();
  readonly #buffers: GpuBuffers;
  #bound: GpuGeometry | null = null;
  #instances: WebGLBuffer | null = null;
  #instanceBytes = 0;
  #instanceView: Float32Array = new Float32Array(0);
  #enabled = 0;
  /** Without vertex arrays: true while locations of instance rows still advance by instance. */
  #divided = false;

  constructor(gl: WebGLRenderingContext, capabilities: Capabilities, extensions: Extensions) {
    this.#gl = gl;
    this.#capabilities = capabilities;
    this.#extensions = extensions;
    this.#buffers = new GpuBuffers(gl);
  }

  /** Bytes of all buffers on the GPU. */
  get bytes(): number {
    return this.#buffers.bytes;
  }

  get count(): number {
    return this.#known.size;
  }

  get(geometry: BufferGeometry): GpuGeometry {
    return this.#known.get(geometry) ?? this.#create(geometry);
  }

  /**
   * Uploads geometries before they are drawn: the vertices of all of them as one buffer, their indices as another. One buffer for each
   * attribute and level were 2,129 calls for the lounge. Vertex arrays are created at the first draw.
   */
  uploadTogether(geometries: readonly BufferGeometry[]): void {
    const { ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER } = this.#gl;
    const vertices = new Map<Source, GpuBuffer>();
    const indices = new Map<Source, GpuBuffer>();
    for (const geometry of geometries) {
      if (this.#known.has(geometry)) continue;
      const { bindings, index } = this.#create(geometry);
      // A source with other users stays where they put it.
      for (const { source, buffer } of bindings) if (buffer.users === 1) vertices.set(source, buffer);
      if (index && index.buffer.users === 1) indices.set(index.source, index.buffer);
    }
    if (vertices.size > 0) this.#buffers.pack(ARRAY_BUFFER, vertices);
    if (indices.size > 0) this.#buffers.pack(ELEMENT_ARRAY_BUFFER, indices);
    for (const geometry of geometries) this.#upload(this.get(geometry));
  }

  /** Uploads new or changed attributes, and binds the geometry for draw calls. */
  bind(item: GpuGeometry): void {
    const fresh = this.#upload(item);
    if (item === this.#bound && !fresh) return;
    this.#bound = item;
    const { vao } = this.#extensions;
    if (!vao) this.#pointAt(item);
    else if (item.vao) vao.bindVertexArrayOES(item.vao);
    else {
      item.vao = vao.createVertexArrayOES();
      vao.bindVertexArrayOES(item.vao);
      this.#enabled = 0;
      this.#pointAt(item);
    }
  }

  /**
   * Uploads the matrices of a frame's instances.
   *
   * @param rows - 12 numbers an instance, see instances.ts.
   */
  sendInstances(rows: Float32Array, count: number): void {
    const gl = this.#gl;
    const floats = count * INSTANCE_FLOATS;
    if (this.#instanceView.buffer !== rows.buffer || this.#instanceView.length !== floats)
      this.#instanceView = rows.subarray(0, floats);
    const fresh = this.#instances === null;
    this.#instances ??= gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#instances);
    if (fresh || rows.byteLength > this.#instanceBytes) {
      gl.bufferData(gl.ARRAY_BUFFER, rows.byteLength, gl.DYNAMIC_DRAW);
      this.#instanceBytes = rows.byteLength;
    }
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.#instanceView as Float32Array<ArrayBuffer>);
  }

  /** Binds a geometry, like `bind`, for a run of instances that begins at `first`. Needs ANGLE_instanced_arrays. */
  bindInstanced(item: GpuGeometry, first: number): void {
    const gl = this.#gl;
    this.#upload(item);
    this.#bound = null;
    const { vao, instancing } = this.#extensions;
    const known = item.instancedVao;
    const before = item.instancedFirst;
    item.instancedFirst = first;
    if (vao) {
      item.instancedVao ??= vao.createVertexArrayOES();
      vao.bindVertexArrayOES(item.instancedVao);
    }
    if (!known) {
      if (vao) this.#enabled = 0;
      this.#pointAt(item, INSTANCE_MASK);
    }
    // Furniture does not move: its vertex array still points to its matrices.
    if (known && before === first) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#instances);
    for (let row = 0; row < 3; row++) {
      const location = ATTRIBUTE_LOCATIONS.aRow0 + row;
      gl.vertexAttribPointer(location, 4, gl.FLOAT, false, INSTANCE_FLOATS * 4, (first * INSTANCE_FLOATS + row * 4) * 4);
      if (!known) instancing?.vertexAttribDivisorANGLE(location, 1);
    }
    this.#divided = !vao;
  }

  /** Unbinds everything, after other code bound buffers or vertex arrays of this context. */
  unbind(): void {
    this.#bound = null;
    this.#extensions.vao?.bindVertexArrayOES(null);
  }

  /**
   * Forgets all GPU objects after a lost context.
   *
   * @param capabilities - of the new context; a restarted driver may have others.
   */
  forget(capabilities: Capabilities): void {
    this.#bound = null;
    this.#instances = null;
    this.#enabled = 0;
    this.#divided = false;
    for (const item of this.#known.values()) item.vao = item.instancedVao = null;
    this.#buffers.forget();
    const { uintIndex } = this.#capabilities;
    this.#capabilities = capabilities;
    if (capabilities.uintIndex === uintIndex) return;
    // Indices converted for the old context are converted again.
    for (const item of [...this.#known.values()]) if (item.index) this.#free(item);
  }

  dispose(): void {
    for (const item of [...this.#known.values()]) this.#free(item);
    this.#gl.deleteBuffer(this.#instances);
    this.#instances = null;
  }

  #create(geometry: BufferGeometry): GpuGeometry {
    // Check everything that may be refused before allocating.
    const placed = Object.entries(geometry.attributes).flatMap(([name, attribute]) => {
      const location = ATTRIBUTE_LOCATIONS[name];
      return location === undefined
        ? []
        : [{ location, attribute, type: vertexType(this.#gl, attribute.array), ...layoutOf(attribute) }];
    });
    const indices = geometry.index ? this.#indexFor(geometry.index) : undefined;
    const array = indices?.array;
    const bindings: Binding[] = placed.map(place => ({ ...place, buffer: this.#buffers.take(place.source) }));
    const index = indices && { source: indices, buffer: this.#buffers.take(indices) };
    const item: GpuGeometry = {
      geometry,
      bindings,
      index,
      indexType: array ? indexType(this.#gl, array) : 0,
      indexBytes: array ? array.BYTES_PER_ELEMENT : 0,
      vao: null,
      instancedVao: null,
      instancedFirst: -1,
      onDispose: () => this.#free(item),
    };
    geometry.addEventListener('dispose', item.onDispose);
    this.#known.set(geometry, item);
    return item;
  }

  /** Converts 32-bit indices to 16-bit ones if the extension is missing and they fit. */
  #indexFor(index: BufferAttribute): BufferAttribute {
    if (!(index.array instanceof Uint32Array) || this.#capabilities.uintIndex) return index;
    let highest = 0;
    for (const i of index.array) highest = Math.max(highest, i);
    if (highest > 65535) throw new RangeError(`index ${highest} needs OES_element_index_uint, which this GPU lacks`);
    const short = index.clone();
    (short as { array: BufferAttribute['array'] }).array = Uint16Array.from(index.array);
    return short;
  }

  /**
   * Uploads an item's buffers.
   *
   * @returns true if a buffer was created, which the vertex array must then reference.
   */
  #upload(item: GpuGeometry): boolean {
    let fresh = false;
    const { ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER } = this.#gl;
    for (let i = 0; i < item.bindings.length; i++) {
      const { source, buffer } = item.bindings[i];
      if (buffer.version !== source.version) fresh = this.#buffers.send(ARRAY_BUFFER, source, buffer) || fresh;
    }
    const { index } = item;
    if (index && index.buffer.version !== index.source.version) {
      // The element buffer belongs to the bound vertex array. Bind none, or it would overwrite another geometry's.
      this.unbind();
      fresh = this.#buffers.send(ELEMENT_ARRAY_BUFFER, index.source, index.buffer) || fresh;
    }
    return fresh;
  }

  #pointAt(item: GpuGeometry, extra = 0): void {
    const gl = this.#gl;
    let wanted = extra;
    if (this.#divided && extra === 0) this.#undivide();
    for (const { location, attribute, buffer, type, stride, offset } of item.bindings) {
      if (extra & (1 << location)) continue;
      gl.bindBuffer(gl.ARRAY_BUFFER, handleOf(buffer));
      gl.vertexAttribPointer(location, attribute.itemSize, type, attribute.normalized, stride, buffer.offset + offset);
      wanted |= 1 << location;
    }
    for (let location = 0; location < ATTRIBUTE_COUNT; location++) {
      const bit = 1 << location;
      if (wanted & bit && !(this.#enabled & bit)) gl.enableVertexAttribArray(location);
      if (this.#enabled & bit && !(wanted & bit)) gl.disableVertexAttribArray(location);
    }
    this.#enabled = wanted;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, item.index ? handleOf(item.index.buffer) : null);
  }

  #undivide(): void {
    this.#divided = false;
    const { instancing } = this.#extensions;
    for (let row = 0; row < 3; row++) instancing?.vertexAttribDivisorANGLE(ATTRIBUTE_LOCATIONS.aRow0 + row, 0);
  }

  #free(item: GpuGeometry): void {
    if (this.#known.get(item.geometry) !== item) return;
    this.#known.delete(item.geometry);
    item.geometry.removeEventListener('dispose', item.onDispose);
    if (this.#bound === item) this.unbind();
    if (item.vao) this.#extensions.vao?.deleteVertexArrayOES(item.vao);
    if (item.instancedVao) this.#extensions.vao?.deleteVertexArrayOES(item.instancedVao);
    for (const { source, buffer } of item.index ? [...item.bindings, item.index] : item.bindings)
      this.#buffers.release(source, buffer);
  }
}
