import { COMPONENT_TYPES, ELEMENT_SIZES } from '../component-types.ts';

/** Builds GLB files for tests, byte by byte, so that a test can make them wrong in just the way it wants. */

type ComponentArray = Float32Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array;
type Json = Record<string, unknown>;

export class GlbBuilder {
  readonly json: Json & { accessors: Json[]; bufferViews: Json[] } = {
    asset: { version: '2.0' },
    accessors: [],
    bufferViews: [],
  };
  #binary: number[] = [];

  /** Adds bytes as a buffer view and returns its index. */
  view(bytes: Uint8Array, extra: Json = {}): number {
    while (this.#binary.length % 4) this.#binary.push(0);
    this.json.bufferViews.push({ buffer: 0, byteOffset: this.#binary.length, byteLength: bytes.byteLength, ...extra });
    for (const b of bytes) this.#binary.push(b);
    return this.json.bufferViews.length - 1;
  }

  /** Adds numbers as an accessor of its own and returns its index. */
  accessor(array: ComponentArray, type: string, extra: Json = {}): number {
    const size = ELEMENT_SIZES[type] ?? 1;
    const bufferView = this.view(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    const componentType = COMPONENT_TYPES.get(array.constructor);
    this.json.accessors.push({ bufferView, componentType, count: array.length / size, type, ...extra });
    return this.json.accessors.length - 1;
  }

  build(): Uint8Array<ArrayBuffer> {
    const binary = pad(Uint8Array.from(this.#binary), 0);
    const json = pad(
      new TextEncoder().encode(JSON.stringify({ ...this.json, buffers: binary.length ? [{ byteLength: binary.length }] : [] })),
      0x20,
    );
    const bytes = new Uint8Array(12 + 8 + json.length + (binary.length ? 8 + binary.length : 0));
    const view = new DataView(bytes.buffer);
    for (const [i, word] of [0x46546c67, 2, bytes.length, json.length, 0x4e4f534a].entries()) view.setUint32(i * 4, word, true);
    bytes.set(json, 20);
    if (binary.length) {
      view.setUint32(20 + json.length, binary.length, true);
      view.setUint32(24 + json.length, 0x004e4942, true);
      bytes.set(binary, 28 + json.length);
    }
    return bytes;
  }
}

function pad(bytes: Uint8Array, filler: number): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(filler);
  padded.set(bytes);
  return padded;
}

/** One triangle with one material; `change` may spoil the JSON before it is written. */
export function triangle(change: (json: Json & Record<string, never>) => void = () => {}): Uint8Array<ArrayBuffer> {
  const glb = new GlbBuilder();
  const POSITION = glb.accessor(new Float32Array([0, 0, 0, 1, 0, 0, 0, 2, 0]), 'VEC3');
  const indices = glb.accessor(new Uint16Array([0, 1, 2]), 'SCALAR');
  Object.assign(glb.json, {
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION }, indices, material: 0 }] }],
    materials: [{ name: 'wood' }],
  });
  change(glb.json as never);
  return glb.build();
}
