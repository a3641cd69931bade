import type { GLTF } from '@gltf-transform/core';
import { FormatError } from '../../../../core/errors.ts';
import type { Warn } from '../../../report/warnings.ts';
import { AccessorCheck } from './check-accessors.ts';
import { NodeTreeCheck } from './check-node-tree.ts';
import { DocumentFields, type Json } from './document-fields.ts';

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

class Check extends DocumentFields {
  readonly #accessors: AccessorCheck;
  readonly #tree: NodeTreeCheck;
  readonly #warn: Warn;

  constructor(json: Json, resources: Readonly<Record<string, Uint8Array>>, url: string, warn: Warn) {
    super(json, url);
    this.#warn = warn;
    this.#accessors = new AccessorCheck(json, resources, url, warn);
    this.#tree = new NodeTreeCheck(json, url, warn);
  }

  run(): void {
    this.#accessors.run();
    this.#tree.run();
    this.#references();
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

  #references(): void {
    this.optional('nodes', { mesh: 'meshes', skin: 'skins' });
    // Cameras are not drawn.
    delete this.json.cameras;
    for (const node of this.all('nodes')) delete node.camera;
    this.#droppable('textures', { source: 'images', sampler: 'samplers' });
    this.#textureExtensions();
    this.#droppable('images', { bufferView: 'bufferViews' });
    this.#scenes();
    this.#materials();
    for (const [i, mesh] of this.list(this.json, 'meshes').entries()) this.#mesh(mesh, `meshes[${i}]`);
    for (const [i, skin] of this.list(this.json, 'skins').entries()) this.#skin(skin, `skins[${i}]`);
    if (!this.#holds('animations', () => this.list(this.json, 'animations'))) delete this.json.animations;
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

  /** Removes an extension of a texture that names no picture of the file. The texture's own picture counts then. */
  #textureExtensions(): void {
    for (const [i, texture] of this.list(this.json, 'textures').entries()) {
      const extensions = this.object(texture, 'extensions', `textures[${i}]`);
      for (const [name, extension] of Object.entries(extensions as Readonly<Record<string, Json | null>>)) {
        const at = `textures[${i}].extensions.${name}`;
        const source = extension?.source;
        if (source !== undefined && !this.#holds(at, () => this.reference(source, 'images', `${at}.source`)))
          delete extensions[name];
      }
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
      if (primitive.indices !== undefined) this.#accessors.mustHold(primitive.indices, `${here}.indices`);
      if (primitive.material !== undefined) this.reference(primitive.material, 'materials', `${here}.material`);
      const attributes = this.object(primitive, 'attributes', here);
      for (const [name, accessor] of Object.entries(attributes)) {
        const there = () => this.#accessors.mustHold(accessor, `${here}.attributes.${name}`);
        if (name === 'POSITION') there();
        else if (!this.#holds(`${here}.attributes.${name}`, there)) delete attributes[name];
      }
      for (const [t, target] of this.list(primitive, 'targets', `${here}.targets`).entries())
        for (const [name, accessor] of Object.entries(target)) {
          const place = `${here}.targets[${t}].${name}`;
          if (!this.#holds(place, () => this.#accessors.mustHold(accessor, place))) delete target[name];
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
    if (skin.inverseBindMatrices !== undefined) this.#accessors.mustHold(skin.inverseBindMatrices, `${at}.inverseBindMatrices`);
  }

  #animation(animation: Json, at: string): void {
    const samplers = this.list(animation, 'samplers', `${at}.samplers`);
    for (const [s, sampler] of samplers.entries())
      for (const name of ['input', 'output']) this.#accessors.mustHold(sampler[name], `${at}.samplers[${s}].${name}`);
    for (const [c, channel] of this.list(animation, 'channels', `${at}.channels`).entries()) {
      const here = `${at}.channels[${c}]`;
      this.whole(channel.sampler, `${here}.sampler`, samplers.length - 1);
      const target = this.object(channel, 'target', here);
      if (target.node !== undefined) this.reference(target.node, 'nodes', `${here}.target.node`);
    }
  }
}
