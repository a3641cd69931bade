import { basename } from 'node:path';
import type { Mesh, Node, Skin } from '@gltf-transform/core';
import { mat4 } from 'gl-matrix';
import { MAX_SKELETON_JOINTS } from '../../assets/limits.ts';
import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import { MAX_HEIGHT } from '../../core/document-limits.ts';
import { FormatError } from '../../core/errors.ts';
import { fitColours } from '../material/brightness.ts';
import { withGlow } from '../material/glow.ts';
import type { ImportedModel } from '../model/imported-model.ts';
import { unitNormals } from '../model/normals.ts';
import { boxOf, placeAvatar, placementFor, placeProduct, placeWorn } from '../model/place-model.ts';
import type { SourceAvatar, SourcePart, SourceProduct } from '../model/source-model.ts';
import { withStride } from '../model/stride.ts';
import type { ReadOptions } from '../read-options.ts';
import { groupWarnings } from '../report/warnings.ts';
import { Binding, rigid } from './figures/bind-skins.ts';
import { humanoidByNames, vrmHumanoid } from './figures/humanoid-by-names.ts';
import { mergeMorphs } from './figures/merge-morphs.ts';
import { Morphs } from './figures/morphs.ts';
import { restBox } from './figures/rest-height.ts';
import { markUneven } from './figures/uneven-joints.ts';
import { creditOf, vrmExpressions, warnOfVrm } from './figures/vrm.ts';
import { MAX_NUMBER } from './floats.ts';
import { LineCount, MOST_OF_MODEL, widened } from './lines.ts';
import { type LoadedGltf, loadGltf } from './loading/load-gltf.ts';
import { nearPoint, placementFrom, plus } from './map-coordinates.ts';
import { movingNodes } from './moving-nodes.ts';
import { NodeTree } from './node-tree.ts';
import { readClips } from './read-clips.ts';
import { type FileLights, readLights } from './read-lights.ts';
import { MaterialReader } from './read-material.ts';
import { readPrimitive } from './read-primitive.ts';
import { inColorOf, meshAt, type SceneMesh, sceneMeshes } from './scene-meshes.ts';
import { transformPart, turnedRound } from './transform-part.ts';
import { warnOfExtensions } from './unread-extensions.ts';

/**
 * Maximum vertices of a model, counting each copy; writing them takes 0.9 GB. A small file can show one mesh a hundred thousand
 * times.
 */
const MAX_VERTICES = 2_000_000;

const ORIGIN = [0, 0, 0] as const;

/** Maximum nodes that move. A VRM 0 has one joint more, which turns it. */
const MAX_MEMBERS = MAX_SKELETON_JOINTS - 1;

/**
 * Reads a `.glb`, `.gltf` or `.vrm`. A static model becomes a product; one with skins or animations becomes an avatar.
 *
 * A rigid attachment of a joint (a helmet, a sword) becomes part of the avatar's one skinned mesh, bound wholly to that joint.
 * Parts of one material share a draw call.
 *
 * @throws FormatError that names the file, the place and the cause.
 */
export async function readGltf(path: string, options: ReadOptions = {}): Promise<ImportedModel> {
  const warnings: string[] = [];
  const loaded = await loadGltf(path, options);
  try {
    const model = await new GltfReader(loaded, path, warnings, options).read();
    return { ...model, warnings: groupWarnings(warnings) };
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`not readable as glTF (${cause instanceof Error ? cause.message : String(cause)})`, {
      url: path,
      at: 'document',
      cause,
    });
  }
}

class GltfReader {
  readonly #loaded: LoadedGltf;
  readonly #url: string;
  readonly #warnings: string[];
  readonly #options: ReadOptions;
  readonly #tree: NodeTree;
  readonly #materials: MaterialReader;
  readonly #morphs: Morphs;
  readonly #name: string;
  readonly #partsOf = new Map<Mesh, readonly SourcePart[]>();
  /** Meshes that some node uses with a skin. */
  readonly #skinned: ReadonlySet<Mesh | null>;
  readonly #lines = new LineCount();
  #vertices = 0;

  constructor(loaded: LoadedGltf, url: string, warnings: string[], options: ReadOptions) {
    this.#loaded = loaded;
    this.#url = url;
    this.#warnings = warnings;
    this.#options = options;
    this.#tree = new NodeTree(loaded.document);
    this.#materials = new MaterialReader(loaded.document, loaded.json, url, this.#warn);
    this.#morphs = new Morphs(loaded.animations, vrmExpressions(loaded.json, loaded.document), this.#warn);
    const nodes = loaded.document.getRoot().listNodes();
    this.#skinned = new Set(nodes.filter(node => node.getSkin()).map(node => node.getMesh()));
    this.#name = basename(url).replace(/\.[^.]+$/, '');
  }

  readonly #warn = (message: string): void => {
    if (!this.#warnings.includes(message)) this.#warnings.push(message);
  };

