/** Builds GLB files. */
import { MeshoptEncoder } from 'meshoptimizer/encoder';

type Data = Float32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

/** The used subset of a glTF 2.0 file: a plain object that becomes the JSON chunk unchanged. */
export interface GltfJson {
  asset: { version: '2.0'; generator: string; extras?: object };
  extensionsUsed?: string[];
  extensionsRequired?: string[];
  scene?: number;
  scenes?: { nodes?: number[] }[];
  nodes?: object[];
  meshes?: object[];
  skins?: object[];
  materials?: object[];
  animations?: object[];
  accessors?: object[];
  bufferViews?: object[];
  buffers?: object[];
}

export interface AccessorOptions {
  readonly type: 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4' | 'MAT4';
  readonly normalized?: boolean;
  /** Writes `min` and `max`, which glTF requires for POSITION and for key times. */
  readonly bounds?: boolean;
  /** Floats may be rounded to this, where the stream is compressed: filter EXPONENTIAL of EXT_meshopt_compression. */
  readonly step?: number;
}

interface Stream {
  readonly stride: number;
  readonly target: number | undefined;
  readonly mode: 'ATTRIBUTES' | 'TRIANGLES';
  /** `AccessorOptions.step` */
  readonly step: number | undefined;
  readonly chunks: Uint8Array[];
  bytes: number;
}

const COMPONENT_TYPES = new Map<unknown, number>([
  [Int8Array, 5120],
  [Uint8Array, 5121],
  [Int16Array, 5122],
  [Uint16Array, 5123],
  [Float32Array, 5126],
]);
const ITEM_SIZES = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 };
const ARRAY_BUFFER = 34962;
const ELEMENT_ARRAY_BUFFER = 34963;

const aligned = (bytes: number): number => (bytes + 3) & ~3;

/**
 * Collects accessors and writes a GLB. Accessors of one kind (all normals, say) share one buffer view across all parts of the
 * mesh. meshoptimizer packs one long stream better than many short ones, and a view costs 150 bytes of JSON. A view uses
 * EXT_meshopt_compression where that is smaller, including its JSON.
 *
 * glTF-Transform's writer does not fit: it does not support MSFT_lod, and it makes a view for each mesh.
 */
export class GlbBuilder {
  readonly json: GltfJson = { asset: { version: '2.0', generator: 'foyer' } };
  readonly #accessors: { json: Record<string, unknown>; stream: string }[] = [];
  readonly #streams = new Map<string, Stream>();
  readonly #extensions = new Set<string>();

  /** Adds an extension to `extensionsUsed`, and to `extensionsRequired` where readers need it. */
  useExtension(name: string, required: boolean): void {
    this.#extensions.add(`${required ? '!' : '?'}${name}`);
  }

  /** Adds vertex data; items are padded to 4 bytes. `kind` names the stream. @returns the index of the new accessor. */
  addVertices(kind: string, data: Data, options: AccessorOptions): number {
    return this.#add(kind, data, options, ARRAY_BUFFER);
  }

  /** Adds numbers that are not vertex data (key times and values, matrices). @returns the index of the new accessor. */
  addData(kind: string, data: Data, options: AccessorOptions): number {
    return this.#add(kind, data, options, undefined);
  }

