import { basename } from 'node:path';
import type { Mesh, Node, Skin } from '@gltf-transform/core';
import { mat4 } from 'gl-matrix';
import { FormatError } from '../../core/errors.ts';
import type { ImportedModel } from '../imported-model.ts';
import type { SourceAvatar, SourcePart, SourceProduct } from '../source.ts';
import { humanoidByNames, vrmHumanoid } from './humanoid.ts';
import { type LoadedGltf, loadGltf } from './load-gltf.ts';
import { NodeTree } from './node-tree.ts';
import { readClips } from './read-clips.ts';
import { MaterialReader } from './read-material.ts';
import { floats, readPrimitive, transformPart } from './read-primitive.ts';

/** Joints that a skeleton may have; each costs a matrix a frame. */
const MAX_SKELETON = 1024;

/**
 * Reads a `.glb`, `.gltf` or `.vrm`: a product where nothing moves, an avatar where there are skins or animations.
 *
 * What hangs rigidly off a joint (a helmet, a sword) becomes part of the avatar's one skinned mesh, wholly on that joint: parts
 * of one material are one draw call.
 *
 * @throws FormatError that names the file, the place and the cause.
 */
export async function readGltf(path: string): Promise<ImportedModel> {
  const warnings: string[] = [];
  const loaded = await loadGltf(path);
  try {
    return await new GltfReader(loaded, path, warnings).read();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`not readable as glTF (${cause instanceof Error ? cause.message : String(cause)})`, {
      url: path,
      cause,
    });
  }
}

class GltfReader {
  readonly #loaded: LoadedGltf;
  readonly #url: string;
  readonly #warnings: string[];
  readonly #tree: NodeTree;
  readonly #materials: MaterialReader;
  readonly #name: string;

  constructor(loaded: LoadedGltf, url: string, warnings: string[]) {
    this.#loaded = loaded;
    this.#url = url;
    this.#warnings = warnings;
    this.#tree = new NodeTree(loaded.document);
    this.#materials = new MaterialReader(loaded.document, url, this.#warn);
    this.#name = basename(url).replace(/\.[^.]+$/, '');
  }

  readonly #warn = (message: string): void => {
    if (!this.#warnings.includes(message)) this.#warnings.push(message);
  };

