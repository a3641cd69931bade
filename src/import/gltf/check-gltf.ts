import type { GLTF } from '@gltf-transform/core';
import { FormatError } from '../../core/errors.ts';

const COMPONENT_BYTES: Readonly<Record<number, number>> = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 };
const ITEM_SIZES: Readonly<Record<string, number>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };
/** Numbers in all accessors together; as floats 400 MB. */
const MAX_NUMBERS = 100_000_000;
const MAX_ITEMS = 100_000;

type Json = Record<string, unknown>;

/**
 * What glTF-Transform takes on trust: that numbers name things that are there, that buffers are as long as they say, that the
 * nodes are a forest. Run before it, so that no count in a file can make it allocate or loop without end.
 * @throws FormatError at the first thing that is wrong.
 */
export function checkGltf(json: GLTF.IGLTF, resources: Readonly<Record<string, Uint8Array>>, url: string): void {
  new Check(json as unknown as Json, resources, url).all();
}

class Check {
  readonly #json: Json;
  readonly #resources: Readonly<Record<string, Uint8Array>>;
  readonly #url: string;

  constructor(json: Json, resources: Readonly<Record<string, Uint8Array>>, url: string) {
    this.#json = json;
    this.#resources = resources;
    this.#url = url;
  }

  all(): void {
    this.#buffers();
    this.#accessors();
    this.#nodes();
    this.#references();
  }

  #fail(reason: string, at: string, value?: unknown): never {
    throw new FormatError(reason, { url: this.#url, at, value });
  }

  #list(owner: Json, name: string, at = name): Json[] {
    const list = owner[name] ?? [];
    if (!Array.isArray(list) || list.length > MAX_ITEMS)
      this.#fail(`must be a list of at most ${MAX_ITEMS}`, at, Array.isArray(list) ? list.length : list);
    const wrong = (list as unknown[]).findIndex(item => typeof item !== 'object' || item === null);
    if (wrong >= 0) this.#fail('must be an object', `${at}[${wrong}]`, (list as unknown[])[wrong]);
    return list as Json[];
  }

