import type { Texture } from 'three';
import type { MemoryBudget } from '../assets/memory/memory-budget.ts';
import type { UploadJob } from '../assets/memory/upload-job.ts';
import type { MeshAsset } from '../assets/meshes/mesh-asset.ts';
import type { AnimationAsset } from '../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../assets/motion/skeleton-asset.ts';
import type { TextureAsset } from '../assets/textures/texture-asset.ts';
import type { Clock } from '../core/clock.ts';
import type { Pacer } from '../core/pacer.ts';
import type { Priority } from '../net/queue/priority.ts';
import type { PartMesh } from '../render/geometry/part-mesh.ts';

/** What a room session depends on: network, decoders and GPU. Each is one interface, so that tests can replace it. */

export interface ResourceRequest {
  readonly url: string;
  readonly mirrors?: readonly string[];
  readonly bytes?: number;
  /** The most that may come where `bytes` does not tell. */
  readonly maxBytes?: number;
  readonly hash?: string;
  /** `DownloadRequest.form` */
  readonly form?: string | undefined;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
  /** `DownloadRequest.onHeaders` */
  readonly onHeaders?: (headers: Pick<Headers, 'get'>) => void;
  /** Ask the server whether what an HTTP cache holds is still true. */
  readonly revalidate?: boolean;
}

/** `DownloadQueue` is one. */
export interface ResourceQueue {
  load(request: ResourceRequest): {
    readonly done: Promise<Uint8Array<ArrayBuffer>>;
    /** `Download.form` */
    readonly form?: string | undefined;
    /** Bytes that have come so far. */
    readonly received: number;
    setPriority(priority: Priority): void;
    /** More URLs of the same bytes. */
    addMirrors(urls: readonly string[]): void;
  };
  hasCached(hash: string, form?: string): Promise<boolean>;
  /** `DownloadQueue.keep`. A queue without it keeps downloads alone. */
  keep?(
    of: { readonly hash: string; readonly form: string; readonly url: string },
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void>;
  /** As `hasCached`, at once and without looking: true may be wrong. */
  mayHaveCached(hash: string): boolean;
}

/** `createDecoder()` makes one. */
export interface ResourceDecoder {
  mesh(bytes: Uint8Array<ArrayBuffer>, url: string, signal?: AbortSignal): Promise<MeshAsset>;
  skeleton(bytes: Uint8Array<ArrayBuffer>, url: string, signal?: AbortSignal): Promise<SkeletonAsset>;
  animation(bytes: Uint8Array<ArrayBuffer>, url: string, signal?: AbortSignal): Promise<AnimationAsset>;
  texture(
    bytes: Uint8Array<ArrayBuffer>,
    source: { url: string; type: string; maxSize?: number | undefined },
    signal?: AbortSignal,
  ): Promise<TextureAsset>;
}

/** `UploadGovernor` is one. */
export interface Uploads {
  add(job: UploadJob, priority: Priority): Promise<void>;
  /** Harmless for a job that is done or unknown. */
  setPriority(job: UploadJob, priority: Priority): void;
}

/** What of the GPU differs between LeanRenderer (src/viewer) and three's own renderer (src/three.ts). */
export interface RoomGpu {
  /** Whether it takes S3TC: then `image/ktx2` is chosen before `image/webp`. */
  readonly compressed: boolean;
  /** Pixels a side that a texture may have; where it is not told, decoders hold to 2048. */
  readonly maxTextureSize?: number;
  /** Whether textures keep their copy in the page's memory once they are on the GPU; false by default. */
  readonly keepsCopies?: boolean;
  createTexture(asset: TextureAsset): { readonly texture: Texture; readonly job: UploadJob };
  /** Brings meshes to the GPU, and compiles what they need, before their first frame; a renderer that cannot do that has no such method. */
  createMeshJob?(meshes: readonly PartMesh[]): UploadJob;
}

/** Everything that a `RoomSession` is given. */
export interface RoomDependencies {
  readonly queue: ResourceQueue;
  readonly decoder: ResourceDecoder;
  readonly gpu: RoomGpu;
  readonly uploads: Uploads;
  /** Limits what the room holds. None by default. Rooms may share one. */
  readonly memory?: MemoryBudget;
  readonly clock?: Clock;
  /** Cuts long work into slices. Without it, all documents of a file are checked in one task. */
  readonly pacer?: Pacer;
  /**
   * Called once all of the room that is not a high texture has loaded or failed, or takes too long. High textures are decoded when its
   * promise settles. Without it, they are decoded at once.
   */
  readonly entered?: () => Promise<unknown>;
}
