/**
 * The animations of a glTF file. glTF-Transform makes three objects for each channel: of a figure with 76 clips 26,000, which took
 * two thirds of the time of opening it. Plain ones are read here; those in other encodings by glTF-Transform.
 */
import type { Accessor, AnimationChannel, Document, GLTF, Node } from '@gltf-transform/core';
import { bytesOf } from './needed-buffers.ts';

/** What is read of an accessor. */
export type Numbers = Pick<Accessor, 'getCount' | 'getElementSize' | 'getType' | 'getArray' | 'getElement'>;

export interface FileSampler {
  readonly input: Numbers | null;
  readonly output: Numbers | null;
  readonly interpolation: string;
}

export interface FileChannel {
  readonly node: Node | null;
  readonly path: AnimationChannel['getTargetPath'] extends () => infer T ? T : never;
  readonly sampler: FileSampler | null;
}

export interface FileAnimation {
  readonly name: string;
  readonly channels: readonly FileChannel[];
}

/** The JSON without what `animations` reads, and those once the document has its nodes. */
export interface SplitAnimations {
  readonly json: GLTF.IGLTF;
  readonly animations: (document: Document) => readonly FileAnimation[];
}

const SIZES: Readonly<Record<string, number>> = { SCALAR: 1, VEC3: 3, VEC4: 4 };
const FLOAT = 5126;

/** Takes the animations out of a file that was checked. It leaves them in where an accessor of theirs is not plain floats. */
export function splitAnimations(json: GLTF.IGLTF, resources: Readonly<Record<string, Uint8Array>>): SplitAnimations {
  const { animations: all = [], ...rest } = json;
  const numbers = new Map<number, Numbers>();
  for (const { samplers = [] } of all)
    for (const { input, output } of samplers)
      for (const index of [input, output]) {
        if (numbers.has(index)) continue;
        const plain = plainNumbers(json, index, resources);
        if (!plain) return { json, animations: readByLibrary };
        numbers.set(index, plain);
      }
  if (all.length === 0) return { json, animations: readByLibrary };
  const animations = (document: Document): FileAnimation[] => {
    const nodes = document.getRoot().listNodes();
    return all.map(({ name = '', samplers = [], channels = [] }) => {
      const own = samplers.map(({ input, output, interpolation = 'LINEAR' }) => ({
        input: numbers.get(input) ?? null,
        output: numbers.get(output) ?? null,
        interpolation,
      }));
      return {
        name,
        channels: channels.map(({ sampler, target }) => ({
          node: target.node === undefined ? null : (nodes[target.node] ?? null),
          path: target.path ?? null,
          sampler: own[sampler] ?? null,
        })),
      };
    });
  };
  // Exporters write the accessors of animations last. The numbers of those before stay.
  return { json: { ...rest, accessors: json.accessors?.slice(0, accessorsWithout(json)) ?? [] }, animations };
}

function readByLibrary(document: Document): FileAnimation[] {
  const animations = document.getRoot().listAnimations();
  return animations.map(animation => ({
    name: animation.getName(),
    channels: animation.listChannels().map(channel => {
      const sampler = channel.getSampler();
      return {
        node: channel.getTargetNode(),
        path: channel.getTargetPath(),
        sampler: sampler && {
          input: sampler.getInput(),
          output: sampler.getOutput(),
          interpolation: sampler.getInterpolation(),
        },
      };
    }),
  }));
}

/** Returns how many accessors the file needs without its animations. Each whole number of an extension may be one. */
function accessorsWithout({ meshes = [], skins = [], nodes = [], accessors = [] }: GLTF.IGLTF): number {
  let count = 0;
  const add = (index: number | undefined): void => {
    if (index !== undefined) count = Math.max(count, index + 1);
  };
  const addAll = (value: unknown): void => {
    if (typeof value === 'number' && Number.isInteger(value) && value < accessors.length) add(value);
    else if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) addAll(child);
  };
  for (const { primitives, extensions } of meshes) {
    addAll(extensions);
    for (const { attributes, indices, targets = [], extensions } of primitives) {
      for (const set of [attributes, ...targets]) for (const index of Object.values(set)) add(index);
      add(indices);
      addAll(extensions);
    }
  }
  for (const { inverseBindMatrices, extensions } of skins) {
    add(inverseBindMatrices);
    addAll(extensions);
  }
  for (const { extensions } of nodes) addAll(extensions);
  return count;
}

/** Returns an accessor of packed floats; undefined for another one. */
function plainNumbers(
  { accessors = [], bufferViews = [], buffers = [] }: GLTF.IGLTF,
  index: number,
  resources: Readonly<Record<string, Uint8Array>>,
): Numbers | undefined {
  const accessor = accessors[index];
  const view = accessor?.bufferView === undefined ? undefined : bufferViews[accessor.bufferView];
  const size = SIZES[accessor?.type ?? ''];
  if (!accessor || !view || accessor.sparse || accessor.extensions || view.extensions) return undefined;
  if (accessor.componentType !== FLOAT || size === undefined) return undefined;
  if (view.byteStride !== undefined && view.byteStride !== size * 4) return undefined;
  const bytes = bytesOf(buffers[view.buffer], resources);
  const from = (view.byteOffset ?? 0) + (accessor.byteOffset ?? 0);
  const length = accessor.count * size * 4;
  if (!bytes || !(length > 0) || from + length > bytes.byteLength) return undefined;
  return new PackedFloats(bytes.subarray(from, from + length), accessor.type, size);
}

class PackedFloats implements Numbers {
  readonly #bytes: Uint8Array;
  readonly #type: GLTF.AccessorType;
  readonly #size: number;

  constructor(bytes: Uint8Array, type: GLTF.AccessorType, size: number) {
    this.#bytes = bytes;
    this.#type = type;
    this.#size = size;
  }

  getCount(): number {
    return this.#bytes.byteLength / 4 / this.#size;
  }

  getElementSize(): number {
    return this.#size;
  }

  getType(): GLTF.AccessorType {
    return this.#type;
  }

  /** Readers copy it. It is copied here only where it does not stand at a multiple of 4 bytes. */
  getArray(): Float32Array<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    if (byteOffset % 4 === 0 && buffer instanceof ArrayBuffer) return new Float32Array(buffer, byteOffset, byteLength / 4);
    return new Float32Array(this.#bytes.slice().buffer);
  }

  getElement<T extends number[]>(item: number, out: T): T {
    const array = this.getArray();
    for (let k = 0; k < this.#size; k++) out[k] = array[item * this.#size + k];
    return out;
  }
}