  #whole(value: unknown, at: string, max: number, fallback?: number): number {
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
      this.#fail(`must be a whole number of 0 to ${max}`, at, value);
    return value;
  }

  /** A number that names an item of a list. */
  #reference(value: unknown, list: string, at: string): number {
    const count = this.#list(this.#json, list).length;
    if (count === 0) this.#fail(`there are no ${list}`, at, value);
    return this.#whole(value, at, count - 1);
  }

  #buffers(): void {
    const isFallback = (b: Json): boolean => JSON.stringify(b.extensions ?? '').includes('"fallback":true');
    const lengths = this.#list(this.#json, 'buffers').map((buffer, i) => {
      const said = this.#whole(buffer.byteLength, `buffers[${i}].byteLength`, 2 ** 31);
      if (isFallback(buffer)) return said;
      const uri = buffer.uri;
      const bytes =
        typeof uri === 'string'
          ? uri.startsWith('data:')
            ? Math.floor((uri.length - uri.indexOf(',') - 1) * 0.75)
            : this.#resources[uri]?.byteLength
          : this.#resources['@glb.bin']?.byteLength;
      if (bytes === undefined || said > bytes)
        this.#fail(`the buffer has only ${bytes ?? 0} bytes`, `buffers[${i}].byteLength`, said);
      return said;
    });
    for (const [i, view] of this.#list(this.#json, 'bufferViews').entries()) {
      const at = `bufferViews[${i}]`;
      const length = lengths[this.#reference(view.buffer, 'buffers', `${at}.buffer`)];
      const offset = this.#whole(view.byteOffset, `${at}.byteOffset`, length, 0);
      this.#whole(view.byteLength, `${at}.byteLength`, length - offset);
      this.#whole(view.byteStride, `${at}.byteStride`, 252, 0);
    }
  }

  #accessors(): void {
    const views = this.#list(this.#json, 'bufferViews');
    let numbers = 0;
    for (const [i, accessor] of this.#list(this.#json, 'accessors').entries()) {
      const at = `accessors[${i}]`;
      const count = this.#whole(accessor.count, `${at}.count`, MAX_NUMBERS);
      const bytes =
        COMPONENT_BYTES[accessor.componentType as number] ??
        this.#fail('an unknown component type', `${at}.componentType`, accessor.componentType);
      const size = ITEM_SIZES[accessor.type as string] ?? this.#fail('an unknown type', `${at}.type`, accessor.type);
      numbers += count * size;
      if (numbers > MAX_NUMBERS) this.#fail(`more than ${MAX_NUMBERS} numbers in all`, `${at}.count`, count);
      if (accessor.bufferView === undefined) continue;
      const view = views[this.#reference(accessor.bufferView, 'bufferViews', `${at}.bufferView`)];
      const stride = (view.byteStride as number | undefined) || bytes * size;
      const offset = this.#whole(accessor.byteOffset, `${at}.byteOffset`, 2 ** 31, 0);
      const end = count === 0 ? 0 : offset + stride * (count - 1) + bytes * size;
      if (end > (view.byteLength as number))
        this.#fail(`reaches ${end} bytes into a view of ${view.byteLength}`, `${at}.count`, count);
    }
  }

  /** Every node has at most one parent and is not above itself. */
  #nodes(): void {
    const nodes = this.#list(this.#json, 'nodes');
    const parents = new Map<number, number>();
    for (const [i, node] of nodes.entries()) {
      const children = node.children ?? [];
      if (!Array.isArray(children)) this.#fail('must be a list', `nodes[${i}].children`, children);
      for (const [c, child] of (children as unknown[]).entries()) {
        const at = `nodes[${i}].children[${c}]`;
        const index = this.#reference(child, 'nodes', at);
        if (parents.has(index)) this.#fail(`node ${index} has two parents`, at, index);
        parents.set(index, i);
      }
      for (const [name, size] of [
        ['translation', 3],
        ['rotation', 4],
        ['scale', 3],
        ['matrix', 16],
      ] as const) {
        const value = node[name];
        if (value !== undefined && !(Array.isArray(value) && value.length === size && value.every(x => Number.isFinite(x))))
          this.#fail(`must be ${size} numbers`, `nodes[${i}].${name}`, value);
      } // prettier-ignore
    }
    const safe = new Set<number>();
    for (let i = 0; i < nodes.length; i++) {
      const chain = new Set<number>();
      for (let n: number | undefined = i; n !== undefined && !safe.has(n); n = parents.get(n)) {
        if (chain.has(n)) this.#fail('a node is its own ancestor', `nodes[${n}]`);
        chain.add(n);
      }
      for (const n of chain) safe.add(n);
    }
  }

  #references(): void {
    for (const [i, node] of this.#list(this.#json, 'nodes').entries())
      for (const [name, list] of [
        ['mesh', 'meshes'],
        ['skin', 'skins'],
      ] as const)
        if (node[name] !== undefined) this.#reference(node[name], list, `nodes[${i}].${name}`); // prettier-ignore
    for (const [i, mesh] of this.#list(this.#json, 'meshes').entries())
      for (const [p, primitive] of this.#list(mesh, 'primitives', `meshes[${i}].primitives`).entries()) {
        const at = `meshes[${i}].primitives[${p}]`;
        if (primitive.indices !== undefined) this.#reference(primitive.indices, 'accessors', `${at}.indices`);
        if (primitive.material !== undefined) this.#reference(primitive.material, 'materials', `${at}.material`);
        for (const [name, accessor] of Object.entries((primitive.attributes as object) ?? {}))
          this.#reference(accessor, 'accessors', `${at}.attributes.${name}`);
      }
    for (const [i, skin] of this.#list(this.#json, 'skins').entries()) {
      const joints: unknown = skin.joints ?? [];
      if (!Array.isArray(joints)) this.#fail('must be a list', `skins[${i}].joints`, joints);
      for (const [j, joint] of (joints as unknown[]).entries()) this.#reference(joint, 'nodes', `skins[${i}].joints[${j}]`);
      if (skin.inverseBindMatrices !== undefined)
        this.#reference(skin.inverseBindMatrices, 'accessors', `skins[${i}].inverseBindMatrices`);
    }
    for (const [i, animation] of this.#list(this.#json, 'animations').entries()) {
      const at = `animations[${i}]`;
      const samplers = this.#list(animation, 'samplers', `${at}.samplers`);
      for (const [s, sampler] of samplers.entries())
        for (const name of ['input', 'output']) this.#reference(sampler[name], 'accessors', `${at}.samplers[${s}].${name}`);
      for (const [c, channel] of this.#list(animation, 'channels', `${at}.channels`).entries())
        this.#whole(channel.sampler, `${at}.channels[${c}].sampler`, samplers.length - 1);
    }
  }
}
