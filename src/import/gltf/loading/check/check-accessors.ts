/** Checks that buffers, views and accessors of a glTF file fit each other. */
import { FormatError } from '../../../../core/errors.ts';
import type { Warn } from '../../../report/warnings.ts';
import { bytesOf, meshoptOf, neededBuffers } from '../needed-buffers.ts';
import { DocumentFields, type Json } from './document-fields.ts';

// The last two are KHR_accessor_float64 and KHR_accessor_float16.
const COMPONENT_BYTES: Readonly<Record<number, number>> = {
  5120: 1,
  5121: 1,
  5122: 2,
  5123: 2,
  5125: 4,
  5126: 4,
  5130: 8,
  5131: 2,
};
const UNSIGNED = new Set<unknown>([5121, 5123, 5125]);
const ITEM_SIZES: Readonly<Record<string, number>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };
/** Maximum count of numbers in all accessors together; 400 MB as floats. */
const MAX_NUMBERS = 100_000_000;
/** Maximum bytes of all compressed views together after decompression. */
const MAX_UNPACKED = 512 * 1024 * 1024;

/** Replaces an invalid accessor that no kept item uses. */
const NOTHING = { componentType: 5126, type: 'SCALAR', count: 0 };

/** Checks buffers, then accessors. It replaces a faulty accessor by an empty one, and reports the fault when an item uses the accessor. */
export class AccessorCheck extends DocumentFields {
  readonly #resources: Readonly<Record<string, Uint8Array>>;
  readonly #warn: Warn;
  readonly #faults = new Map<number, FormatError>();

  constructor(json: Json, resources: Readonly<Record<string, Uint8Array>>, url: string, warn: Warn) {
    super(json, url);
    this.#resources = resources;
    this.#warn = warn;
  }

  /** @throws FormatError at the first fault of a buffer or view, and past the limits of numbers and bytes. */
  run(): void {
    this.#buffers();
    this.#accessors();
  }

  /** Checks that an accessor exists and is valid. @throws FormatError where it is not. */
  mustHold(value: unknown, at: string): void {
    const fault = this.#faults.get(this.reference(value, 'accessors', at));
    if (fault) throw fault;
  }

  #buffers(): void {
    const needed = neededBuffers(this.json);
    const buffers = this.list(this.json, 'buffers');
    const lengths = buffers.map((buffer, i) => {
      const bytes = bytesOf(buffer, this.#resources)?.byteLength ?? 0;
      if (buffer.byteLength === undefined && bytes > 0) {
        this.#warn(`buffer ${i} does not say how long it is; all of it is read`);
        buffer.byteLength = bytes;
      }
      const said = this.#bytes(buffer.byteLength, `buffers[${i}].byteLength`);
      if (!needed.has(i)) return said;
      if (said > 0 && bytes === 0) this.fail('the buffer is empty or not there', `buffers[${i}].byteLength`, said);
      if (said > bytes) this.#warn(`buffer ${i} should have ${said} bytes and has ${bytes}`);
      return bytes;
    });
    let unpacked = 0;
    for (const [i, view] of this.list(this.json, 'bufferViews').entries()) {
      const at = `bufferViews[${i}]`;
      const meshopt = meshoptOf(view);
      const buffer = this.reference(view.buffer, 'buffers', `${at}.buffer`);
      const offset = this.#bytes(view.byteOffset ?? 0, `${at}.byteOffset`);
      const length = this.#bytes(view.byteLength, `${at}.byteLength`);
      this.whole(view.byteStride, `${at}.byteStride`, 4096, 0);
      if (meshopt) {
        unpacked += this.#compressed(meshopt, length, lengths, `${at}.extensions.EXT_meshopt_compression`);
        if (unpacked > MAX_UNPACKED) this.fail(`more than ${MAX_UNPACKED} bytes unpacked`, at, unpacked);
      } else if (offset + length > lengths[buffer]) {
        // The view's remaining bytes decide: its accessors are checked against them. A buffer that is cut was told already.
        const isCut = offset + length <= Number(buffers[buffer].byteLength);
        if (!isCut && lengths[buffer] > 0) this.#warn(`bufferView ${i} reaches beyond its buffer; it ends with the buffer`);
        view.byteOffset = Math.min(offset, lengths[buffer]);
        view.byteLength = Math.max(0, lengths[buffer] - offset);
      }
    }
  }

