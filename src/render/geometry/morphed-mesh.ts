import { BufferAttribute, BufferGeometry } from 'three';
import type { MorphTarget } from '../../assets/meshes/mesh-asset.ts';
import type { PartData, PartLevel, PartMesh } from './part-mesh.ts';
import { unitOf } from './skin-bounds.ts';

/** Which of a part's targets are shown: `weights[i]` of `targets[i]`; a weight of 0 is a place that is not used. */
export interface ShownMorphs {
  readonly targets: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/** The vertices that a target moves, and how far. */
interface SparseTarget {
  readonly vertices: Uint16Array;
  /** 3 a vertex of `vertices`, in attribute space. */
  readonly positions: Float32Array;
  readonly normals: Float32Array | undefined;
}

/**
 * A mesh with vertices of its own, moved by morph targets on the CPU, and only when weights change.
 *
 * Why not in the shader: on the GPUs that this is for, vertex shaders run on the CPU anyway (GMA 950), four targets would cost every
 * vertex of the face 8 of the 35 slots more in every frame, moved or not, take 14 attributes where WebGL 1 promises eight, and need five times the
 * variants. Here, four targets of 300 vertices each, normals too, took 69 us when a weight changed and 0.15 us when none did (Node, 2 cores under
a load of 12).
 *
 * The mesh shares its geometry with others until the first weight that is not 0; from then on it has a copy of the moved attributes
 * (24 bytes a vertex) and shares the rest. Levels of detail that share the vertices of the finest are moved with it; others stay.
 */
export class MorphedMesh {
  readonly #mesh: PartMesh;
  readonly #shared: PartData;
  readonly #targets: readonly SparseTarget[];
  /** What is shown, to be taken back before the next. */
  readonly #shown: { readonly targets: number[]; readonly weights: number[] } = { targets: [], weights: [] };
  #own: { readonly levels: readonly PartLevel[]; readonly position: Moved; readonly normal: Moved | undefined } | undefined;

  /** @param targets - of the part that the mesh was made of. */
  constructor(mesh: PartMesh, targets: readonly MorphTarget[]) {
    this.#mesh = mesh;
    this.#shared = mesh.userData.foyer as PartData;
    this.#targets = targets.map(sparse);
  }

