import type { Object3D, Texture } from 'three';
import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import { type PartMesh, surfaceOf } from '../../render/geometry/part-mesh.ts';
import type { SurfaceMaterial } from '../../render/materials/surface-material.ts';
import type { ProductInfo, ResourceInfo } from '../documents/follow-room.ts';
import { isSettled } from '../resources/resource-state.ts';
import type { ResourceKind, RoomResource } from '../resources/room-resource.ts';
import type { RoomResources } from '../resources/room-resources.ts';
import { TextureSlot } from '../resources/texture-slot.ts';
import { instancePart } from './part-instance.ts';

/**
 * Gives the joint matrices that a skinned part is posed by; undefined for a rigid one.
 * @param url - of the mesh, for errors. May throw: then the part is not shown.
 */
export type PaletteOf = (part: MeshPart, url: string) => Float32Array | undefined;

/** One place where a product stands; the product hangs its meshes on `parent` as they come. */
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

/** A product that stands in the room at least once: its resources, and the materials that its instances share. */
export class LiveProduct {
  readonly info: ProductInfo;
  readonly meshes: readonly RoomResource<'mesh'>[];
  readonly skeletons: readonly RoomResource<'skeleton'>[];
  readonly animations: readonly RoomResource<'animation'>[];
  readonly slots = new Map<string, TextureSlot>();
  readonly #store: RoomResources;
  readonly #instances = new Set<ProductInstance>();
  readonly #surfaces = new Map<RoomResource<'mesh'>, readonly Surface[]>();

  constructor(info: ProductInfo, store: RoomResources, compressed: boolean) {
    this.info = info;
    this.#store = store;
    this.meshes = ofKind(info.resources, 'mesh').map(r => store.acquire(r));
    this.skeletons = ofKind(info.resources, 'skeleton').map(r => store.acquire(r));
    this.animations = ofKind(info.resources, 'animation').map(r => store.acquire(r));
    const bySlot = new Map<string, (ResourceInfo & { readonly kind: 'texture' })[]>();
    for (const texture of ofKind(info.resources, 'texture')) {
      const list = bySlot.get(texture.slot);
      if (list) list.push(texture);
      else bySlot.set(texture.slot, [texture]);
    }
    for (const [slot, textures] of bySlot) this.slots.set(slot, new TextureSlot(store, textures, compressed));
  }

  /** What must be on the GPU before the room is ready. */
  *critical(): Generator<RoomResource> {
    yield* this.meshes as readonly RoomResource[];
    yield* this.skeletons as readonly RoomResource[];
    yield* this.animations as readonly RoomResource[];
    for (const { critical } of this.slots.values()) if (critical) yield critical as RoomResource;
  }

  /** What of it may be asked for already: textures only when it is known which comes first. */
  *startable(): Generator<RoomResource> {
    for (const resource of this.critical()) if (resource.info.kind !== 'texture') yield resource;
    for (const { critical, decided } of this.slots.values()) if (critical && decided) yield critical as RoomResource;
  }

  /** Whether it is known of every slot which texture comes first. */
  get decided(): boolean {
    for (const slot of this.slots.values()) if (!slot.decided) return false;
    return true;
  }

  /** Whether it can be drawn as a whole, if not yet at its best: all that is critical is there or has failed. */
  get drawable(): boolean {
    if (!this.decided) return false;
    for (const { state } of this.critical()) if (!isSettled(state)) return false;
    return true;
  }

  /** Why a mesh of it cannot be had; undefined where all of them can. */
  get failure(): { readonly url: string; readonly error: unknown } | undefined {
    for (const { state, info, error } of this.meshes) if (state === 'failed') return { url: info.url, error };
    return undefined;
  }

  /** Finds out which high textures lie in the cache: those need no low one first. */
  async decide(hasCached: (hash: string) => Promise<boolean>): Promise<void> {
    await Promise.all([...this.slots.values()].map(slot => slot.decide(hasCached)));
  }

  /** What makes it sharper afterwards. */
  *refinements(): Generator<RoomResource> {
    for (const { refinement } of this.slots.values()) if (refinement) yield refinement as RoomResource;
  }

  /** All high textures, those included that memory has no room for. */
  *highs(): Generator<RoomResource> {
    for (const { high } of this.slots.values()) if (high) yield high as RoomResource;
  }

  /** Hangs the product on `parent`, now or as its meshes come. */
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

  /** Takes up what has become of its resources: makes meshes that came, shows textures that came. */
  update(): void {
    for (const resource of this.meshes) {
      if (!resource.value || this.#surfaces.has(resource)) continue;
      const surfaces = resource.value.parts.map(({ part, owner }) => ({
        url: resource.info.url,
        part,
        owner,
        material: surfaceOf(part),
      }));
      this.#surfaces.set(resource, surfaces);
      for (const [name, slot] of this.slots) for (const surface of surfaces) show(surface, name, slot.shown);
      for (const instance of this.#instances) attachMeshes(instance, surfaces);
    }
    for (const [name, slot] of this.slots) if (slot.update()) this.#show(name, slot);
  }

  dispose(): void {
    for (const instance of this.#instances) this.remove(instance);
    for (const surfaces of this.#surfaces.values()) for (const { material } of surfaces) material.dispose();
    this.#surfaces.clear();
    for (const slot of this.slots.values()) slot.dispose();
    for (const resource of [...this.meshes, ...this.skeletons, ...this.animations]) this.#store.release(resource as RoomResource);
  }

  #show(name: string, slot: TextureSlot): void {
    for (const surfaces of this.#surfaces.values()) {
      for (const surface of surfaces) show(surface, name, slot.shown);
    }
  }
}

/** The texture of a slot, on what it belongs to; a part without texture coordinates shows none. */
function show({ part, owner, material }: Surface, slot: string, texture: Texture | null): void {
  if (material.name === slot) material.map = owner.geometry.hasAttribute('uv') ? texture : null;
  if (part.material.lightMap === slot && part.skin === undefined)
    material.lightMap = owner.geometry.hasAttribute('uv1') ? texture : null;
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
