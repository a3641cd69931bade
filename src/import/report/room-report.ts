/** The report of writing a room. */

/** The result for one product. */
export interface ProductReport {
  readonly name: string;
  /** Bytes of its mesh and textures, including those that it shares. */
  readonly bytes: number;
  /** Triangles of the finest level. */
  readonly triangles: number;
  readonly vertices: number;
  readonly parts: number;
  /** Number of levels, including the finest. */
  readonly levels: number;
  /** Number of joints; 0 for a rigid product. */
  readonly joints: number;
  /** The largest number of weights that a vertex has. */
  readonly maxWeights: number;
  readonly bounds: { readonly min: readonly number[]; readonly max: readonly number[] };
}

/** What a bake of the light did. */
export interface BakeReport {
  /** Rays that were traced. */
  readonly rays: number;
  readonly vertices: number;
  readonly seconds?: number;
  /** Longest remaining edge in metres. */
  readonly edge: number;
  readonly warnings: readonly string[];
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
    readonly sound: number;
  };
  readonly resources: number;
  /** Set where `bake` was requested. */
  readonly bake?: BakeReport;
  readonly warnings: readonly string[];
}
