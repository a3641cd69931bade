import { FormatError } from '../../core/errors.ts';
import { MAX_DECODED_BYTES } from '../limits.ts';
import type { Glb } from './glb.ts';
import type { JsonCursor } from './json-cursor.ts';
import { decodeMeshopt, type MeshoptFilter, type MeshoptMode } from './meshopt.ts';

export type AccessorArray = Float32Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Uint32Array;

/** The numbers of one accessor, tightly packed: `array` holds `count` x `itemSize` of them. */
export interface AccessorData {
  readonly array: AccessorArray;
  readonly itemSize: number;
  readonly count: number;
  readonly normalized: boolean;
  /** The accessor's place in the JSON, for errors. */
  readonly source: JsonCursor;
}

const ITEM_SIZE: Readonly<Record<string, number>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 };

const COMPONENT = {
  5120: Int8Array,
  5121: Uint8Array,
  5122: Int16Array,
  5123: Uint16Array,
  5125: Uint32Array,
  5126: Float32Array,
} as const;

interface BufferView {
  readonly bytes: Uint8Array;
  /** 0: tightly packed. */
  readonly stride: number;
}

/**
 * Reads the accessors of one GLB. Each buffer view is unpacked once and each accessor is read once. A second read returns the
 * same object, so that parts that share vertices share the arrays as well.
 */
export class Accessors {
  readonly #glb: Glb;
  readonly #views = new Map<number, BufferView>();
  readonly #read = new Map<number, AccessorData>();
  readonly #floats = new Map<AccessorData, Float32Array>();
  readonly #accessors: JsonCursor[];
  readonly #bufferViews: JsonCursor[];
  #decodedBytes = 0;

  constructor(glb: Glb) {
    this.#glb = glb;
    this.#accessors = glb.json.list('accessors');
    this.#bufferViews = glb.json.list('bufferViews');
  }

  /**
   * Reads the accessor that `reference` (an index in the JSON) names.
   * @param itemSizes - how many numbers an item may have.
   * @throws FormatError for a wrong type or length, or a float that is not finite.
   */
  read(reference: JsonCursor, ...itemSizes: readonly number[]): AccessorData {
    const index = reference.integer(0, this.#accessors.length - 1);
    const data = this.#read.get(index) ?? this.#decode(index);
    this.#read.set(index, data);
    if (!itemSizes.includes(data.itemSize))
      data.source.get('type').fail(`${reference.at} needs ${itemSizes.join(' or ')} numbers an item`);
    return data;
  }

  /** `read`, then `toFloats`, converted once. */
  readFloats(reference: JsonCursor, ...itemSizes: readonly number[]): { readonly floats: Float32Array; readonly count: number } {
    const data = this.read(reference, ...itemSizes);
    let floats = this.#floats.get(data);
    if (!floats) this.#floats.set(data, (floats = toFloats(data)));
    return { floats, count: data.count };
  }

  #decode(index: number): AccessorData {
    const source = this.#accessors[index];
    const type = source.get('type');
    const itemSize = ITEM_SIZE[type.string()] ?? type.fail('expected SCALAR, VEC2, VEC3, VEC4 or MAT4');
    const component = source.get('componentType');
    const ArrayType =
      COMPONENT[component.integer(5120, 5126) as keyof typeof COMPONENT] ?? component.fail('unknown component type');
    const itemBytes = itemSize * ArrayType.BYTES_PER_ELEMENT;
    const countAt = source.get('count');
    const count = countAt.integer(1, Math.floor(MAX_DECODED_BYTES / itemBytes));
    if (source.get('sparse').present) source.get('sparse').fail('sparse accessors are not read');
    this.#spend(count * itemBytes, countAt);

    // An accessor without a buffer view is all zeros (glTF 2.0 section 3.6.2.3).
    const view = source.get('bufferView').present ? this.#bufferView(source.get('bufferView')) : undefined;
    const array = view ? unpack(ArrayType, view, source, count, itemSize) : new ArrayType(count * itemSize);
    if (array instanceof Float32Array) requireFinite(array, source);
    return { array, itemSize, count, normalized: source.get('normalized').optionalBoolean(false), source };
  }

