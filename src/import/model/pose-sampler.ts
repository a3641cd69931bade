/** Poses skeletons by clips. */
import { mat4, type quat, type vec3 } from 'gl-matrix';
import type { AnimationAsset, AnimationTrack } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { floatValues, ITEM_SIZES, sampleTrack } from './sample-track.ts';

/** Computes a clip's joint matrices in double precision. The import measures with it, independently of the player. */
export class PoseSampler {
  readonly #skeleton: SkeletonAsset;
  readonly #tracks: { track: AnimationTrack; values: Float32Array; at: number; out: Float32Array }[];
  readonly #pose: Readonly<Record<'translation' | 'rotation' | 'scale', Float64Array>>;
  /** For each joint: its part of the pose, and its matrices. */
  readonly #joints: readonly { rotation: quat; translation: vec3; scale: vec3; world: mat4; parent: mat4 | undefined }[];
  readonly #world: Float64Array;

  /** @param wanted - joints whose matrices are wanted; by default all. */
  constructor(clip: AnimationAsset, skeleton: SkeletonAsset, wanted?: readonly number[]) {
    const { names, parents, translations, rotations, scales } = skeleton;
    const needed = wanted && withParents(wanted, parents);
    const isNeeded = (j: number): boolean => needed?.has(j) ?? true;
    const joints = new Map(names.map((name, i) => [name, i]));
    this.#skeleton = skeleton;
    this.#world = new Float64Array(names.length * 16);
    this.#pose = {
      translation: Float64Array.from(translations),
      rotation: Float64Array.from(rotations),
      scale: Float64Array.from(scales),
    };
    // gl-matrix takes views, which are made once: a pose of 40 joints made 200 of them.
    const { translation, rotation, scale } = this.#pose;
    const matrix = (j: number) => this.#world.subarray(j * 16, j * 16 + 16) as unknown as mat4;
    this.#joints = Array.from(parents, (parent, j) => ({
      rotation: rotation.subarray(j * 4, j * 4 + 4) as unknown as quat,
      translation: translation.subarray(j * 3, j * 3 + 3) as unknown as vec3,
      scale: scale.subarray(j * 3, j * 3 + 3) as unknown as vec3,
      world: matrix(j),
      parent: parent < 0 ? undefined : matrix(parent),
    })).filter((_, j) => isNeeded(j));
    this.#tracks = clip.tracks.flatMap(track => {
      const joint = joints.get(track.target);
      if (joint === undefined || !isNeeded(joint) || track.path === 'weight') return [];
      const size = ITEM_SIZES[track.path];
      return { track, values: floatValues(track), at: joint * size, out: new Float32Array(size) };
    });
  }

  /**
   * Computes the pose at a time. @returns 16 numbers a joint, column-major, joint space -> avatar space; overwritten by the next
   * call.
   */
  sample(seconds: number): Float64Array {
    const { translations, rotations, scales } = this.#skeleton;
    this.#pose.translation.set(translations);
    this.#pose.rotation.set(rotations);
    this.#pose.scale.set(scales);
    for (const { track, values, at, out } of this.#tracks) {
      if (track.path === 'weight') continue;
      sampleTrack(track, values, seconds, out);
      const pose = this.#pose[track.path];
      for (let k = 0; k < out.length; k++) pose[at + k] = out[k];
    }
    for (const { rotation, translation, scale, world, parent } of this.#joints) {
      if (!parent) mat4.fromRotationTranslationScale(world, rotation, translation, scale);
      else mat4.multiply(world, parent, mat4.fromRotationTranslationScale(local, rotation, translation, scale));
    }
    return this.#world;
  }
}

/** Returns joints and all above them. */
function withParents(wanted: readonly number[], parents: ArrayLike<number>): Set<number> {
  const out = new Set<number>();
  for (const joint of wanted) for (let j = joint; j >= 0 && !out.has(j); j = parents[j]) out.add(j);
  return out;
}

/** Scratch: a joint's matrix in its parent's space. */
const local = new Float64Array(16) as unknown as mat4;
