import type { BakeOptions, BakeReport } from './bake/bake-room.ts';
import type { EncodingCache } from './write/encoding-cache.ts';

export interface WriteOptions {
  /** Name of the room's file in the folder; `room.json` where not given. */
  readonly document?: string;
  /** Folder for encodings that take long (git-ignored, may be deleted at any time); none where not given. */
  readonly cache?: string;
  /** In place of `cache`: a cache that several rooms share in one run. */
  readonly encodings?: EncodingCache;
  /** KTX2 beside WebP; true where not given. Slow: 0.5 to 5 s a megapixel. */
  readonly ktx2?: boolean;
  /** Longest side of a texture, a power of two up to 2048, which is the default. */
  readonly maxTexture?: number;
  /** Levels of detail beside the finest, 0..4; 3 where not given. */
  readonly levels?: number;
  /** How far a level may lie from the finest, as part of the product's extent; 0.02 where not given. */
  readonly levelError?: number;
  /** Weights a vertex, 1..4; 4 where not given. */
  readonly maxWeights?: number;
  /** Light into the vertex colours of the furniture. */
  readonly bake?: BakeOptions;
  /** A warning is an error, and nothing is written. */
  readonly strict?: boolean;
  readonly onProgress?: (step: { readonly done: number; readonly total: number; readonly what: string }) => void;
}

/** What a product became. */
export interface ProductReport {
  readonly name: string;
  /** Of its mesh and textures; what it shares with others is counted here too. */
  readonly bytes: number;
  /** Of the finest level. */
  readonly triangles: number;
  readonly vertices: number;
  readonly parts: number;
  /** The finest included. */
  readonly levels: number;
  /** Joints that move it; 0 where it is rigid. */
  readonly joints: number;
  /** The most weights that a vertex has. */
  readonly maxWeights: number;
  readonly bounds: { readonly min: readonly number[]; readonly max: readonly number[] };
}

export interface RoomReport {
  readonly name: string;
  /** The room's file in the folder. */
  readonly document: string;
  readonly products: readonly ProductReport[];
  /** Bytes by kind, each file counted once; `low` and `high` are textures. */
  readonly bytes: {
    readonly mesh: number;
    readonly skeleton: number;
    readonly animation: number;
    readonly low: number;
    readonly high: number;
  };
  readonly resources: number;
  /** Where `bake` was asked for. */
  readonly bake?: BakeReport;
  readonly warnings: readonly string[];
}
