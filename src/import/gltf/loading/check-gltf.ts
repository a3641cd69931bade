import type { GLTF } from '@gltf-transform/core';
import { FormatError } from '../../../core/errors.ts';
import type { Warn } from '../../report/warnings.ts';
import { MAX_NUMBER } from '../floats.ts';
import { DocumentFields, type Json } from './document-fields.ts';
import { meshoptOf, neededBuffers } from './needed-buffers.ts';

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
/** Maximum depth of a hierarchy: far above real models, far below the stack's limit. */
const MAX_DEPTH = 2000;

/**
 * Checks what glTF-Transform does not: that indices refer to existing items, that buffers have their declared length, and that
 * the nodes form a forest. It runs first, so that no count in a file can cause huge allocations or endless loops.
 *
 * It removes invalid optional items from `json`, with a warning: an animation, a texture, a normal or UV accessor.
 * @throws FormatError at the first other fault of its shape.
 */
export function checkGltf(
  json: GLTF.IGLTF,
  resources: Readonly<Record<string, Uint8Array>>,
  url: string,
  warn: Warn = () => {},
): void {
  new Check(json as unknown as Json, resources, url, warn).run();
}

/** Replaces an invalid accessor that no kept item uses. */
const NOTHING = { componentType: 5126, type: 'SCALAR', count: 0 };

class Check extends DocumentFields {
  readonly #resources: Readonly<Record<string, Uint8Array>>;
  readonly #warn: Warn;
  /** Faults of accessors. Each is reported when an item uses the accessor. */
  readonly #faults = new Map<number, FormatError>();

  constructor(json: Json, resources: Readonly<Record<string, Uint8Array>>, url: string, warn: Warn) {
    super(json, url);
    this.#resources = resources;
    this.#warn = warn;
  }

  run(): void {
    this.#buffers();
    this.#accessors();
    this.#nodes();
    this.#references();
  }

  #buffers(): void {
    const present = (buffer: Json): number => {
      const key = typeof buffer.uri === 'string' ? buffer.uri : '@glb.bin';
      return Object.hasOwn(this.#resources, key) ? this.#resources[key].byteLength : 0;
    };
    const needed = neededBuffers(this.json);
    const buffers = this.list(this.json, 'buffers');
    const lengths = buffers.map((buffer, i) => {
      const said = this.whole(buffer.byteLength, `buffers[${i}].byteLength`, 2 ** 31);
      if (!needed.has(i)) return said;
      const bytes = present(buffer);
      if (said > 0 && bytes === 0) this.fail('the buffer is empty or not there', `buffers[${i}].byteLength`, said);
      if (said > bytes) this.#warn(`buffer ${i} should have ${said} bytes and has ${bytes}`);
      return bytes;
    });
    let unpacked = 0;
    for (const [i, view] of this.list(this.json, 'bufferViews').entries()) {
      const at = `bufferViews[${i}]`;
      const meshopt = meshoptOf(view);
      const buffer = this.reference(view.buffer, 'buffers', `${at}.buffer`);
      const offset = this.whole(view.byteOffset, `${at}.byteOffset`, 2 ** 31, 0);
      const length = this.whole(view.byteLength, `${at}.byteLength`, 2 ** 31);
      this.whole(view.byteStride, `${at}.byteStride`, 4096, 0);
      if (meshopt) {
        unpacked += this.#compressed(meshopt, length, lengths, `${at}.extensions.EXT_meshopt_compression`);
        if (unpacked > MAX_UNPACKED) this.fail(`more than ${MAX_UNPACKED} bytes unpacked`, at, unpacked);
      } else if (offset + length > lengths[buffer]) {
        // The view's remaining bytes decide: its accessors are checked against them.
        view.byteOffset = Math.min(offset, lengths[buffer]);
        view.byteLength = Math.max(0, lengths[buffer] - offset);
      }
    }
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

  /** Checks that the accessor exists and is valid. */
  #accessorAt(value: unknown, at: string): void {
    const fault = this.#faults.get(this.reference(value, 'accessors', at));
    if (fault) throw fault;
  }

