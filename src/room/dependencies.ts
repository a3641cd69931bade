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
  /** Maximum length where `bytes` is undefined. */
  readonly maxBytes?: number;
  readonly hash?: string;
  /** `DownloadRequest.form` */
  readonly form?: string | undefined;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
  /** `DownloadRequest.onHeaders` */
  readonly onHeaders?: (headers: Pick<Headers, 'get'>) => void;
  /** Whether the server must confirm a copy from an HTTP cache. */
  readonly revalidate?: boolean;
}

/** `DownloadQueue` is one. */
export interface ResourceQueue {
  load(request: ResourceRequest): {
    readonly done: Promise<Uint8Array<ArrayBuffer>>;
    /** `Download.url` */
    readonly url?: string | undefined;
    /** `Download.form` */
    readonly form?: string | undefined;
    /** Bytes received so far. */
    readonly received: number;
    setPriority(priority: Priority): void;
    /** More URLs of the same bytes. */
    addMirrors(urls: readonly string[]): void;
  };
  hasCached(hash: string, form?: string): Promise<boolean>;
  /** `DownloadQueue.keep`. A queue without it stores nothing but downloads. */
  keep?(
    of: { readonly hash: string; readonly form: string; readonly url: string },
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void>;
  /** Like `hasCached`, but synchronous. `true` may be wrong. */
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

/** The part of the GPU access that differs between LeanRenderer (src/viewer) and three's own renderer (src/three.ts). */
export interface RoomGpu {
  /** Whether it supports S3TC: `image/ktx2` is preferred to `image/webp` then. */
  readonly compressed: boolean;
  /** Maximum side of a texture, pixels. Decoders use 2048 by default. */
  readonly maxTextureSize?: number;
  /** Whether textures keep their copy in the page's memory once they are on the GPU; false by default. */
  readonly keepsCopies?: boolean;
  createTexture(asset: TextureAsset): { readonly texture: Texture; readonly job: UploadJob };
  /** Uploads meshes and compiles their shaders before their first frame. Not every renderer can do that. */
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
