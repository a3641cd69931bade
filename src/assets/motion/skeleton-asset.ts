/** A skeleton once it is decoded. Joints stand parents first: `parents[i] < i`, -1 for a root. */
export interface SkeletonAsset {
  readonly names: readonly string[];
  readonly parents: Int16Array;
  /** Rest pose, local to the parent. 3 a joint, metres. */
  readonly translations: Float32Array;
  /** 4 a joint, x y z w. */
  readonly rotations: Float32Array;
  /** 3 a joint. */
  readonly scales: Float32Array;
  /** VRM 1 bone name -> joint name, where known. */
  readonly humanoid: Readonly<Record<string, string>>;
}
