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

/** The value of a resource that is ready for use, by kind. */
export interface ResourceValues {
  mesh: SharedMesh;
  skeleton: SkeletonAsset;
  animation: AnimationAsset;
  texture: Texture;
}
export type ResourceKind = keyof ResourceValues;

/** The parts of a mesh, each with a `Mesh` that owns the geometry. Drawn meshes share it (`instancePart`). */
export interface SharedMesh {
  readonly parts: readonly { readonly part: MeshPart; readonly owner: PartMesh }[];
}

/** One resource, shared by all its users. Only `RoomResources` and `TextureMemory` change it. Subscribers are informed. */
export class RoomResource<K extends ResourceKind = ResourceKind> {
  readonly info: ResourceInfo & { readonly kind: K };
  /** Informed when the value arrived, failed or was removed, and when memory holds it back. */
  readonly subscribers = new Set<Subscriber>();
  value: ResourceValues[K] | undefined;
  /** Why it failed the last time. */
  error: unknown;
  users = 0;
  /** URLs of its bytes, the best first: all that documents name for its hash. */
  places: readonly [string, ...string[]];
  /** The latest priority that was set. */
  priority: Priority = { class: 0, utility: 0 };
  abort: AbortController | undefined;
  /** Passes a high texture to the decoder, because it is needed now. */
  onCritical: (() => void) | undefined;
  download: ReturnType<ResourceQueue['load']> | undefined;
  /** Its upload, while that runs. */
  upload: UploadJob | undefined;
  /** Its share of the memory budget, from its start until it is released. */
  holding: { -readonly [K in keyof Holding]: Holding[K] } | undefined;
  /** Bytes that it takes until it is completely on the GPU: measured, or as its document states. */
  expected: Bytes;
  /** Whether a low texture can replace it everywhere and takes less memory. Set by TextureMemory. */
  demotable = false;
  readonly #onChanged: (resource: RoomResource, matters: boolean) => void;
  #state: ResourceState = 'known';
  #heldBack = false;

  /** @param onChanged - called at once after each change of `state` and `heldBack`; `matters`: whether subscribers are informed. */
  constructor(info: ResourceInfo & { readonly kind: K }, onChanged: (resource: RoomResource, matters: boolean) => void) {
    this.info = info;
    this.#onChanged = onChanged;
    this.places = [info.url, ...info.mirrors];
    this.expected = info.kind === 'texture' ? expectedTextureBytes(info) : nothing;
  }

  get state(): ResourceState {
    return this.#state;
  }

  /** Whether a high texture does not fit into memory, because others are more visible. Set by TextureMemory. */
  get heldBack(): boolean {
    return this.#heldBack;
  }

  set heldBack(heldBack: boolean) {
    if (heldBack === this.#heldBack) return;
    this.#heldBack = heldBack;
    this.#onChanged(this as RoomResource, true);
  }

  /** @throws Error if `resource-state.ts` does not allow the transition. */
  become(state: ResourceState): void {
    if (!mayBecome(this.#state, state)) throw new Error(`a resource cannot go from ${this.#state} to ${state}: ${this.info.url}`);
    this.#state = state;
    // While it is loading, there is nothing to show.
    this.#onChanged(this as RoomResource, isSettled(state) || state === 'known');
  }

  /** Bytes received so far. */
  get received(): number {
    return this.#state === 'loading' || this.#state === 'decoded' ? this.info.bytes : (this.download?.received ?? 0);
  }

  /** Adds the URLs of another document for the same bytes. A running download uses them too. */
  addPlaces({ url, mirrors }: ResourceInfo): void {
    const more = [url, ...mirrors].filter(place => !this.places.includes(place));
    if (more.length === 0) return;
    this.places = [...this.places, ...more];
    this.download?.addMirrors(more);
  }
}