  /** Returns a count of bytes, at most 2 GiB: what a file has is counted beside what it says. */
  #bytes(value: unknown, at: string): number {
    return Math.min(2 ** 31, this.whole(value, at, Number.MAX_VALUE));
  }

  /** Checks EXT_meshopt_compression: `count` items of `byteStride` bytes must match the view's declared size. */
  #compressed(meshopt: Json, length: number, lengths: readonly number[], at: string): number {
    const buffer = this.reference(meshopt.buffer, 'buffers', `${at}.buffer`);
    const offset = this.whole(meshopt.byteOffset, `${at}.byteOffset`, lengths[buffer], 0);
    this.whole(meshopt.byteLength, `${at}.byteLength`, lengths[buffer] - offset);
    const stride = this.whole(meshopt.byteStride, `${at}.byteStride`, 256);
    const count = this.whole(meshopt.count, `${at}.count`, MAX_NUMBERS);
    if (count * stride !== length) this.fail(`${length} bytes, as the view has`, `${at}.count`, count);
    return count * stride;
  }

  #accessors(): void {
    let numbers = 0;
    const accessors = this.list(this.json, 'accessors');
    for (const [i, accessor] of accessors.entries()) {
      try {
        numbers += this.#accessor(accessor, `accessors[${i}]`);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        this.#faults.set(i, error);
        (this.json.accessors as Json[])[i] = { ...NOTHING };
      }
      if (numbers > MAX_NUMBERS) this.fail(`more than ${MAX_NUMBERS} numbers in all`, `accessors[${i}].count`, accessor.count);
    }
  }

  /** Checks one accessor. @returns its count of numbers. */
  #accessor(accessor: Json, at: string): number {
    const count = this.whole(accessor.count, `${at}.count`, MAX_NUMBERS);
    const bytes =
      COMPONENT_BYTES[accessor.componentType as number] ??
      this.fail('an unknown component type', `${at}.componentType`, accessor.componentType);
    const size = ITEM_SIZES[accessor.type as string] ?? this.fail('an unknown type', `${at}.type`, accessor.type);
    if (accessor.bufferView !== undefined) this.#fits(accessor, count, bytes * size, at, true);
    if (accessor.sparse !== undefined) this.#sparse(this.object(accessor, 'sparse', at), count, bytes * size, `${at}.sparse`);
    return count * size;
  }

  /** Checks that `count` items of `itemBytes` fit in the view of `owner`. */
  #fits(owner: Json, count: number, itemBytes: number, at: string, strided: boolean): void {
    const view = this.all('bufferViews')[this.reference(owner.bufferView, 'bufferViews', `${at}.bufferView`)];
    const stride = (strided && (view.byteStride as number | undefined)) || itemBytes;
    if (stride < itemBytes && count > 1)
      this.fail(`its items of ${itemBytes} bytes stand ${stride} bytes apart`, `${at}.bufferView`, owner.bufferView);
    const offset = this.whole(owner.byteOffset, `${at}.byteOffset`, 2 ** 31, 0);
    const end = count === 0 ? 0 : offset + stride * (count - 1) + itemBytes;
    if (end > (view.byteLength as number))
      this.fail(`reaches ${end} bytes into a view of ${view.byteLength}`, `${at}.count`, count);
  }

  #sparse(sparse: Json, items: number, itemBytes: number, at: string): void {
    const count = this.whole(sparse.count, `${at}.count`, items);
    const indices = this.object(sparse, 'indices', at);
    if (!UNSIGNED.has(indices.componentType))
      this.fail('an unsigned integer type', `${at}.indices.componentType`, indices.componentType);
    const bytes = COMPONENT_BYTES[indices.componentType as number];
    this.#fits(indices, count, bytes, `${at}.indices`, false);
    this.#fits(this.object(sparse, 'values', at), count, itemBytes, `${at}.values`, false);
    this.#sparseIndices(indices, count, bytes, items, `${at}.indices`);
  }

  /** Checks that sparse indices refer to existing items. Only the decoder checks compressed indices. */
  #sparseIndices(indices: Json, count: number, bytes: number, items: number, at: string): void {
    const view = this.all('bufferViews')[indices.bufferView as number];
    if (view.extensions) return;
    const data = bytesOf(this.all('buffers')[view.buffer as number], this.#resources);
    if (!data) return; // An empty buffer: `count` is 0.
    const start = ((view.byteOffset as number | undefined) ?? 0) + ((indices.byteOffset as number | undefined) ?? 0);
    for (let i = 0; i < count; i++) {
      let index = 0;
      for (let k = bytes - 1; k >= 0; k--) index = index * 256 + data[start + i * bytes + k];
      if (index >= items) this.fail(`there are ${items} items`, `${at}[${i}]`, index);
    }
  }
}
