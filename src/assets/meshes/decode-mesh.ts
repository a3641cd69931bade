import { mat4, type ReadonlyMat4, vec3 } from 'gl-matrix';
import { Accessors, toFloats } from '../gltf/accessors.ts';
import { type Glb, readGlb } from '../gltf/glb.ts';
import { type GlbNode, type GlbNodes, readNodes } from '../gltf/glb-nodes.ts';
import type { JsonCursor } from '../gltf/json-cursor.ts';
import { readMaterial } from '../gltf/read-material.ts';
import { readIndex, readMorphTargets, readVertices } from '../gltf/read-vertices.ts';
import { MAX_JOINTS, MAX_PARTS } from '../limits.ts';
import {
  arraysOf,
  type MeshAsset,
  type MeshPart,
  type MeshSkin,
  type UnpreparedPart,
  type VertexAttributes,
} from './mesh-asset.ts';
import { boundsOf, skinnedBounds } from './mesh-bounds.ts';
import { packArrays } from './pack-arrays.ts';
import { preparePart } from './prepare-part.ts';

/** The coarser levels of one node: the node of each, and how far it may lie from the finest, in metres. */
interface Coarser {
  readonly node: GlbNode;
  readonly error: number;
}

interface Skin extends MeshSkin {
  /** Bind pose of each joint times its inverse bind matrix: attribute space to product space. */
  readonly toProduct: readonly ReadonlyMat4[];
}

/**
 * Decodes a mesh resource (docs/formats.md): one part for every primitive of every node of the default scene.
 * `meshoptReady` must have resolved where the file is compressed.
 *
 * @param url - quoted in errors.
 * @throws FormatError for every violation.
 */
export function decodeMesh(bytes: Uint8Array, url: string): MeshAsset {
  const glb = readGlb(bytes, url);
  const reader = new MeshReader(glb);
  const parts = reader.nodesInScene().flatMap(node => reader.parts(node));
  if (parts.length === 0) glb.json.get('meshes').fail('the default scene draws nothing');
  packArrays(parts);
  let total = 0;
  for (const array of arraysOf(parts)) total += array.byteLength;
  return { parts, bytes: total };
}

class MeshReader {
  readonly #glb: Glb;
  readonly #accessors: Accessors;
  readonly #nodes: GlbNodes;
  readonly #meshes: JsonCursor[];
  readonly #materials: JsonCursor[];
  readonly #skins = new Map<number, Skin>();
  #partCount = 0;

  constructor(glb: Glb) {
    this.#glb = glb;
    this.#accessors = new Accessors(glb);
    this.#nodes = readNodes(glb);
    this.#meshes = glb.json.list('meshes');
    this.#materials = glb.json.list('materials');
  }

  /** The nodes with a mesh that the default scene reaches, without those that are a coarser level of another. */
  nodesInScene(): GlbNode[] {
    const { json } = this.#glb;
    const { all, parentsFirst } = this.#nodes;
    const scenes = json.list('scenes');
    const inScene = new Set<number>();
    if (scenes.length === 0) for (const node of all) inScene.add(node.index);
    else {
      const scene = scenes[json.get('scene').optionalInteger(0, scenes.length - 1, 0)];
      for (const root of scene.list('nodes')) inScene.add(root.integer(0, all.length - 1));
      for (const index of parentsFirst) if (inScene.has(all[index].parent)) inScene.add(index);
    }
    const coarser = new Set<number>();
    for (const node of all) for (const id of lodIds(node)) coarser.add(id.integer(0, all.length - 1));
    return all.filter(n => inScene.has(n.index) && !coarser.has(n.index) && n.source.get('mesh').present);
  }