  /** Adds triangles; `index.length` is a multiple of 3. @returns the index of the new accessor. */
  addIndex(index: Uint16Array): number {
    const stream = this.#stream('index', { stride: 2, target: ELEMENT_ARRAY_BUFFER, mode: 'TRIANGLES', step: undefined });
    return this.#append(stream, 'index', new Uint8Array(index.buffer, index.byteOffset, index.byteLength), {
      componentType: 5123,
      count: index.length,
      type: 'SCALAR',
    });
  }

  #add(kind: string, data: Data, { type, normalized, bounds, step }: AccessorOptions, target: number | undefined): number {
    const size = ITEM_SIZES[type];
    const itemBytes = size * data.BYTES_PER_ELEMENT;
    const stride = aligned(itemBytes);
    const count = data.length / size;
    const bytes = new Uint8Array(count * stride);
    const source = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let i = 0; i < count; i++) bytes.set(source.subarray(i * itemBytes, (i + 1) * itemBytes), i * stride);
    // The stride is part of the key: one kind may be floats in one part and bytes in another.
    const key = `${kind}/${stride}/${target ?? 0}`;
    return this.#append(this.#stream(key, { stride, target, mode: 'ATTRIBUTES', step }), key, bytes, {
      componentType: COMPONENT_TYPES.get(data.constructor),
      ...(normalized ? { normalized } : {}),
      count,
      type,
      ...(bounds ? minMax(data, size) : {}),
    });
  }

  #stream(key: string, shape: Omit<Stream, 'chunks' | 'bytes'>): Stream {
    let stream = this.#streams.get(key);
    if (!stream) this.#streams.set(key, (stream = { ...shape, chunks: [], bytes: 0 }));
    return stream;
  }

  #append(stream: Stream, key: string, bytes: Uint8Array, json: Record<string, unknown>): number {
    this.#accessors.push({ json: { ...offsetOf(stream.bytes), ...json }, stream: key });
    stream.chunks.push(bytes);
    stream.bytes += bytes.byteLength;
    return this.#accessors.length - 1;
  }

  /** Builds the file. The builder must not be used afterwards. @returns the bytes of the GLB. */
  async build(): Promise<Uint8Array> {
    await MeshoptEncoder.ready;
    const views: object[] = [];
    const chunks: Uint8Array[] = [];
    const viewOf = new Map<string, number>();
    let offset = 0;
    let fallback = 0;
    for (const [key, stream] of this.#streams) {
      const raw = concat(stream.chunks, stream.bytes);
      const count = stream.bytes / stream.stride;
      // Short streams cannot gain: the extension costs 150 bytes of JSON.
      const isLong = stream.bytes > 256;
      const step = isLong ? stream.step : undefined;
      const source = step === undefined ? raw : rounded(raw, count, stream.stride, step);
      const packed = isLong ? MeshoptEncoder.encodeGltfBuffer(source, count, stream.stride, stream.mode) : raw;
      const compress = packed.byteLength + 150 < raw.byteLength;
      const bytes = compress ? packed : raw;
      const view = {
        byteLength: raw.byteLength,
        // glTF allows a stride on vertex data only; a compressed view carries its own below.
        ...(stream.target === ARRAY_BUFFER ? { byteStride: stream.stride } : {}),
        ...(stream.target ? { target: stream.target } : {}),
      };
      if (compress) {
        const extension = {
          buffer: 0,
          ...offsetOf(offset),
          byteLength: bytes.byteLength,
          byteStride: stream.stride,
          count,
          mode: stream.mode,
          ...(step === undefined ? {} : { filter: 'EXPONENTIAL' }),
        };
        views.push({ buffer: 1, ...offsetOf(fallback), ...view, extensions: { EXT_meshopt_compression: extension } });
        fallback += aligned(raw.byteLength);
      } else {
        views.push({ buffer: 0, ...offsetOf(offset), ...view });
      }
      viewOf.set(key, views.length - 1);
      chunks.push(bytes);
      offset += bytes.byteLength;
      if (aligned(offset) !== offset) chunks.push(new Uint8Array(aligned(offset) - offset));
      offset = aligned(offset);
    }
    if (fallback > 0) this.useExtension('EXT_meshopt_compression', true);
    this.#finish(views, viewOf, offset, fallback);
    return container(JSON.stringify(this.json, shortest), concat(chunks, offset));
  }

  #finish(views: object[], viewOf: Map<string, number>, bytes: number, fallback: number): void {
    const { json } = this;
    const used = [...this.#extensions].map(e => e.slice(1)).sort();
    if (used.length > 0) json.extensionsUsed = used;
    const required = [...this.#extensions].filter(e => e[0] === '!').map(e => e.slice(1));
    if (required.length > 0) json.extensionsRequired = required.sort();
    if (this.#accessors.length === 0) return;
    json.accessors = this.#accessors.map(a => ({ bufferView: viewOf.get(a.stream), ...a.json }));
    json.bufferViews = views;
    json.buffers = [{ byteLength: bytes }];
    if (fallback > 0) json.buffers.push({ byteLength: fallback, extensions: { EXT_meshopt_compression: { fallback: true } } });
  }
}

/** Names an offset, unless it is 0, which is the default. */
const offsetOf = (byteOffset: number): object => (byteOffset > 0 ? { byteOffset } : {});

/** For JSON.stringify: nine digits tell every float of 32 bits from its neighbours; a double that came of one has 17. */
function shortest(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(9)) : value;
}

/** Returns floats as the filter EXPONENTIAL stores them, with as many bits as `step` needs. Values of one component share an exponent. */
function rounded(raw: Uint8Array, count: number, stride: number, step: number): Uint8Array {
  const floats = new Float32Array(raw.buffer, raw.byteOffset, raw.byteLength / 4);
  let most = step;
  for (const value of floats) most = Math.max(most, Math.abs(value));
  const bits = Math.min(24, Math.max(2, Math.ceil(Math.log2(most / step)) + 2));
  return MeshoptEncoder.encodeFilterExp(floats, count, stride, bits, 'SharedComponent');
}

function minMax(data: Data, size: number): { min: number[]; max: number[] } {
  const min = new Array<number>(size).fill(Number.POSITIVE_INFINITY);
  const max = new Array<number>(size).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < data.length; i++) {
    min[i % size] = Math.min(min[i % size], data[i]);
    max[i % size] = Math.max(max[i % size], data[i]);
  }
  return { min, max };
}

function concat(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return all;
}

/** glTF 2.0 section 4.4: header, JSON chunk padded with spaces, binary chunk. */
function container(json: string, binary: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(json);
  const jsonBytes = aligned(text.byteLength);
  const binaryBytes = binary.byteLength === 0 ? 0 : 8 + binary.byteLength;
  const file = new Uint8Array(20 + jsonBytes + binaryBytes);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x46546c67, true); // 'glTF'
  view.setUint32(4, 2, true);
  view.setUint32(8, file.byteLength, true);
  view.setUint32(12, jsonBytes, true);
  view.setUint32(16, 0x4e4f534a, true); // 'JSON'
  file.fill(0x20, 20, 20 + jsonBytes);
  file.set(text, 20);
  if (binaryBytes > 0) {
    view.setUint32(20 + jsonBytes, binary.byteLength, true);
    view.setUint32(24 + jsonBytes, 0x004e4942, true); // 'BIN\0'
    file.set(binary, 28 + jsonBytes);
  }
  return file;
}
