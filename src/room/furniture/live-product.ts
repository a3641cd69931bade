import type { Object3D, Texture } from 'three';
import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import { type PartMesh, surfaceOf } from '../../render/geometry/part-mesh.ts';
import type { SurfaceMaterial } from '../../render/materials/surface-material.ts';
import type { ProductInfo, ResourceInfo } from '../documents/room-info.ts';
import type { Subscriber } from '../resources/frame-changes.ts';
import { isSettled } from '../resources/resource-state.ts';
import type { ResourceKind, RoomResource } from '../resources/room-resource.ts';
import type { RoomResources } from '../resources/room-resources.ts';
import { LowToHighTexture } from '../textures/low-to-high-texture.ts';
import { instancePart } from './part-instance.ts';

/**
 * Returns the joint matrices of a skinned part; undefined for a rigid one.
 * @param url - of the mesh, for errors. If it throws, the part is not shown.
 */
export type PaletteOf = (part: MeshPart, url: string) => Float32Array | undefined;

/** One place of a product. The product adds its meshes to `parent` as they arrive. */
export interface ProductInstance {
  readonly parent: Object3D;
  readonly paletteOf: PaletteOf;
  readonly onError: (url: string, error: unknown) => void;
  readonly meshes: PartMesh[];
}

interface Surface {
  readonly url: string;
  readonly part: MeshPart;
  readonly owner: PartMesh;
  readonly material: SurfaceMaterial;
}

/** A product that the room shows at least once: its resources, and the materials that its instances share. */
export class LiveProduct implements Subscriber {
  readonly info: ProductInfo;
  readonly meshes: readonly RoomResource<'mesh'>[];
  readonly skeletons: readonly RoomResource<'skeleton'>[];
  readonly animations: readonly RoomResource<'animation'>[];
  /** Textures by the name of their material: the texture slot. */
  readonly textures = new Map<string, LowToHighTexture>();
  /** Slots of textures whose colours the meshes have in their levels of detail. */
  readonly #painted = new Set<string>();
  readonly #store: RoomResources;
  readonly #onChanged: (product: LiveProduct) => void;
  readonly #instances = new Set<ProductInstance>();
  readonly #surfaces = new Map<RoomResource<'mesh'>, readonly Surface[]>();
  #disposed = false;