  async read(): Promise<ImportedModel> {
    const { animations } = this.#loaded;
    for (const warning of this.#loaded.warnings) this.#warn(warning);
    warnOfVrm(this.#loaded.json, this.#warn);
    warnOfExtensions(this.#loaded.json, this.#loaded.dropped, this.#warn);
    const drawn = sceneMeshes(this.#tree, this.#url, this.#warn);
    let moves =
      drawn.some(({ node }) => node.getSkin()) ||
      animations.some(({ channels }) => channels.length > 0) ||
      vrmHumanoid(this.#loaded.json) !== undefined;
    const members = moves && drawn.length > 0 ? movingNodes(this.#loaded, this.#tree, drawn, this.#warn) : undefined;
    if (members && members.size > MAX_MEMBERS) {
      if (drawn.some(({ node }) => node.getSkin()))
        throw new FormatError(`at most ${MAX_MEMBERS} joints`, { url: this.#url, at: 'nodes', value: members.size });
      this.#warn(`${members.size} nodes move, and ${MAX_MEMBERS} may: its clips are left out, and it stands still`);
      moves = false;
    }
    const near = moves ? ORIGIN : nearPoint(drawn, node => this.#tree.world(node));
    this.#tree.origin = near;
    const { sun, lamps } = this.#lights(!moves);
    const base = { name: this.#name, bytes: this.#loaded.bytes, warnings: this.#warnings, ...(sun ? { sun } : {}) };
    if (drawn.length === 0 && animations.length > 0) return { ...base, clips: this.#clips() };
    const materials = new Set(drawn.flatMap(({ mesh }) => mesh.listPrimitives().map(p => p.getMaterial())));
    await this.#materials.prepare(materials, !moves, this.#options.onPicture);
    if (moves) return { ...base, avatar: await this.#avatar(drawn, members ?? new Set()) };
    const parts = drawn.flatMap(({ node, mesh, copies, colors }) => {
      const world = this.#tree.world(node);
      return this.#parts(node, mesh, copies.length).flatMap(part =>
        copies.map((copy, i) => transformPart(inColorOf(part, colors, i), mat4.multiply(mat4.create(), world, copy))),
      );
    });
    const credit = creditOf(this.#loaded.json);
    const product = { ...(await this.#product(parts)), ...(credit ? { credit } : {}), ...(lamps.length > 0 ? { lamps } : {}) };
    const { min, max } = boxOf(product.parts);
    const placement = placementFrom(near, placementFor({ min: plus(min, near), max: plus(max, near) }, false, this.#warn));
    return { ...base, product: placement ? placeProduct(product, placement) : product };
  }

  #lights(standsStill: boolean): FileLights {
    const nodes = this.#loaded.document.getRoot().listNodes();
    const shown = new Set(this.#tree.inScene());
    return readLights(
      this.#loaded.json,
      i => (shown.has(nodes[i]) ? this.#tree.world(nodes[i]) : undefined),
      standsStill,
      this.#warn,
    );
  }

  /** Returns the clips of a file without meshes, for the avatars of the same import. */
  #clips(): AnimationAsset[] {
    return readClips(this.#loaded.animations, this.#tree.names, this.#morphs, this.#url, this.#warn);
  }

  async #product(parts: readonly SourcePart[]): Promise<SourceProduct> {
    if (parts.length === 0)
      throw new FormatError(
        `nothing to draw: no mesh with triangles in the scene${this.#warnings.length > 0 ? ` (${this.#warnings[0]})` : ''}`,
        { url: this.#url, at: 'scene' },
      );
    for (const { material, positions, normals, index } of parts) {
      if (!positions.every(x => Math.abs(x) <= MAX_NUMBER) || !normals.every(Number.isFinite))
        throw new FormatError('the transforms of the nodes take vertices beyond all measure', {
          url: this.#url,
          at: 'nodes',
          value: material.name,
        });
      unitNormals(positions, normals, index);
    }
    const wide = widened(parts, this.#isLine);
    const fitted = fitColours(wide, material => this.#materials.brightnessOf(material), this.#warn);
    return { name: this.#name, parts: fitted, textures: this.#materials.textures(new Set(parts.map(p => p.material.name))) };
  }

  readonly #isLine = (material: MaterialDescription): boolean => this.#materials.isLine(material);

  /** Returns the parts of a node's mesh in the mesh's own space, with the default morph weights applied. */
  #parts(node: Node, mesh: Mesh, copies: number): SourcePart[] {
    let parts = this.#partsOf.get(mesh);
    if (!parts) {
      parts = mesh.listPrimitives().flatMap(primitive => {
        const material = this.#materials.reduced(primitive.getMaterial());
        const part = readPrimitive(primitive, mesh, material, this.#skinned.has(mesh), this.#url, this.#warn);
        return part ? withGlow(part, material.glow) : [];
      });
      this.#partsOf.set(mesh, parts);
    }
    const drawn = this.#lines.within(parts, copies, this.#isLine, () =>
      this.#warn(`${meshAt(mesh)}: its lines are left out: the model has more than ${MOST_OF_MODEL}`),
    );
    this.#vertices += drawn.reduce((sum, p) => sum + p.positions.length / 3, 0) * copies;
    if (this.#vertices > MAX_VERTICES)
      throw new FormatError(`more than ${MAX_VERTICES} vertices, copies counted`, {
        url: this.#url,
        at: `node ${node.getName()}`,
        value: this.#vertices,
      });
    return drawn.map(part => this.#morphs.apply(part, node));
  }

  async #avatar(drawn: readonly SceneMesh[], members: ReadonlySet<Node>): Promise<SourceAvatar> {
    const { document, json, animations } = this.#loaded;
    const vrm = vrmHumanoid(json);
    const nodes = document.getRoot().listNodes();
    const humanoid: Record<string, string> = {};
    for (const [bone, index] of vrm?.bones ?? []) {
      const name = nodes[index] && members.has(nodes[index]) ? this.#tree.names.get(nodes[index]) : undefined;
      if (name !== undefined) humanoid[bone] = name;
    }
    const names = [...members].map(n => this.#tree.names.get(n) ?? '');
    const skeleton = this.#tree.skeleton(members, vrm ? humanoid : humanoidByNames(names), vrm?.facesBack ?? false);
    const skins = document.getRoot().listSkins();
    const jointsOf = (skin: Skin) => json.skins?.[skins.indexOf(skin)]?.joints.map(i => nodes[i]) ?? skin.listJoints();
    const binding = new Binding(this.#tree, jointsOf, this.#url, this.#warn);
    const parts = drawn.flatMap(mesh => this.#boundParts(mesh, members, binding));
    const product = { ...markUneven(await this.#product(parts), members, animations), skin: binding.skin() };
    const box = restBox(product, skeleton);
    if (![...box.min, ...box.max].every(x => Math.abs(x) <= MAX_NUMBER))
      throw new FormatError('its joints take vertices beyond all measure', { url: this.#url, at: 'skins', value: [...box.max] });
    const isFigure = vrm !== undefined || drawn.some(({ node }) => node.getSkin());
    // Its warnings follow those of the clips.
    const guesses: string[] = [];
    const placement = placementFor(box, isFigure, message => guesses.push(message));
    // Clips may merge morph targets. Nothing else of what is worn depends on them.
    const isFinal = product.parts.every(({ morphTargets = [] }) => morphTargets.length === 0);
    const early = isFinal ? { product: placement ? placeWorn(product, placement) : product } : undefined;
    if (early) this.#options.onProduct?.(early.product);
    const clips = readClips(animations, this.#tree.names, this.#morphs, this.#url, this.#warn);
    const credit = creditOf(json);
    const whole: SourceAvatar = {
      name: this.#name,
      ...(credit ? { credit } : {}),
      skeleton,
      clips,
      outfit: early ? [] : [{ product }],
      height: Math.max(0, box.max[1] - box.min[1]),
    };
    const avatar = mergeMorphs(whole, this.#warn);
    for (const guess of guesses) this.#warn(guess);
    const placed = placement ? placeAvatar(avatar, placement) : avatar;
    const height = Math.min(MAX_HEIGHT, placed.height ?? 0);
    const outfit = early ? [early] : placed.outfit;
    return { ...placed, height, clips: placed.clips.map(clip => withStride(clip, placed.skeleton)), outfit };
  }

  #boundParts({ node, mesh, copies, colors }: SceneMesh, members: ReadonlySet<Node>, binding: Binding): SourcePart[] {
    const skin = node.getSkin();
    const at = meshAt(mesh);
    const world = this.#tree.world(node);
    const parts = this.#parts(node, mesh, copies.length);
    return parts.flatMap(part => {
      if (skin && part.joints) {
        const bound = binding.bind(part, skin, at);
        // A skin ignores its node's transform, except for which side of a triangle is the front (glTF 2.0 section 3.7.4).
        return mat4.determinant(world) < 0 ? { ...bound, index: turnedRound(bound.index) } : bound;
      }
      if (skin) this.#warn(`${at}: a part without weights in a skinned mesh hangs rigidly on its node`);
      return copies.map((copy, i) =>
        this.#rigidPart(inColorOf(part, colors, i), node, mat4.multiply(mat4.create(), world, copy), members, binding),
      );
    });
  }

  /** Binds the part to the nearest joint above it, or to a joint that never moves. */
  #rigidPart(part: SourcePart, node: Node, world: mat4, members: ReadonlySet<Node>, binding: Binding): SourcePart {
    const joint = [...this.#tree.upward(node)].find(n => members.has(n)) ?? [...members][0];
    const toJoint = mat4.invert(mat4.create(), this.#tree.world(joint));
    const number = binding.add(this.#tree.names.get(joint) ?? '', toJoint ?? mat4.create());
    // A joint that is scaled to zero at rest has no inverse. Its part stays in the joint's own space.
    const moved = toJoint ? transformPart(part, world) : part;
    return rigid(moved, number);
  }
}