  /** Bytes of its own copy on the GPU; the page holds it twice, moved and not. 0 while it shares its geometry. */
  get ownBytes(): number {
    return (this.#own?.position.array.byteLength ?? 0) + (this.#own?.normal?.array.byteLength ?? 0);
  }

  /** Moves the vertices; weights that did not change cost nothing. Allocates nothing but the copy, once. */
  show({ targets, weights }: ShownMorphs): void {
    if (!this.#changed(targets, weights)) return;
    const own = this.#own ?? this.#become();
    const { targets: before } = this.#shown;
    for (let i = 0; i < before.length; i++) takeBack(this.#targets[before[i]], own.position, own.normal);
    before.length = this.#shown.weights.length = 0;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] === 0) continue;
      before.push(targets[i]);
      this.#shown.weights.push(weights[i]);
      add(this.#targets[targets[i]], weights[i], own.position, own.normal);
    }
    for (let i = 0; i < before.length; i++) if (own.normal) makeUnit(this.#targets[before[i]].vertices, own.normal.array);
    own.position.attribute.needsUpdate = true;
    if (own.normal) own.normal.attribute.needsUpdate = true;
  }

  /** The mesh shares its geometry again; its copy is freed. Twice is harmless. */
  dispose(): void {
    if (!this.#own) return;
    const { levels, position, normal } = this.#own;
    this.#own = undefined;
    this.#shown.targets.length = this.#shown.weights.length = 0;
    this.#mesh.geometry = this.#shared.levels[0].geometry;
    this.#mesh.userData.foyer = this.#shared;
    for (const { geometry } of levels) {
      if (this.#shared.levels.some(level => level.geometry === geometry)) continue;
      // three frees the buffers of all attributes that a geometry has: those of others must not be among them.
      for (const [name, attribute] of Object.entries(geometry.attributes))
        if (attribute !== position.attribute && attribute !== normal?.attribute) geometry.deleteAttribute(name);
      geometry.setIndex(null);
      geometry.dispose();
    }
  }

  #changed(targets: ArrayLike<number>, weights: ArrayLike<number>): boolean {
    const { targets: shown, weights: now } = this.#shown;
    let n = 0;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] === 0) continue;
      if (shown[n] !== targets[i] || now[n] !== weights[i]) return true;
      n++;
    }
    return n !== shown.length;
  }

  /** Its own copy of what moves. */
  #become() {
    const { levels } = this.#shared;
    const { position, normal } = levels[0].geometry.attributes as Record<string, BufferAttribute | undefined>;
    if (!position) throw new Error('a part without positions');
    const moved = {
      position: new Moved(position),
      normal: normal && this.#targets.some(t => t.normals) ? new Moved(normal) : undefined,
    };
    const own = levels.map(level =>
      level.geometry.attributes.position === position ? { ...level, geometry: withMoved(level.geometry, moved) } : level,
    );
    this.#own = { levels: own, ...moved };
    this.#mesh.geometry = own[0].geometry;
    const data: PartData = { ...this.#shared, levels: own };
    this.#mesh.userData.foyer = data;
    return this.#own;
  }
}

/** An attribute with three floats a vertex that can move, and where it was. */
class Moved {
  readonly base: Float32Array;
  readonly array: Float32Array;
  readonly attribute: BufferAttribute;

  constructor(source: BufferAttribute) {
    const unit = unitOf(source as Parameters<typeof unitOf>[0]);
    this.base = Float32Array.from(source.array, x => Math.max(unit < 1 ? -1 : -Infinity, x * unit));
    this.array = this.base.slice();
    this.attribute = new BufferAttribute(this.array, 3);
  }
}

const known = new WeakMap<MorphTarget, SparseTarget>();

/** Most targets move a small part of a face. One for all who wear it. */
function sparse(target: MorphTarget): SparseTarget {
  let found = known.get(target);
  if (found) return found;
  const { position, normal } = target;
  const moves = (v: number) =>
    position[v] !== 0 ||
    position[v + 1] !== 0 ||
    position[v + 2] !== 0 ||
    (normal && (normal[v] || normal[v + 1] || normal[v + 2]));
  const vertices: number[] = [];
  for (let v = 0; v * 3 < position.length; v++) if (moves(v * 3)) vertices.push(v);
  const pick = (from: Float32Array) =>
    Float32Array.from({ length: vertices.length * 3 }, (_, i) => from[vertices[(i / 3) | 0] * 3 + (i % 3)]);
  found = { vertices: Uint16Array.from(vertices), positions: pick(position), normals: normal && pick(normal) };
  known.set(target, found);
  return found;
}

function withMoved(
  geometry: BufferGeometry,
  { position, normal }: { position: Moved; normal: Moved | undefined },
): BufferGeometry {
  const copy = new BufferGeometry();
  for (const [name, attribute] of Object.entries(geometry.attributes)) copy.setAttribute(name, attribute);
  copy.setAttribute('position', position.attribute);
  if (normal) copy.setAttribute('normal', normal.attribute);
  copy.setIndex(geometry.index);
  copy.boundingSphere = geometry.boundingSphere;
  return copy;
}

function takeBack({ vertices }: SparseTarget, position: Moved, normal: Moved | undefined): void {
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i] * 3;
    for (let k = v; k < v + 3; k++) {
      position.array[k] = position.base[k];
      if (normal) normal.array[k] = normal.base[k];
    }
  }
}

function add({ vertices, positions, normals }: SparseTarget, weight: number, position: Moved, normal: Moved | undefined): void {
  for (let i = 0, from = 0; i < vertices.length; i++, from += 3) {
    const v = vertices[i] * 3;
    for (let k = 0; k < 3; k++) {
      position.array[v + k] += positions[from + k] * weight;
      if (normal && normals) normal.array[v + k] += normals[from + k] * weight;
    }
  }
}

/** glTF 2.0 section 3.7.2.2: normals are made unit length after morphing. */
function makeUnit(vertices: Uint16Array, normals: Float32Array): void {
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i] * 3;
    const length = Math.sqrt(normals[v] ** 2 + normals[v + 1] ** 2 + normals[v + 2] ** 2) || 1;
    normals[v] /= length;
    normals[v + 1] /= length;
    normals[v + 2] /= length;
  }
}
