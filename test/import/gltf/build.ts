import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { readGltf } from '../../../src/import/gltf/read-gltf.ts';
import type { ImportedModel } from '../../../src/import/model/imported-model.ts';
import type { SourceAvatar, SourcePart, SourceProduct } from '../../../src/import/model/source-model.ts';
import { COMPONENT_TYPES, ELEMENT_SIZES } from '../../component-types.ts';

type Numbers = Float32Array | Uint32Array | Uint16Array | Int16Array | Uint8Array | Int8Array;
export type Json = Record<string, unknown>;

/** A glTF written by hand, so that a test can have whatever a file in the wild has; `read` takes it through the importer. */
export class Gltf {
  readonly json: Json & {
    accessors: Json[];
    bufferViews: Json[];
    nodes: Json[];
    meshes: Json[];
    materials: Json[];
    skins: Json[];
    animations: Json[];
    textures: Json[];
    images: Json[];
    samplers: Json[];
  } = {
    asset: { version: '2.0' },
    accessors: [],
    bufferViews: [],
    nodes: [],
    meshes: [],
    materials: [],
    skins: [],
    animations: [],
    textures: [],
    images: [],
    samplers: [],
  };
  #bytes = new Uint8Array(0);

  /** @returns the index of a view of `data`, which begins at a multiple of 4. */
  view(data: Numbers, more: Json = {}): number {
    const start = (this.#bytes.length + 3) & ~3;
    const bytes = new Uint8Array(start + data.byteLength);
    bytes.set(this.#bytes);
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
    this.#bytes = bytes;
    return this.json.bufferViews.push({ buffer: 0, byteOffset: start, byteLength: data.byteLength, ...more }) - 1;
  }

  accessor(type: string, data: Numbers, more: Json = {}): number {
    const componentType = COMPONENT_TYPES.get(data.constructor);
    const accessor = { bufferView: this.view(data), componentType, type, count: data.length / ELEMENT_SIZES[type], ...more };
    return this.json.accessors.push(accessor) - 1;
  }

  floats(type: string, ...values: number[]): number {
    return this.accessor(type, Float32Array.from(values));
  }

  add(list: 'nodes' | 'meshes' | 'materials' | 'skins' | 'animations' | 'textures' | 'images' | 'samplers', item: Json): number {
    return this.json[list].push(item) - 1;
  }

  /** A mesh of one primitive: a triangle in the x-y plane where nothing else is said. */
  mesh(primitive: Json = {}, more: Json = {}): number {
    const attributes = { POSITION: this.floats('VEC3', ...TRIANGLE), NORMAL: this.floats('VEC3', 0, 0, 1, 0, 0, 1, 0, 0, 1) };
    const { attributes: others, ...rest } = primitive as { attributes?: Json };
    return this.add('meshes', { name: 'mesh', primitives: [{ attributes: { ...attributes, ...others }, ...rest }], ...more });
  }

  /** One animation of one channel. */
  animate(node: number, path: string, times: number[], values: number[], more: Json = {}, name = 'clip'): number {
    const type = { rotation: 'VEC4', weights: 'SCALAR' }[path] ?? 'VEC3';
    return this.add('animations', {
      name,
      samplers: [{ input: this.floats('SCALAR', ...times), output: this.floats(type, ...values), ...more }],
      channels: [{ sampler: 0, target: { node, path } }],
    });
  }

  /** A material whose base colour is the texture of this picture. */
  painted(picture: Uint8Array = png(2, 2), mimeType = 'image/png', info: Json = {}, sampler?: Json): number {
    const image = this.add('images', { bufferView: this.view(picture), mimeType });
    const index = this.add('textures', { source: image, ...(sampler ? { sampler: this.add('samplers', sampler) } : {}) });
    return this.add('materials', {
      name: 'painted',
      pbrMetallicRoughness: { metallicFactor: 0, baseColorTexture: { index, ...info } },
    });
  }

  use(name: string, required = false): this {
    for (const key of required ? ['extensionsUsed', 'extensionsRequired'] : ['extensionsUsed'])
      this.json[key] = [...((this.json[key] as string[] | undefined) ?? []), name];
    return this;
  }

  /** The file; empty lists are left out, as glTF wants. */
  bytes(): Uint8Array {
    const json: Json = Object.fromEntries(Object.entries(this.json).filter(([, v]) => !Array.isArray(v) || v.length > 0));
    json.buffers ??= [
      {
        byteLength: this.#bytes.length,
        uri: `data:application/octet-stream;base64,${Buffer.from(this.#bytes).toString('base64')}`,
      },
    ];
    if (this.#bytes.length === 0) delete json.buffers;
    json.scene ??= 0;
    json.scenes ??= [{ nodes: rootsOf(this.json.nodes) }];
    return new TextEncoder().encode(JSON.stringify(json));
  }

  read(): Promise<ImportedModel> {
    return readBytes(this.bytes());
  }

  async product(): Promise<SourceProduct & { warnings: readonly string[] }> {
    const { product, warnings } = await this.read();
    if (!product) throw new Error('an avatar, not a product');
    return { ...product, warnings };
  }

  async avatar(): Promise<SourceAvatar & { warnings: readonly string[]; worn: SourceProduct; part: SourcePart }> {
    const { avatar, warnings } = await this.read();
    if (!avatar) throw new Error('a product, not an avatar');
    return { ...avatar, warnings, worn: avatar.outfit[0].product, part: avatar.outfit[0].product.parts[0] };
  }
}

/** A picture in which the pixel at column x and row y is (60 x, 60 y, 100), both modulo 240. */
export function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const picture = new PNG({ width, height });
  for (let i = 0; i < width * height; i++)
    picture.data.set([((i % width) * 60) % 240, (Math.floor(i / width) * 60) % 240, 100, 255], i * 4);
  return new Uint8Array(PNG.sync.write(picture));
}

export const TRIANGLE = [0, 0, 0, 1, 0, 0, 0, 1, 0];
export const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function rootsOf(nodes: readonly Json[]): number[] {
  const children = new Set(nodes.flatMap(n => (n.children as number[] | undefined) ?? []));
  return nodes.map((_, i) => i).filter(i => !children.has(i));
}

/** Reads bytes as the file `model.gltf` in an empty folder. */
export async function readBytes(
  bytes: Uint8Array,
  name = 'model.gltf',
  beside: Record<string, Uint8Array> = {},
): Promise<ImportedModel> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-gltf-'));
  try {
    for (const [file, content] of Object.entries(beside)) writeFileSync(join(folder, file), content);
    writeFileSync(join(folder, name), bytes);
    return await readGltf(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A row of joints along y, each 1 above the other, and a triangle bound to them by `JOINTS_0` and `WEIGHTS_0`. */
export function skinned(gltf: Gltf, joints: number, weights: { joints: number[]; weights: number[] }, more: Json = {}) {
  const nodes = Array.from({ length: joints }, (_, j) =>
    gltf.add('nodes', {
      name: `joint${j}`,
      translation: [0, j > 0 ? 1 : 0, 0],
      ...(j + 1 < joints ? { children: [gltf.json.nodes.length + 1] } : {}),
    }),
  );
  const inverseBind = nodes.flatMap((_, j) => [...IDENTITY.slice(0, 13), -j, 0, 1]);
  const skin = gltf.add('skins', { joints: nodes, inverseBindMatrices: gltf.floats('MAT4', ...inverseBind) });
  const mesh = gltf.mesh({
    attributes: {
      JOINTS_0: gltf.accessor('VEC4', Uint16Array.from(weights.joints)),
      WEIGHTS_0: gltf.floats('VEC4', ...weights.weights),
      ...more,
    },
  });
  const node = gltf.add('nodes', { name: 'figure', mesh, skin });
  return { nodes, skin, mesh, node };
}

export const rounded = (values: Iterable<number>): number[] => Array.from(values, v => Math.round(v * 1e5) / 1e5 + 0);
