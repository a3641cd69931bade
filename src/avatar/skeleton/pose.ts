/**
 * Every joint's transform relative to its parent at one moment of an animation. Layout, joint after joint:
 *
 *     translations  x y z      metres
 *     rotations     x y z w    unit quaternions
 *     scales        x y z
 */
export class Pose {
  readonly translations: Float32Array;
  readonly rotations: Float32Array;
  readonly scales: Float32Array;

  /** Creates a pose with all joints at the origin of their parents. */
  constructor(jointCount: number) {
    this.translations = new Float32Array(jointCount * 3);
    this.rotations = new Float32Array(jointCount * 4);
    this.scales = new Float32Array(jointCount * 3).fill(1);
    for (let w = 3; w < this.rotations.length; w += 4) this.rotations[w] = 1;
  }

  get jointCount(): number {
    return this.scales.length / 3;
  }

  /** Copies the values of `other`, a pose of the same skeleton. */
  copy(other: Pose): this {
    this.translations.set(other.translations);
    this.rotations.set(other.rotations);
    this.scales.set(other.scales);
    return this;
  }
}