  #bufferView(reference: JsonCursor): BufferView {
    const index = reference.integer(0, this.#bufferViews.length - 1);
    let view = this.#views.get(index);
    if (view) return view;
    const source = this.#bufferViews[index];
    const stride = source.get('byteStride').optionalInteger(1, 252, 0);
    const khr = source.get('extensions').get('KHR_meshopt_compression');
    const compressed = khr.present ? khr : source.get('extensions').get('EXT_meshopt_compression');
    view = compressed.present ? { bytes: this.#decompress(compressed, source), stride } : { bytes: this.#slice(source), stride };
    this.#views.set(index, view);
    return view;
  }

  #decompress(extension: JsonCursor, view: JsonCursor): Uint8Array {
    const size = extension.get('byteStride').integer(1, 256);
    const count = extension.get('count').integer(1, Math.floor(MAX_DECODED_BYTES / size));
    const mode: MeshoptMode = extension.get('mode').choice(['ATTRIBUTES', 'TRIANGLES', 'INDICES'], 'ATTRIBUTES');
    const filter: MeshoptFilter = extension
      .get('filter')
      .choice(['NONE', 'OCTAHEDRAL', 'QUATERNION', 'EXPONENTIAL', 'COLOR'], 'NONE');
    const length = view.get('byteLength');
    if (length.integer(1, MAX_DECODED_BYTES) !== size * count) length.fail(`expected ${size * count}, the compressed size`);
    this.#spend(size * count, extension.get('count'));
    return decodeMeshopt({ count, size, mode, filter }, this.#slice(extension), extension);
  }

  /** The bytes that a buffer view (or its compression extension) names. Only the GLB's own binary chunk is a buffer. */
  #slice(source: JsonCursor): Uint8Array {
    const { binary } = this.#glb;
    source.get('buffer').integer(0, 0);
    const offset = source.get('byteOffset').optionalInteger(0, binary.byteLength, 0);
    const length = source.get('byteLength').integer(1, binary.byteLength - offset);
    return binary.subarray(offset, offset + length);
  }

  #spend(bytes: number, at: JsonCursor): void {
    this.#decodedBytes += bytes;
    if (this.#decodedBytes > MAX_DECODED_BYTES) at.fail(`the file unpacks to more than ${MAX_DECODED_BYTES} bytes`);
  }
}

function unpack(
  ArrayType: (typeof COMPONENT)[keyof typeof COMPONENT],
  view: BufferView,
  source: JsonCursor,
  count: number,
  itemSize: number,
): AccessorArray {
  const itemBytes = itemSize * ArrayType.BYTES_PER_ELEMENT;
  const stride = view.stride || itemBytes;
  if (stride < itemBytes) source.get('bufferView').fail(`the stride of ${stride} bytes is less than an item of ${itemBytes}`);
  const { bytes } = view;
  const offset = source.get('byteOffset').optionalInteger(0, bytes.byteLength, 0);
  if (offset + stride * (count - 1) + itemBytes > bytes.byteLength)
    source.get('count').fail(`the accessor reaches past its buffer view of ${bytes.byteLength} bytes`);
  // Always copied: the result is aligned, packed and free of the file's buffer, so that a worker can transfer it.
  const packed = new ArrayType(count * itemSize);
  const out = new Uint8Array(packed.buffer);
  const unit = ArrayType.BYTES_PER_ELEMENT;
  const start = bytes.byteOffset + offset;
  if (stride === itemBytes) out.set(bytes.subarray(offset, offset + out.byteLength));
  else if (itemSize === 3 && start % unit === 0 && stride % unit === 0)
    packTriples(
      new ArrayType(bytes.buffer as ArrayBuffer, start, (stride * (count - 1) + itemBytes) / unit),
      stride / unit,
      packed,
    );
  else
    for (let i = 0, from = offset, to = 0; i < count; i++, from += stride, to += itemBytes)
      for (let b = 0; b < itemBytes; b++) out[to + b] = bytes[from + b];
  return packed;
}

/** Copies three numbers of every `step`: positions and normals have the place of four. */
function packTriples(from: AccessorArray, step: number, to: AccessorArray): void {
  for (let i = 0, at = 0; i < to.length; i += 3, at += step) {
    to[i] = from[at];
    to[i + 1] = from[at + 1];
    to[i + 2] = from[at + 2];
  }
}

function requireFinite(array: Float32Array, source: JsonCursor): void {
  // The high halves of numbers that are not finite have all bits of the exponent. As small integers they need no boxes before V8 compiles this.
  const halves = new Uint16Array(array.buffer, array.byteOffset, array.length * 2);
  for (let i = 1; i < halves.length; i += 2)
    if ((halves[i] & 0x7f80) === 0x7f80)
      throw new FormatError('a number that is not finite', {
        url: source.url,
        at: `${source.at}[${i >> 1}]`,
        value: array[i >> 1],
      });
}

/**
 * Returns the numbers as floats. Normalized integers map to [-1, 1] or [0, 1] (glTF 2.0 section 3.6.2.2). A float array is
 * returned as it is.
 */
export function toFloats({ array, normalized }: Pick<AccessorData, 'array' | 'normalized'>): Float32Array {
  if (array instanceof Float32Array) return array;
  const floats = Float32Array.from(array);
  if (!normalized) return floats;
  const scale =
    array instanceof Int8Array ? 127 : array instanceof Uint8Array ? 255 : array instanceof Int16Array ? 32767 : 65535;
  for (let i = 0; i < floats.length; i++) floats[i] = Math.max(floats[i] / scale, -1);
  return floats;
}
