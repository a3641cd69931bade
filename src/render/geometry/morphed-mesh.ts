import { BufferAttribute, BufferGeometry } from 'three';
import type { MorphTarget } from '../../assets/meshes/mesh-asset.ts';
import { unitOf } from '../../assets/meshes/vertex-unit.ts';
import type { PartData, PartLevel, PartMesh } from './part-mesh.ts';

/** The shown morph targets of a part: `weights[i]` of `targets[i]`. A weight of 0 marks an unused place. */
export interface ShownMorphs {
  readonly targets: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/** The vertices that a target moves, and their displacements. */
interface SparseTarget {
  readonly vertices: Uint16Array;
  /** 3 numbers for each of `vertices`, in attribute space. */
  readonly positions: Float32Array;
  readonly normals: Float32Array | undefined;
}

/**
 * A mesh with its own vertices, which morph targets move on the CPU, only when weights change.
 *
 * Morphing in the shader costs more. On the target GPUs, vertex shaders run on the CPU anyway (GMA 950). Four targets would add 8
 * to the 35 slots of every vertex of the face, in every frame, moved or not. They would take 14 attributes, while WebGL 1
 * guarantees eight, and need five times the variants. On the CPU, four targets of 300 vertices each, with normals, took 69 us when a
 * weight changed and 0.15 us otherwise (Node, 2 cores under a load of 12).
 *
 * The mesh shares its geometry with others until the first weight other than 0. Then it copies the moved attributes (24 bytes a
 * vertex) and shares the rest. Levels of detail that share the vertices of the finest move with it; others stay.
 */
export class MorphedMesh {
  readonly #mesh: PartMesh;
  readonly #shared: PartData;
  readonly #targets: readonly SparseTarget[];
  /** The current morphs, to be undone before the next. */
  readonly #shown: { readonly targets: number[]; readonly weights: number[] } = { targets: [], weights: [] };
  #own: { readonly levels: readonly PartLevel[]; readonly position: Moved; readonly normal: Moved | undefined } | undefined;

  /**
   * Creates a morphable mesh.
   *
   * @param targets - of the part that the mesh was made from.
   */
  constructor(mesh: PartMesh, targets: readonly MorphTarget[]) {
    this.#mesh = mesh;
    this.#shared = mesh.userData.foyer as PartData;
    this.#targets = targets.map(sparse);
  }

  /** Bytes of its own copy on the GPU; 0 while it shares its geometry. The page holds the copy twice, moved and original. */
  get ownBytes(): number {
    return (this.#own?.position.array.byteLength ?? 0) + (this.#own?.normal?.array.byteLength ?? 0);
  }

  /** Moves the vertices. Unchanged weights cost nothing. Allocates only the copy, once. */
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

  /** Frees the copy and shares the original geometry again. A second call has no effect. */
  dispose(): void {
    if (!this.#own) return;
    const { levels, position, normal } = this.#own;
    this.#own = undefined;
    this.#shown.targets.length = this.#shown.weights.length = 0;
    this.#mesh.geometry = this.#shared.levels[0].geometry;
    this.#mesh.userData.foyer = this.#shared;
    for (const { geometry } of levels) {
      if (this.#shared.levels.some(level => level.geometry === geometry)) continue;
      // three frees the buffers of all attributes of a geometry, so remove the shared ones first.
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

  /** Creates its own copy of the moved attributes. */
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

/** A movable attribute of three floats a vertex, and its original values. */
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

/** Extracts the vertices that a target moves; most targets move a small part of a face. All users share the result. */
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

/** Normalises normals after morphing (glTF 2.0 section 3.7.2.2). */
function makeUnit(vertices: Uint16Array, normals: Float32Array): void {
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i] * 3;
    const length = Math.sqrt(normals[v] ** 2 + normals[v + 1] ** 2 + normals[v + 2] ** 2) || 1;
    normals[v] /= length;
    normals[v + 1] /= length;
    normals[v + 2] /= length;
  }
}