  /** @param onChanged - called after each `refresh`: more resources may have arrived or failed. */
  constructor(info: ProductInfo, store: RoomResources, compressed: boolean, onChanged: (product: LiveProduct) => void) {
    this.info = info;
    this.#store = store;
    this.#onChanged = onChanged;
    this.meshes = ofKind(info.resources, 'mesh').map(r => this.#acquire(r));
    this.skeletons = ofKind(info.resources, 'skeleton').map(r => this.#acquire(r));
    this.animations = ofKind(info.resources, 'animation').map(r => this.#acquire(r));
    const bySlot = new Map<string, (ResourceInfo & { readonly kind: 'texture' })[]>();
    for (const texture of ofKind(info.resources, 'texture')) {
      const list = bySlot.get(texture.slot);
      if (list) list.push(texture);
      else bySlot.set(texture.slot, [texture]);
    }
    for (const [slot, tiers] of bySlot) {
      if (tiers.every(({ painted }) => painted)) this.#painted.add(slot);
      const onSwapped = () => this.#textureChanged(slot);
      this.textures.set(slot, new LowToHighTexture(store, tiers, compressed, onSwapped));
    }
    // Another product may have loaded its meshes already.
    store.changes.mark(this);
  }

  /** Yields the resources that must be on the GPU before the room is ready. */
  *critical(): Generator<RoomResource> {
    yield* this.meshes as readonly RoomResource[];
    yield* this.skeletons as readonly RoomResource[];
    yield* this.animations as readonly RoomResource[];
    for (const { critical } of this.textures.values()) if (critical) yield critical as RoomResource;
  }

  /** Yields the resources that may be requested now: textures only once it is known which of the two comes first. */
  *startable(): Generator<RoomResource> {
    for (const resource of this.critical()) if (resource.info.kind !== 'texture') yield resource;
    for (const { critical, decided } of this.textures.values()) if (critical && decided) yield critical as RoomResource;
  }

  /** Whether it is known for each slot which texture comes first. */
  get decided(): boolean {
    for (const texture of this.textures.values()) if (!texture.decided) return false;
    return true;
  }

  /** Whether all of it can be drawn: all critical resources have arrived or failed. */
  get drawable(): boolean {
    if (!this.decided) return false;
    for (const { state } of this.critical()) if (!isSettled(state)) return false;
    return true;
  }

  /**
   * Returns whether it can be drawn if only some of its clips play.
   *
   * @param plays - returns whether the clip of that name plays.
   */
  isDrawableWhile(plays: (clip: string) => boolean): boolean {
    if (!this.decided) return false;
    for (const { state, info } of this.critical())
      if (!isSettled(state) && (info.kind !== 'animation' || plays(info.name))) return false;
    return true;
  }

  /** The error of a mesh that failed; undefined if none did. */
  get failure(): { readonly url: string; readonly error: unknown } | undefined {
    for (const { state, info, error } of this.meshes) if (state === 'failed') return { url: info.url, error };
    return undefined;
  }

  /** Whether it is complete: its high textures have arrived too, have failed, or do not fit into memory. */
  get sharp(): boolean {
    if (!this.decided) return false;
    for (const { state } of this.refinements()) if (!isSettled(state)) return false;
    return true;
  }

  /** Finds out which high textures are in the cache. Those need no low one first. */
  async decide(hasCached: (info: ResourceInfo) => Promise<boolean>): Promise<void> {
    await Promise.all([...this.textures.values()].map(texture => texture.decide(hasCached)));
  }

  /**
   * Yields the resources that make it sharper afterwards.
   * @param needed - only those that have no low texture.
   */
  *refinements(needed = false): Generator<RoomResource> {
    for (const { refinement, low } of this.textures.values())
      if (refinement && !(needed && low)) yield refinement as RoomResource;
  }

  /** Yields all high textures, including those that do not fit into memory. */
  *highs(): Generator<RoomResource> {
    for (const { high } of this.textures.values()) if (high) yield high as RoomResource;
  }

  /** Adds the product's meshes to `parent`, now or as they arrive. */
  place(parent: Object3D, paletteOf: PaletteOf, onError: ProductInstance['onError']): ProductInstance {
    const instance: ProductInstance = { parent, paletteOf, onError, meshes: [] };
    this.#instances.add(instance);
    for (const surfaces of this.#surfaces.values()) attachMeshes(instance, surfaces);
    return instance;
  }

  remove(instance: ProductInstance): void {
    this.#instances.delete(instance);
    for (const mesh of instance.meshes) mesh.removeFromParent();
    instance.meshes.length = 0;
  }

  /** Applies changes of its resources: creates the meshes that arrived. Textures swap themselves. */
  refresh(): void {
    if (this.#disposed) return;
    for (const resource of this.meshes) {
      if (!resource.value || this.#surfaces.has(resource)) continue;
      const surfaces = resource.value.parts.map(({ part, owner }) => ({
        url: resource.info.url,
        part,
        owner,
        material: surfaceOf(part),
      }));
      this.#surfaces.set(resource, surfaces);
      for (const [slot, { shown }] of this.textures) this.#show(surfaces, slot, shown);
      for (const instance of this.#instances) attachMeshes(instance, surfaces);
    }
    this.#onChanged(this);
  }

  /** Applies at once what the next frame would apply. */
  catchUp(): void {
    for (const texture of this.textures.values()) texture.refresh();
    this.refresh();
  }

  dispose(): void {
    this.#disposed = true;
    for (const instance of this.#instances) this.remove(instance);
    for (const surfaces of this.#surfaces.values()) for (const { material } of surfaces) material.dispose();
    this.#surfaces.clear();
    for (const texture of this.textures.values()) texture.dispose();
    for (const resource of [...this.meshes, ...this.skeletons, ...this.animations]) {
      resource.subscribers.delete(this);
      this.#store.release(resource as RoomResource);
    }
  }

  #acquire<K extends ResourceKind>(info: ResourceInfo & { readonly kind: K }): RoomResource<K> {
    const resource = this.#store.acquire(info);
    resource.subscribers.add(this);
    return resource;
  }

  /** Puts the texture of a slot on the materials that it belongs to. A part without texture coordinates shows none. */
  #show(surfaces: readonly Surface[], slot: string, texture: Texture | null): void {
    for (const { part, owner, material } of surfaces) {
      if (material.name === slot) {
        material.painted = this.#painted.has(slot);
        material.map = owner.geometry.hasAttribute('uv') ? texture : null;
      }
      if (part.material.lightMap === slot && part.skin === undefined)
        material.lightMap = owner.geometry.hasAttribute('uv1') ? texture : null;
    }
  }

  #textureChanged(slot: string): void {
    const shown = this.textures.get(slot)?.shown ?? null;
    for (const surfaces of this.#surfaces.values()) this.#show(surfaces, slot, shown);
    this.#store.changes.mark(this);
  }
}

function attachMeshes(instance: ProductInstance, surfaces: readonly Surface[]): void {
  for (const { url, part, owner, material } of surfaces) {
    try {
      const mesh = instancePart(owner, material, instance.paletteOf(part, url));
      instance.meshes.push(mesh);
      instance.parent.add(mesh);
    } catch (error) {
      instance.onError(url, error);
    }
  }
}

function ofKind<K extends ResourceKind>(resources: readonly ResourceInfo[], kind: K): (ResourceInfo & { readonly kind: K })[] {
  return resources.filter((r): r is ResourceInfo & { readonly kind: K } => r.kind === kind);
}