  async read(): Promise<ImportedModel> {
    const root = this.#loaded.document.getRoot();
    const drawn = this.#tree.inScene().flatMap(node => {
      const mesh = node.getMesh();
      return mesh ? [{ node, mesh }] : [];
    });
    await this.#materials.prepare(new Set(drawn.flatMap(({ mesh }) => mesh.listPrimitives().map(p => p.getMaterial()))));
    const base = { name: this.#name, bytes: this.#loaded.bytes, warnings: this.#warnings };
    const moves = drawn.some(({ node }) => node.getSkin()) || root.listAnimations().some(a => a.listChannels().length > 0);
    if (moves) return { ...base, avatar: await this.#avatar(drawn) };
    const parts = drawn.flatMap(({ node, mesh }) => this.#parts(mesh).map(part => transformPart(part, this.#tree.world(node))));
    return { ...base, product: await this.#product(parts) };
  }

  async #product(parts: readonly SourcePart[]): Promise<SourceProduct> {
    if (parts.length === 0)
      throw new FormatError('nothing to draw: no mesh with triangles in the scene', { url: this.#url, at: 'scene' });
    return { name: this.#name, parts, textures: this.#materials.textures(new Set(parts.map(p => p.material.name))) };
  }

  /** A mesh's parts in its own space, in the shape that its default morph weights give it. */
  #parts(mesh: Mesh): SourcePart[] {
    return mesh.listPrimitives().flatMap(primitive => {
      const part = readPrimitive(primitive, mesh, this.#materials.reduced(primitive.getMaterial()), this.#url, this.#warn);
      return part ? [withDefaultWeights(part, mesh.getWeights())] : [];
    });
  }

  async #avatar(drawn: readonly { node: Node; mesh: Mesh }[]): Promise<SourceAvatar> {
    const { document, json } = this.#loaded;
    const members = this.#members(drawn);
    const vrm = vrmHumanoid(json);
    const nodes = document.getRoot().listNodes();
    const humanoid: Record<string, string> = {};
    for (const [bone, index] of vrm?.bones ?? []) {
      const name = nodes[index] && members.has(nodes[index]) ? this.#tree.names.get(nodes[index]) : undefined;
      if (name !== undefined) humanoid[bone] = name;
    }
    const names = [...members].map(n => this.#tree.names.get(n) ?? '');
    const skeleton = this.#tree.skeleton(members, vrm ? humanoid : humanoidByNames(names), vrm?.facesBack ?? false);
    const binding = new Binding();
    const parts = drawn.flatMap(({ node, mesh }) => this.#boundParts(node, mesh, members, binding));
    const product = await this.#product(parts);
    return {
      name: this.#name,
      skeleton,
      clips: readClips(document, this.#tree.names, this.#url, this.#warn),
      outfit: [{ product: { ...product, skin: binding.skin() } }],
      height: heightOf(parts),
    };
  }

  /** Nodes that can move a vertex: joints, animated nodes, all above them; and meshes that stand under none of those. */
  #members(drawn: readonly { node: Node; mesh: Mesh }[]): Set<Node> {
    const members = new Set<Node>();
    const add = (node: Node | null): void => {
      if (node) for (const n of this.#tree.upward(node)) members.add(n);
    };
    for (const { node } of drawn) for (const joint of node.getSkin()?.listJoints() ?? []) add(joint);
    for (const animation of this.#loaded.document.getRoot().listAnimations())
      for (const channel of animation.listChannels()) if (channel.getTargetPath() !== 'weights') add(channel.getTargetNode());
    for (const { node } of drawn) if (!node.getSkin() && ![...this.#tree.upward(node)].some(n => members.has(n))) add(node);
    if (members.size > MAX_SKELETON)
      throw new FormatError(`at most ${MAX_SKELETON} joints`, { url: this.#url, at: 'nodes', value: members.size });
    return members;
  }

  #boundParts(node: Node, mesh: Mesh, members: ReadonlySet<Node>, binding: Binding): SourcePart[] {
    const skin = node.getSkin();
    const parts = this.#parts(mesh);
    if (skin && parts.every(p => p.joints)) {
      const map = this.#bindSkin(skin, binding);
      return parts.map(part => ({ ...part, joints: this.#mapJoints(part, map, mesh) }));
    }
    const joint = [...this.#tree.upward(node)].find(n => members.has(n));
    if (!joint) return [];
    const world = this.#tree.world(node);
    const toJoint = mat4.invert(mat4.create(), this.#tree.world(joint));
    const number = binding.add(this.#tree.names.get(joint) ?? '', toJoint ?? mat4.create());
    // A joint that is scaled to nothing at rest cannot be undone: its part stays in the joint's own space.
    return parts.map(part => rigid(transformPart(part, toJoint ? world : mat4.create()), number));
  }

  #bindSkin(skin: Skin, binding: Binding): number[] {
    const matrices = skin.getInverseBindMatrices();
    const joints = skin.listJoints();
    const values = matrices ? floats(matrices, 16, this.#url, `skin ${skin.getName()} inverseBindMatrices`) : undefined;
    if (values && values.length < joints.length * 16)
      throw new FormatError(`${joints.length} joints need as many matrices`, {
        url: this.#url,
        at: `skin ${skin.getName()}`,
        value: values.length / 16,
      });
    return joints.map((joint, j) =>
      binding.add(this.#tree.names.get(joint) ?? '', (values?.slice(j * 16, j * 16 + 16) as mat4) ?? mat4.create()),
    );
  }

  #mapJoints(part: SourcePart, map: readonly number[], mesh: Mesh): Uint16Array {
    return Uint16Array.from(part.joints ?? [], (joint, i) => {
      // Exporters leave garbage where the weight is 0.
      if (!part.weights?.[i]) return 0;
      if (joint >= map.length)
        throw new FormatError(`the skin has ${map.length} joints`, {
          url: this.#url,
          at: `mesh ${mesh.getName()} JOINTS_0[${i >> 2}]`,
          value: joint,
        });
      return map[joint];
    });
  }
}

/** Collects what several skins bind to as one skin. A joint may be in it twice, with another matrix. */
class Binding {
  readonly #numbers = new Map<string, number>();
  readonly #joints: string[] = [];
  readonly #matrices: mat4[] = [];

  add(joint: string, inverseBind: mat4): number {
    const key = `${joint}\n${Array.from(inverseBind).join()}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#joints.push(joint) - 1;
      this.#matrices.push(inverseBind);
      this.#numbers.set(key, number);
    }
    return number;
  }

  skin(): { joints: string[]; inverseBind: Float32Array } {
    const inverseBind = new Float32Array(this.#joints.length * 16);
    this.#matrices.forEach((m, i) => {
      inverseBind.set(m, i * 16);
    });
    return { joints: this.#joints, inverseBind };
  }
}

/** All vertices wholly on one joint. */
function rigid(part: SourcePart, joint: number): SourcePart {
  const count = part.positions.length / 3;
  const joints = new Uint16Array(count * 4);
  const weights = new Float32Array(count * 4);
  for (let v = 0; v < count * 4; v += 4) {
    joints[v] = joint;
    weights[v] = 1;
  }
  return { ...part, joints, weights };
}

function withDefaultWeights(part: SourcePart, weights: readonly number[]): SourcePart {
  if (!part.morphTargets || weights.every(w => w === 0)) return part;
  const positions = part.positions.slice();
  part.morphTargets.forEach((target, t) => {
    const weight = weights[t] ?? 0;
    if (weight !== 0) for (let i = 0; i < positions.length; i++) positions[i] += target.positions[i] * weight;
  });
  return { ...part, positions };
}

function heightOf(parts: readonly SourcePart[]): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { positions } of parts)
    for (let i = 1; i < positions.length; i += 3) {
      low = Math.min(low, positions[i]);
      high = Math.max(high, positions[i]);
    }
  return Math.max(0, high - low);
}
