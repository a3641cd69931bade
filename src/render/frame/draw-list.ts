/** The list of items that a scene draws. */

import { Box3, type BufferGeometry, type Material, type Mesh, type Object3D, Vector3 } from 'three';
import { MAX_JOINTS } from '../../assets/limits.ts';
import { levelsFor } from '../geometry/joint-partition.ts';
import type { PartData, PartLevel } from '../geometry/part-mesh.ts';
import { type Figure, figureOf } from '../impostors/figure.ts';
import { type Lighting, lightingOf, lightingVersion } from '../materials/lighting.ts';
import { PALETTE_FLOATS } from '../materials/surface-material.ts';

/** One mesh (or one of its material groups) that the scene shows. It persists; frames create none. */
export interface DrawItem {
  readonly mesh: Mesh;
  readonly material: Material;
  readonly data: PartData | undefined;
  /** The palette's three row arrays, cut to the joints in use; empty for rigid parts. */
  readonly rows: readonly Float32Array[];
  /** Levels of detail, finest first, at least one. */
  readonly levels: readonly PartLevel[];
  /** The level of the latest frame. Level changes have hysteresis to avoid flicker. */
  level: number;
  lighting: Lighting;
  /** True for a floor or a rug. Their textures get better filtering, because they are seen at flat angles over long distances. */
  readonly ground: boolean;
  /** The figure that it is part of. */
  readonly figure: Figure | undefined;
  /** True if the GPU or the driver refused to draw it. */
  refused: boolean;
}

/** A figure and its items. */
export interface FigureItems {
  readonly figure: Figure;
  readonly group: Object3D;
  readonly items: DrawItem[];
}

/**
 * The flat list of a scene's draw items. It walks the tree every frame and compares pointers to find every change: about 5 us for
 * 500 objects. It rebuilds the list only after a change.
 */
export class DrawList {
  readonly items: DrawItem[] = [];
  /** All figures with items. */
  readonly figures: FigureItems[] = [];
  /**
   * Draw calls of this frame, by number: sort key, item, and range within the item's level. The arrays fit all calls that the
   * scene could make, so a frame allocates nothing.
   */
  keys = new Uint32Array(0);
  itemOf = new Uint16Array(0);
  rangeOf = new Uint8Array(0);
  /** The smallest id of a geometry in the list. */
  firstGeometry = 0;
  /** Number of rebuilds, for tests and the inspector. */
  rebuilds = 0;
  readonly #meshes: Mesh[] = [];
  readonly #parents: (Object3D | null)[] = [];
  readonly #geometries: BufferGeometry[] = [];
  readonly #materials: (Material | Material[])[] = [];
  readonly #maxJoints: number;
  readonly #onForeign: (kind: string) => void;
  #cursor = 0;
  #lights = -1;

  /**
   * Creates an empty list.
   *
   * @param maxJoints - of one draw call: `Capabilities.maxJoints`.
   * @param onForeign - called with a kind of three's meshes that is drawn differently from three.
   */
  constructor(maxJoints = MAX_JOINTS, onForeign: (kind: string) => void = () => {}) {
    this.#maxJoints = maxJoints;
    this.#onForeign = onForeign;
  }