  parts(node: GlbNode): MeshPart[] {
    const mesh = this.#mesh(node);
    const coarser = this.#coarser(node);
    const primitives = mesh.list('primitives');
    this.#partCount += primitives.length * (1 + coarser.length);
    if (this.#partCount > MAX_PARTS) mesh.get('primitives').fail(`more than ${MAX_PARTS} primitives and levels`);
    return primitives.map((primitive, i) => this.#part(node, mesh, primitive, i, coarser));
  }

  #part(node: GlbNode, mesh: JsonCursor, primitive: JsonCursor, place: number, coarser: readonly Coarser[]): MeshPart {
    const wantsSkin = node.source.get('skin').present && primitive.get('attributes').get('JOINTS_0').present;
    const skin = wantsSkin ? this.#skin(node.source.get('skin')) : undefined;
    // A skinned mesh stands where its joints stand. Its node's own transform does not apply (glTF 2.0 section 3.7.3.3).
    const transform = skin ? mat4.create() : mat4.copy(new Float32Array(16), node.world);
    const jointCount = skin?.joints.length ?? 0;
    const attributes = readVertices(primitive, this.#accessors, jointCount);
    const vertexCount = attributes.POSITION.array.length / 3;
    const levels = [{ index: readIndex(primitive, this.#accessors, vertexCount), error: 0, attributes }];
    for (const level of coarser) {
      const found = matchingPrimitive(this.#mesh(level.node), primitive, place);
      levels.push(
        found ? this.#level(level, node, found, jointCount) : { ...levels[0], index: new Uint16Array(0), error: level.error },
      );
    }
    return preparePart({
      material: this.#material(primitive),
      levels,
      transform: transform as Float32Array,
      skin: skin && { joints: skin.joints, inverseBind: skin.inverseBind },
      morphTargets: readMorphTargets(primitive, mesh, this.#accessors, vertexCount),
      bounds: skin ? skinnedBounds(attributes, skin.toProduct) : boundsOf(attributes, transform),
    });
  }

  #level({ node, error }: Coarser, base: GlbNode, primitive: JsonCursor, jointCount: number): UnpreparedPart['levels'][number] {
    let attributes = readVertices(primitive, this.#accessors, jointCount);
    const index = readIndex(primitive, this.#accessors, attributes.POSITION.array.length / 3);
    if (jointCount === 0) attributes = inSpaceOf(base, node, attributes);
    else if (node.source.get('skin').value !== base.source.get('skin').value)
      node.source.get('skin').fail('a level of detail has the skin of the finest');
    return { index, error, attributes };
  }

  #mesh(node: GlbNode): JsonCursor {
    return this.#meshes[node.source.get('mesh').integer(0, this.#meshes.length - 1)];
  }

  #material(primitive: JsonCursor) {
    const at = primitive.get('material');
    return readMaterial(at.present ? this.#materials[at.integer(0, this.#materials.length - 1)] : at);
  }

  /** MSFT_lod: coarser nodes stand in the parent's space of the finest, whatever scene they are in. */
  #coarser(base: GlbNode): Coarser[] {
    const errors = base.source.get('extras').get('foyer').list('lodError');
    let last = 0;
    return lodIds(base).map((id, i) => {
      const node = this.#nodes.all[id.integer(0, this.#nodes.all.length - 1)];
      if (node === base || !node.source.get('mesh').present) id.fail('a level of detail needs a mesh of its own');
      // An error that is missing, or below that of the finer level, would always choose the coarser one.
      last = Math.max(errors[i]?.number(0) ?? 0, last + 1e-6);
      return { node, error: last };
    });
  }

  #skin(reference: JsonCursor): Skin {
    const skins = this.#glb.json.list('skins');
    const index = reference.integer(0, skins.length - 1);
    let skin = this.#skins.get(index);
    if (!skin) this.#skins.set(index, (skin = this.#readSkin(skins[index])));
    return skin;
  }

  #readSkin(source: JsonCursor): Skin {
    const { all } = this.#nodes;
    const nodes = source.list('joints').map(joint => all[joint.integer(0, all.length - 1)]);
    if (nodes.length < 1 || nodes.length > MAX_JOINTS) source.get('joints').fail(`expected 1 to ${MAX_JOINTS} joints`);
    const at = source.get('inverseBindMatrices');
    const inverseBind = new Float32Array(nodes.length * 16);
    if (at.present) {
      const data = this.#accessors.read(at, 16);
      if (data.count < nodes.length) at.fail(`${data.count} matrices for ${nodes.length} joints`);
      inverseBind.set(toFloats(data).subarray(0, inverseBind.length));
    } else for (let i = 0; i < nodes.length; i++) mat4.identity(inverseBind.subarray(i * 16, i * 16 + 16));
    const toProduct = nodes.map((node, i) => mat4.multiply(mat4.create(), node.world, inverseBind.subarray(i * 16, i * 16 + 16)));
    return { joints: nodes.map(n => n.name), inverseBind, toProduct };
  }
}

function lodIds(node: GlbNode): JsonCursor[] {
  return node.source.get('extensions').get('MSFT_lod').list('ids');
}

/** Finds a coarser mesh's primitive of the same material. Without materials, finds the one at the same place. */
function matchingPrimitive(mesh: JsonCursor, finest: JsonCursor, place: number): JsonCursor | undefined {
  const primitives = mesh.list('primitives');
  const material = finest.get('material').value;
  const sameMaterial = primitives.filter(p => p.get('material').value === material);
  return primitives[place]?.get('material').value === material ? primitives[place] : sameMaterial[0];
}

/**
 * Moves positions of `level` into the attribute space of `base`, where the two stand differently under one parent.
 * Normals stay: levels differ in quantization, not in direction.
 */
function inSpaceOf(base: GlbNode, level: GlbNode, attributes: VertexAttributes): VertexAttributes {
  if (mat4.exactEquals(base.local, level.local)) return attributes;
  const toBase = mat4.invert(mat4.create(), base.local);
  if (!toBase) base.source.fail('a node with levels of detail needs a transform that can be inverted');
  mat4.multiply(toBase, toBase, level.local);
  const positions = Float32Array.from(toFloats(attributes.POSITION));
  for (let i = 0; i < positions.length; i += 3) {
    const point = positions.subarray(i, i + 3);
    vec3.transformMat4(point, point, toBase);
  }
  return { ...attributes, POSITION: { array: positions, itemSize: 3, normalized: false } };
}