  /** Runs `check` and returns whether it passed. If it throws, warns that the caller leaves out `what`. */
  #holds(what: string, check: () => void): boolean {
    try {
      check();
      return true;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#warn(`${what} is left out: ${error.reason}${error.at === undefined ? '' : ` at ${error.at}`}`);
      return false;
    }
  }

  /** Checks that `count` items of `itemBytes` fit in the view of `owner`. */
  #fits(owner: Json, count: number, itemBytes: number, at: string, strided: boolean): void {
    const view = this.all('bufferViews')[this.reference(owner.bufferView, 'bufferViews', `${at}.bufferView`)];
    const stride = (strided && (view.byteStride as number | undefined)) || itemBytes;
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
    const buffer = this.all('buffers')[view.buffer as number];
    const data = this.#resources[typeof buffer.uri === 'string' ? buffer.uri : '@glb.bin'];
    const start = ((view.byteOffset as number | undefined) ?? 0) + ((indices.byteOffset as number | undefined) ?? 0);
    for (let i = 0; i < count; i++) {
      let index = 0;
      for (let k = bytes - 1; k >= 0; k--) index = index * 256 + data[start + i * bytes + k];
      if (index >= items) this.fail(`there are ${items} items`, `${at}[${i}]`, index);
    }
  }

  /** Checks that every node has at most one parent and is not its own ancestor. */
  #nodes(): void {
    const nodes = this.list(this.json, 'nodes');
    const parents = new Map<number, number>();
    for (const [i, node] of nodes.entries()) {
      const children = node.children ?? [];
      if (!Array.isArray(children)) this.fail('must be a list', `nodes[${i}].children`, children);
      for (const [c, child] of (children as unknown[]).entries()) {
        const at = `nodes[${i}].children[${c}]`;
        const index = this.reference(child, 'nodes', at);
        if (parents.has(index)) continue;
        parents.set(index, i);
      }
      const own = (children as number[]).filter(child => parents.get(child) === i);
      if (own.length < children.length || new Set(own).size < own.length) {
        this.#warn(
          `node ${node.name ?? i} lists children that stand under another node, or twice; each stands in its first place`,
        );
        node.children = [...new Set(own)];
      }
      for (const [name, size] of [
        ['translation', 3],
        ['rotation', 4],
        ['scale', 3],
        ['matrix', 16],
      ] as const) {
        const value = node[name];
        if (
          value !== undefined &&
          !(Array.isArray(value) && value.length === size && value.every(x => Math.abs(x as number) <= MAX_NUMBER))
        )
          this.fail(`must be ${size} numbers`, `nodes[${i}].${name}`, value);
      } // prettier-ignore
    }
    const depths = new Map<number, number>();
    for (let i = 0; i < nodes.length; i++) {
      const chain: number[] = [];
      let n: number | undefined = i;
      for (; n !== undefined && !depths.has(n); n = parents.get(n)) {
        if (chain.length > nodes.length) this.fail('a node is its own ancestor', `nodes[${n}]`);
        chain.push(n);
      }
      let depth = n === undefined ? 0 : (depths.get(n) ?? 0);
      for (const node of chain.reverse()) depths.set(node, ++depth);
      if (depth > MAX_DEPTH) this.fail(`nodes more than ${MAX_DEPTH} deep`, `nodes[${i}]`);
    }
  }

  #references(): void {
    this.optional('nodes', { mesh: 'meshes', skin: 'skins' });
    // Cameras are not drawn.
    for (const node of this.all('nodes')) delete node.camera;
    this.#droppable('textures', { source: 'images', sampler: 'samplers' });
    this.#droppable('images', { bufferView: 'bufferViews' });
    this.#scenes();
    this.#materials();
    for (const [i, mesh] of this.list(this.json, 'meshes').entries()) this.#mesh(mesh, `meshes[${i}]`);
    for (const [i, skin] of this.list(this.json, 'skins').entries()) this.#skin(skin, `skins[${i}]`);
    const animations = this.list(this.json, 'animations');
    const sound = animations.filter((animation, i) =>
      this.#holds(`animation ${animation.name ?? i}`, () => this.#animation(animation, `animations[${i}]`)),
    );
    if (sound.length < animations.length) this.json.animations = sound;
  }

  /** Works like `optional`, but removes a field whose index is invalid. */
  #droppable(list: string, fields: Readonly<Record<string, string>>): void {
    for (const [i, item] of this.list(this.json, list).entries())
      for (const [field, target] of Object.entries(fields)) {
        const at = `${list}[${i}].${field}`;
        if (item[field] !== undefined && !this.#holds(at, () => this.reference(item[field], target, at))) delete item[field];
      }
  }

  #scenes(): void {
    for (const [i, scene] of this.list(this.json, 'scenes').entries()) this.numbers(scene, 'nodes', 'nodes', `scenes[${i}]`);
    if (this.json.scene !== undefined && !this.#holds('scene', () => this.reference(this.json.scene, 'scenes', 'scene')))
      delete this.json.scene;
  }

  /** Checks every texture that a material uses, including extensions: `{…Texture: {index}}` at any depth. */
  #materials(): void {
    const visit = (value: unknown, at: string, depth: number): void => {
      if (typeof value !== 'object' || value === null || depth > 8) return;
      for (const [name, child] of Object.entries(value)) {
        const index: unknown = /Texture$/.test(name) && typeof child === 'object' ? child?.index : undefined;
        const there = () => this.reference(index, 'textures', `${at}.${name}.index`);
        if (index !== undefined && !this.#holds(`${at}.${name}`, there)) {
          delete (value as Json)[name];
          continue;
        }
        if (name !== 'extras') visit(child, `${at}.${name}`, depth + 1);
      }
    };
    for (const [i, material] of this.list(this.json, 'materials').entries()) visit(material, `materials[${i}]`, 0);
  }

  #mesh(mesh: Json, at: string): void {
    for (const [p, primitive] of this.list(mesh, 'primitives', `${at}.primitives`).entries()) {
      const here = `${at}.primitives[${p}]`;
      if (primitive.indices !== undefined) this.#accessorAt(primitive.indices, `${here}.indices`);
      if (primitive.material !== undefined) this.reference(primitive.material, 'materials', `${here}.material`);
      const attributes = this.object(primitive, 'attributes', here);
      for (const [name, accessor] of Object.entries(attributes)) {
        const there = () => this.#accessorAt(accessor, `${here}.attributes.${name}`);
        if (name === 'POSITION') there();
        else if (!this.#holds(`${here}.attributes.${name}`, there)) delete attributes[name];
      }
      for (const [t, target] of this.list(primitive, 'targets', `${here}.targets`).entries())
        for (const [name, accessor] of Object.entries(target)) {
          const place = `${here}.targets[${t}].${name}`;
          if (!this.#holds(place, () => this.#accessorAt(accessor, place))) delete target[name];
        }
      this.#draco(primitive, attributes, here);
    }
  }

  #draco(primitive: Json, attributes: Json, at: string): void {
    const extensions = this.object(primitive, 'extensions', at);
    if (extensions.KHR_draco_mesh_compression === undefined) return;
    const draco = this.object(extensions, 'KHR_draco_mesh_compression', `${at}.extensions`);
    const here = `${at}.extensions.KHR_draco_mesh_compression`;
    this.reference(draco.bufferView, 'bufferViews', `${here}.bufferView`);
    const packed = this.object(draco, 'attributes', here);
    for (const name of Object.keys(packed)) if (attributes[name] === undefined) delete packed[name];
  }

  #skin(skin: Json, at: string): void {
    this.numbers(skin, 'joints', 'nodes', at);
    if (!Array.isArray(skin.joints) || skin.joints.length === 0) this.fail('a skin has joints', `${at}.joints`, skin.joints);
    const root = () => this.reference(skin.skeleton, 'nodes', `${at}.skeleton`);
    if (skin.skeleton !== undefined && !this.#holds(`${at}.skeleton`, root)) delete skin.skeleton;
    if (skin.inverseBindMatrices !== undefined) this.#accessorAt(skin.inverseBindMatrices, `${at}.inverseBindMatrices`);
  }

  #animation(animation: Json, at: string): void {
    const samplers = this.list(animation, 'samplers', `${at}.samplers`);
    for (const [s, sampler] of samplers.entries())
      for (const name of ['input', 'output']) this.#accessorAt(sampler[name], `${at}.samplers[${s}].${name}`);
    for (const [c, channel] of this.list(animation, 'channels', `${at}.channels`).entries()) {
      const here = `${at}.channels[${c}]`;
      this.whole(channel.sampler, `${here}.sampler`, samplers.length - 1);
      const target = this.object(channel, 'target', here);
      if (target.node !== undefined) this.reference(target.node, 'nodes', `${here}.target.node`);
    }
  }
}