  /**
   * Updates the list to match the scene.
   *
   * @returns true if it was rebuilt.
   */
  sync(scene: Object3D): boolean {
    this.#cursor = 0;
    if (this.#lights === lightingVersion() && this.#matches(scene) && this.#cursor === this.#meshes.length) return false;
    this.clear();
    this.#lights = lightingVersion();
    this.#collect(scene);
    let calls = 0;
    this.firstGeometry = Infinity;
    for (const { levels } of this.items) {
      calls += levels.reduce((most, { ranges }) => Math.max(most, ranges.length), 0);
      this.firstGeometry = levels.reduce((least, { geometry }) => Math.min(least, geometry.id), this.firstGeometry);
    }
    if (calls > 65535) throw new RangeError(`a scene of ${calls} draw calls: at most 65535 can be sorted`);
    this.keys = new Uint32Array(calls);
    this.itemOf = new Uint16Array(calls);
    this.rangeOf = new Uint8Array(calls);
    this.rebuilds++;
    return true;
  }

  clear(): void {
    this.#meshes.length = this.#parents.length = this.#geometries.length = this.#materials.length = 0;
    this.items.length = this.figures.length = 0;
  }

  #matches(object: Object3D): boolean {
    if (!object.visible) return true;
    const mesh = object as Mesh;
    if (mesh.isMesh) {
      const i = this.#cursor++;
      if (this.#meshes[i] !== mesh || this.#geometries[i] !== mesh.geometry || this.#materials[i] !== mesh.material) return false;
      if (this.#parents[i] !== mesh.parent) return false;
    }
    const { children } = object;
    for (let i = 0; i < children.length; i++) if (!this.#matches(children[i])) return false;
    return true;
  }

  #collect(object: Object3D): void {
    if (!object.visible) return;
    if ((object as Mesh).isMesh) this.#addMesh(object as Mesh);
    for (const child of object.children) this.#collect(child);
  }

  #addToFigure({ figure, group }: { figure: Figure; group: Object3D }, item: DrawItem): void {
    const known = this.figures[this.figures.length - 1];
    // The tree is walked from top to bottom, so parts of one figure are consecutive.
    if (known?.figure === figure) known.items.push(item);
    else this.figures.push({ figure, group, items: [item] });
  }

  #addMesh(mesh: Mesh): void {
    const { geometry, material } = mesh;
    this.#meshes.push(mesh);
    this.#parents.push(mesh.parent);
    this.#geometries.push(geometry);
    this.#materials.push(material);
    const kind = foreignKindOf(mesh);
    if (kind) this.#onForeign(kind);
    // It would draw a single copy at a wrong place.
    if (kind && kind !== IN_ITS_POSE) return;
    const data = mesh.userData.foyer as PartData | undefined;
    const lighting = lightingOf(mesh);
    const ground = isGround(mesh);
    const whole = figureOf(mesh);
    const figure = whole?.figure;
    // If the caller replaced the geometry of a part's mesh, draw that geometry.
    if (data && !Array.isArray(material) && data.levels[0].geometry === geometry) {
      const item = {
        mesh,
        material,
        data,
        rows: rowsOf(data),
        levels: levelsFor(data, this.#maxJoints),
        level: 0,
        lighting,
        ground,
        figure,
        refused: false,
      };
      this.items.push(item);
      if (whole) this.#addToFigure(whole, item);
      return;
    }
    const { position } = geometry.attributes;
    const all = position ? (geometry.index?.count ?? position.count) : 0;
    const groups = Array.isArray(material) ? geometry.groups : [{ ...geometry.drawRange, materialIndex: 0 }];
    for (const { start, count: wanted, materialIndex = 0 } of groups) {
      const used = Array.isArray(material) ? material[materialIndex] : material;
      const count = Math.min(wanted, all - start);
      const level: PartLevel = { geometry, error: 0, ranges: [{ start, count, joints: 0 }] };
      if (!used || !(count > 0)) continue;
      const own = { mesh, material: used, data: undefined, rows: [], levels: [level] };
      this.items.push({ ...own, level: 0, lighting, ground, figure, refused: false });
    }
  }
}

const IN_ITS_POSE = 'SkinnedMesh in its pose';

function foreignKindOf(mesh: Mesh & { isInstancedMesh?: boolean; isBatchedMesh?: boolean; isSkinnedMesh?: boolean }): string {
  if (mesh.isInstancedMesh) return 'InstancedMesh';
  if (mesh.isBatchedMesh) return 'BatchedMesh';
  return mesh.isSkinnedMesh ? IN_ITS_POSE : '';
}

/** Minimum extent of a ground mesh, metres. */
const GROUND_LEAST = 1.5;
/** Maximum height of a flat mesh, as a share of its shorter side. */
const GROUND_HEIGHT = 0.1;
const box = new Box3();
const size = new Vector3();

function isGround({ geometry, matrixWorld, userData }: Mesh): boolean {
  if ((userData.foyer as PartData | undefined)?.palette) return false;
  if (!geometry.boundingSphere) geometry.computeBoundingSphere();
  const radius = (geometry.boundingSphere?.radius ?? 0) * matrixWorld.getMaxScaleOnAxis();
  if (!(radius >= GROUND_LEAST / 2)) return false;
  if (!geometry.boundingBox) geometry.computeBoundingBox();
  if (!geometry.boundingBox) return false;
  box.copy(geometry.boundingBox).applyMatrix4(matrixWorld).getSize(size);
  const shorter = Math.min(size.x, size.z);
  return shorter >= GROUND_LEAST && size.y <= GROUND_HEIGHT * shorter;
}

function rowsOf({ palette, joints }: PartData): Float32Array[] {
  if (!palette) return [];
  const third = PALETTE_FLOATS / 3;
  return [0, 1, 2].map(row => palette.subarray(row * third, row * third + joints * 4));
}
