import type { Texture } from 'three';
import { type Bytes, expectedTextureBytes, type Holding } from '../../assets/memory/memory-budget.ts';
import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import type { Priority } from '../../net/queue/priority.ts';
import type { PartMesh } from '../../render/geometry/part-mesh.ts';
import type { ResourceQueue, UploadJob } from '../dependencies.ts';
import type { ResourceInfo } from '../documents/follow-room.ts';
import type { ResourceState } from './resource-state.ts';

const nothing: Bytes = { gpu: 0, cpu: 0 };

/** What becomes of a resource once it is ready for use. */
export interface ResourceValues {
  mesh: SharedMesh;
  skeleton: SkeletonAsset;
  animation: AnimationAsset;
  texture: Texture;
}
export type ResourceKind = keyof ResourceValues;

/** The parts of a mesh with one `Mesh` each that owns the geometry; what is drawn shares it (`RoomGpu.createMesh`, `like`). */
export interface SharedMesh {
  readonly parts: readonly { readonly part: MeshPart; readonly owner: PartMesh }[];
}

/** One resource, shared by all that show it. Only its store changes it. */
export class RoomResource<K extends ResourceKind = ResourceKind> {
  readonly info: ResourceInfo & { readonly kind: K };
  state: ResourceState = 'known';
  value: ResourceValues[K] | undefined;
  /** Why it failed; each time anew. */
  error: unknown;
  users = 0;
  /** URLs that have its bytes, the best first: all that documents name for its hash. */
  places: readonly [string, ...string[]];
  /** The latest that was asked for. */
  priority: Priority = { class: 0, utility: 0 };
  abort: AbortController | undefined;
  /** Lets a high texture through to the decoder that somebody needs now. */
  onCritical: (() => void) | undefined;
  download: ReturnType<ResourceQueue['load']> | undefined;
  /** On its way to the GPU. */
  upload: UploadJob | undefined;
  /** What it counts for in the memory budget, from its start until it is let go of. */
  holding: { -readonly [K in keyof Holding]: Holding[K] } | undefined;
  /** Bytes while it is decoded and not yet on the GPU whole: what it was measured to take, or what its document promises. */
  expected: Bytes;
  /** There is no memory for it: a high texture that stays away while others are better to see. Set by TextureMemory. */
  heldBack = false;
  /** Whether a low texture can stand in for it, everywhere, and takes less. Set by TextureMemory. */
  demotable = false;

  constructor(info: ResourceInfo & { readonly kind: K }) {
    this.info = info;
    this.places = [info.url, ...info.mirrors];
    this.expected = info.kind === 'texture' ? expectedTextureBytes(info) : nothing;
  }

  /** Bytes that have come so far. */
  get received(): number {
    return this.state === 'loading' || this.state === 'decoded' ? this.info.bytes : (this.download?.received ?? 0);
  }

  /** Another document names the same bytes elsewhere: what is on its way hears of it too. */
  addPlaces({ url, mirrors }: ResourceInfo): void {
    const more = [url, ...mirrors].filter(place => !this.places.includes(place));
    if (more.length === 0) return;
    this.places = [...this.places, ...more];
    this.download?.addMirrors(more);
  }
}
