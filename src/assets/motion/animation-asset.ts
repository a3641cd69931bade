/** A clip once it is decoded: keyframes in flat arrays, joints by name. */
export interface AnimationTrack {
  /** Name of the joint, or of the morph target for `weight`. */
  readonly target: string;
  readonly path: 'translation' | 'rotation' | 'scale' | 'weight';
  readonly interpolation: 'linear' | 'step';
  /** Seconds, ascending. */
  readonly times: Float32Array;
  /** 3, 4 (x y z w) or 1 numbers a key; Int16Array means normalized (value / 32767). */
  readonly values: Float32Array | Int16Array;
}

export interface AnimationAsset {
  readonly name: string;
  /** Seconds, > 0. */
  readonly duration: number;
  readonly loop: boolean;
  /** m/s that the feet cover in place; 0 when it goes nowhere. */
  readonly speed: number;
  readonly tracks: readonly AnimationTrack[];
}
