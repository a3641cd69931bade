import type { Texture } from 'three';
import { type Bytes, expectedTextureBytes, type Holding } from '../../assets/memory/memory-budget.ts';
import type { UploadJob } from '../../assets/memory/upload-job.ts';
import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import type { Priority } from '../../net/queue/priority.ts';
import type { PartMesh } from '../../render/geometry/part-mesh.ts';
import type { ResourceQueue } from '../dependencies.ts';
import type { ResourceInfo } from '../documents/room-info.ts';
import type { Subscriber } from './frame-changes.ts';
import { isSettled, mayBecome, type ResourceState } from './resource-state.ts';

const nothing: Bytes = { gpu: 0, cpu: 0 };

/** What a resource is once it is ready for use. */
export interface ResourceValues {
  mesh: SharedMesh;
  skeleton: SkeletonAsset;
  animation: AnimationAsset;
  texture: Texture;
}
export type ResourceKind = keyof ResourceValues;

/** The parts of a mesh with one `Mesh` each that owns the geometry. What is drawn shares it (`instancePart`). */
export interface SharedMesh {
  readonly parts: readonly { readonly part: MeshPart; readonly owner: PartMesh }[];
}

/** One resource, shared by everything that shows it. Only `RoomResources` and `TextureMemory` change it; subscribers are told. */
export class RoomResource<K extends ResourceKind = ResourceKind> {
  readonly info: ResourceInfo & { readonly kind: K };
  /** Told when there is a value, when it failed, when the value went away, and when memory holds it back. */
  readonly subscribers = new Set<Subscriber>();
  value: ResourceValues[K] | undefined;
  /** Why it failed the last time. */
  error: unknown;
  users = 0;
  /** URLs of its bytes, the best first: all that documents name for its hash. */
  places: readonly [string, ...string[]];
  /** The latest that was asked for. */
  priority: Priority = { class: 0, utility: 0 };
  abort: AbortController | undefined;
  /** Lets a high texture through to the decoder that is needed now. */
  onCritical: (() => void) | undefined;
  download: ReturnType<ResourceQueue['load']> | undefined;
  /** Its way to the GPU, while it is on it. */
  upload: UploadJob | undefined;
  /** Its share of the memory budget, from its start until it is released. */
  holding: { -readonly [K in keyof Holding]: Holding[K] } | undefined;
  /** Bytes while it is decoded but not yet wholly on the GPU: measured, or what its document promises. */
  expected: Bytes;
  /** Whether a low texture can stand in for it everywhere, and takes less. Set by TextureMemory. */
  demotable = false;
  readonly #onChanged: (resource: RoomResource, matters: boolean) => void;
  #state: ResourceState = 'known';
  #heldBack = false;

  /** @param onChanged - called at once after each change of `state` and `heldBack`; `matters` says whether subscribers are to know. */
  constructor(info: ResourceInfo & { readonly kind: K }, onChanged: (resource: RoomResource, matters: boolean) => void) {
    this.info = info;
    this.#onChanged = onChanged;
    this.places = [info.url, ...info.mirrors];
    this.expected = info.kind === 'texture' ? expectedTextureBytes(info) : nothing;
  }

  get state(): ResourceState {
    return this.#state;
  }

  /** Whether memory has no room for it: a high texture that stays away while others are better to see. Set by TextureMemory. */
  get heldBack(): boolean {
    return this.#heldBack;
  }

  set heldBack(heldBack: boolean) {
    if (heldBack === this.#heldBack) return;
    this.#heldBack = heldBack;
    this.#onChanged(this as RoomResource, true);
  }

  /** @throws Error where `resource-state.ts` allows no such step. */
  become(state: ResourceState): void {
    if (!mayBecome(this.#state, state)) throw new Error(`a resource cannot go from ${this.#state} to ${state}: ${this.info.url}`);
    this.#state = state;
    // On its way there is nothing to show yet.
    this.#onChanged(this as RoomResource, isSettled(state) || state === 'known');
  }

  /** Bytes that have arrived so far. */
  get received(): number {
    return this.#state === 'loading' || this.#state === 'decoded' ? this.info.bytes : (this.download?.received ?? 0);
  }

  /** Another document names the same bytes elsewhere. A download that is on its way uses these places too. */
  addPlaces({ url, mirrors }: ResourceInfo): void {
    const more = [url, ...mirrors].filter(place => !this.places.includes(place));
    if (more.length === 0) return;
    this.places = [...this.places, ...more];
    this.download?.addMirrors(more);
  }
}
