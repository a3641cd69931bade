/** The options of writing a room. */
import type { BakeOptions } from '../bake/bake-room.ts';
import type { EncodingCache } from './cache/encoding-cache.ts';
import type { WriteThreads } from './threads/write-threads.ts';

export interface WriteOptions {
  /** Name of the room's file in the folder; default `room.json`. */
  readonly document?: string;
  /** Folder that caches slow encodings (ignored by git, safe to delete). Without it, nothing is cached. */
  readonly cache?: string;
  /** Replaces `cache`: a cache that several rooms share in one run. */
  readonly encodings?: EncodingCache;
  /** Writes meshes and clips in two threads; default one. The caller closes it. */
  readonly threads?: WriteThreads;
  /** Writes KTX2 beside WebP; default true. Slow: 0.5 to 5 s a megapixel. */
  readonly ktx2?: boolean;
  /** Levels of detail besides the finest, 0..8; default 6. */
  readonly levels?: number;
  /** Maximum distance of a level from the finest, as a share of the product's extent; default 0.3. */
  readonly levelError?: number;
  /** Weights a vertex, 1..4; default 4. */
  readonly maxWeights?: number;
  /** Writes meshes, skeletons and clips as gzip files (`.glbz`), about 40 % smaller; default false. Other programs must unpack them. */
  readonly gzip?: boolean;
  /**
   * Also writes small meshes, clips and low textures together into files of 64 or 128 KiB (`.bundle`); default false. What the door shows
   * comes first. A page then opens the room with fewer requests.
   */
  readonly bundles?: boolean;
  /** Bakes light into the vertex colours of the furniture. */
  readonly bake?: BakeOptions;
  /** Treats a warning as an error; nothing is written then. */
  readonly strict?: boolean;
  /**
   * Ends the work. The promise then rejects with the signal's reason, after what was unpacked and written is deleted. A room is replaced
   * in one step, which is not interrupted.
   */
  readonly signal?: AbortSignal;
  readonly onProgress?: (step: { readonly done: number; readonly total: number; readonly what: string }) => void;
}
