import { mat4, quat, vec3 } from 'gl-matrix';
import type { AnimationAsset, AnimationTrack } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { type BonePair, matchBones } from '../skeleton/match-bones.ts';
import { Pose } from '../skeleton/pose.ts';
import { Skeleton } from '../skeleton/skeleton.ts';
import { allJoints } from '../skeleton/used-joints.ts';
import { worldMatrices } from '../skeleton/world-matrices.ts';
import { compileClip } from './clip.ts';
import { createCursor, sampleClip } from './sample-clip.ts';

/** Maximum number of keys of a retargeted clip; more keys are thinned evenly. A minute at 30 Hz has 1,800. */
const MOST_KEYS = 2400;

/**
 * Retargets an animation of one humanoid to another. It matches bones by their role (see `humanoidOf`), not by their names.
 * W is the rotation of a bone in the figure's space, R its rotation at rest, S the source and T the target:
 *
 * W_T = (W_S R_S^-1) C R_T
 *
 * The bone turns away from its rest pose as far as the original does, after C has aligned the two rest poses. C is the smallest
 * rotation that turns the target's upper and lower arms and legs to the directions of the source. So one figure may rest with its
 * arms out and the other with its arms down. Hands take the C of their arm. For all other bones, C = 1. Joints between bones that
 * only one skeleton has keep their rest pose, or pass their parent's motion on.
 *
 * The hips move as those of the source, scaled by the ratio of leg lengths.
 * Then they are raised or lowered so that the lower sole has the same height over the floor, by the same ratio.
 * This makes up for different proportions of thigh and shin. `speed` is scaled by the ratio too.
 * Other translations and scales are left out; morph weights are kept.
 *
 * A pure function: the same skeletons give the same result, and the animation's arrays stay unchanged.
 */
export function retarget(animation: AnimationAsset, source: SkeletonAsset, target: SkeletonAsset): AnimationAsset {
  const pairs = matchBones(source, target);
  const morphs = animation.tracks.filter(t => t.path === 'weight');
  if (pairs.size === 0) return { ...animation, tracks: morphs };
  const from = new Figure(source);
  const to = new Figure(target);
  const fit = new Fit(pairs, from, to);
  const times = keyTimes(animation);
  const values = new Map([...pairs.values()].map(pair => [pair.to, new Float32Array(times.length * 4)]));
  const hips = pairs.get('hips');
  const path = new Float32Array(hips ? times.length * 3 : 0);
  const clip = { ...compileClip(animation, from.skeleton), loop: false };
  const cursor = createCursor(clip);
  for (let key = 0; key < times.length; key++) {
    from.pose.copy(from.skeleton.rest);
    sampleClip(clip, times[key], cursor, from.pose);
    from.update();
    fit.apply();
    for (const [joint, out] of values) out.set(to.pose.rotations.subarray(joint * 4, joint * 4 + 4), key * 4);
    if (hips) path.set(to.pose.translations.subarray(hips.to * 3, hips.to * 3 + 3), key * 3);
  }
  const track = (joint: number, path: 'rotation' | 'translation', values: Float32Array): AnimationTrack => ({
    target: target.names[joint],
    path,
    interpolation: 'linear',
    times,
    values,
  });
  return {
    ...animation,
    speed: animation.speed * fit.size,
    tracks: [
      ...(hips ? [track(hips.to, 'translation', path)] : []),
      ...[...values].map(([joint, rotations]) => track(joint, 'rotation', rotations)),
      ...morphs,
    ],
  };
}

/** Collects the times of all keys. Between them both figures interpolate linearly. */
function keyTimes({ tracks, duration }: AnimationAsset): Float32Array {
  const times = new Set<number>([0, Math.fround(duration)]);
  for (const track of tracks) {
    if (track.path === 'weight') continue;
    for (const [key, time] of track.times.entries()) {
      times.add(time);
      // Where a value jumps, the last moment before the jump is a key as well.
      if (track.interpolation === 'step' && key > 0) times.add(Math.fround(Math.max(track.times[key - 1], time - 1e-3)));
    }
  }
  const sorted = Float32Array.from(times).sort();
  if (sorted.length <= MOST_KEYS) return sorted;
  return Float32Array.from({ length: MOST_KEYS }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (MOST_KEYS - 1))]);
}

/** A skeleton in a pose, with its matrices in the figure's space. */
class Figure {
  readonly skeleton: Skeleton;
  readonly pose: Pose;
  readonly world: Float32Array;
  /** Rotations of the joints in the figure's space, without scale. */
  readonly turns: quat[];
  readonly restTurns: readonly quat[];
  readonly #rest: Float32Array;

  constructor(asset: SkeletonAsset) {
    this.skeleton = new Skeleton(asset);
    this.pose = new Pose(this.skeleton.jointCount).copy(this.skeleton.rest);
    this.world = new Float32Array(this.skeleton.jointCount * 16);
    this.turns = asset.names.map(() => quat.create());
    this.update();
    this.#rest = this.world.slice();
    this.restTurns = this.turns.map(turn => quat.clone(turn));
  }

  /** Computes world matrices and rotations from `pose`. */
  update(): void {
    const { parents } = this.skeleton;
    worldMatrices(parents, this.pose, this.world, allJoints(parents));
    for (let joint = 0; joint < parents.length; joint++) {
      const local = this.pose.rotations.subarray(joint * 4, joint * 4 + 4);
      if (parents[joint] < 0) quat.copy(this.turns[joint], local);
      else quat.multiply(this.turns[joint], this.turns[parents[joint]], local);
    }
  }

  at(joint: number): vec3 {
    return mat4.getTranslation(vec3.create(), this.world.subarray(joint * 16, joint * 16 + 16));
  }

  restAt(joint: number): vec3 {
    return mat4.getTranslation(vec3.create(), this.#rest.subarray(joint * 16, joint * 16 + 16));
  }

  /** Returns how far the lowest of `soles` is above its rest height. */
  clearance(soles: readonly number[]): number {
    let least = Number.POSITIVE_INFINITY;
    for (const joint of soles) least = Math.min(least, this.world[joint * 16 + 13] - this.#rest[joint * 16 + 13]);
    return least;
  }
}

/** Maps a bone to the bone that it points at. */
const POINTS_AT: Readonly<Record<string, string>> = {
  UpperArm: 'LowerArm',
  LowerArm: 'Hand',
  UpperLeg: 'LowerLeg',
  LowerLeg: 'Foot',
};
const SIDES = ['left', 'right'] as const;

/** Transfers the source's pose to the target. */
class Fit {
  /** Target metres for each source metre. */
  readonly size: number;
  readonly #from: Figure;
  readonly #to: Figure;
  readonly #hips: BonePair | undefined;
  /** Maps a joint of the target to the source's joint and C R_T. */
  readonly #bones = new Map<number, { readonly from: number; readonly rest: quat }>();
  readonly #soles: { readonly from: readonly number[]; readonly to: readonly number[] };

  constructor(pairs: ReadonlyMap<string, BonePair>, from: Figure, to: Figure) {
    this.#from = from;
    this.#to = to;
    this.#hips = pairs.get('hips');
    const corrections = correctionsOf(pairs, from, to);
    for (const [bone, pair] of pairs) {
      const rest = quat.multiply(quat.create(), corrections.get(bone) ?? quat.create(), to.restTurns[pair.to]);
      this.#bones.set(pair.to, { from: pair.from, rest });
    }
    const soles = SIDES.flatMap(side => [pairs.get(`${side}Foot`), pairs.get(`${side}Toes`)]).filter(pair => pair !== undefined);
    this.#soles = { from: soles.map(s => s.from), to: soles.map(s => s.to) };
    this.size = sizeRatio(pairs, from, to);
  }

  /** Poses the target like the source. */
  apply(): void {
    const [from, to] = [this.#from, this.#to];
    const { parents, rest } = to.skeleton;
    to.pose.copy(rest);
    const turn = quat.create();
    for (let joint = 0; joint < parents.length; joint++) {
      const parent = parents[joint];
      const local = to.pose.rotations.subarray(joint * 4, joint * 4 + 4);
      const bone = this.#bones.get(joint);
      if (bone) {
        quat.multiply(turn, from.turns[bone.from], quat.invert(turn, from.restTurns[bone.from]));
        quat.multiply(turn, turn, bone.rest);
        if (parent >= 0) quat.multiply(turn, quat.invert(local, to.turns[parent]), turn);
        quat.normalize(local, turn);
      }
      if (parent < 0) quat.copy(to.turns[joint], local);
      else quat.multiply(to.turns[joint], to.turns[parent], local);
    }
    if (this.#hips) this.#stand(this.#hips);
  }

  #stand(hips: BonePair): void {
    const [from, to] = [this.#from, this.#to];
    const move = vec3.subtract(vec3.create(), from.at(hips.from), from.restAt(hips.from));
    const wanted = vec3.scaleAndAdd(vec3.create(), to.restAt(hips.to), move, this.size);
    this.#place(hips.to, wanted);
    to.update();
    if (this.#soles.to.length === 0) return;
    wanted[1] += from.clearance(this.#soles.from) * this.size - to.clearance(this.#soles.to);
    this.#place(hips.to, wanted);
    to.update();
  }

  /**
   * Moves a joint to a position in the figure's space. Its translation is in its parent's space, which may be rotated and scaled.
   */
  #place(joint: number, position: vec3): void {
    const parent = this.#to.skeleton.parents[joint];
    const local = vec3.clone(position);
    if (parent >= 0) {
      const inverse = mat4.invert(mat4.create(), this.#to.world.subarray(parent * 16, parent * 16 + 16));
      if (!inverse) return;
      vec3.transformMat4(local, local, inverse);
    }
    this.#to.pose.translations.set(local, joint * 3);
  }
}

/** Computes C by bone. A bone without an entry has C = 1. */
function correctionsOf(pairs: ReadonlyMap<string, BonePair>, from: Figure, to: Figure): Map<string, quat> {
  const out = new Map<string, quat>();
  for (const side of SIDES) {
    for (const [bone, tip] of Object.entries(POINTS_AT)) {
      const [a, b] = [pairs.get(side + bone), pairs.get(side + tip)];
      if (!a || !b) continue;
      const now = direction(to, a.to, b.to);
      const wanted = direction(from, a.from, b.from);
      if (now && wanted) out.set(side + bone, quat.rotationTo(quat.create(), now, wanted));
    }
    const arm = out.get(`${side}LowerArm`) ?? out.get(`${side}UpperArm`);
    // Hand and fingers. Names of one side share the prefix of the side.
    if (arm)
      for (const bone of pairs.keys())
        if (bone.startsWith(side) && /Hand$|Thumb|Index|Middle|Ring|Little/.test(bone)) out.set(bone, arm);
  }
  return out;
}

function direction(figure: Figure, joint: number, tip: number): vec3 | undefined {
  const way = vec3.subtract(vec3.create(), figure.restAt(tip), figure.restAt(joint));
  return vec3.length(way) > 1e-6 ? vec3.normalize(way, way) : undefined;
}

/** Computes the size ratio from the legs (thigh and shin), or from the height of the hips if a leg is missing. */
function sizeRatio(pairs: ReadonlyMap<string, BonePair>, from: Figure, to: Figure): number {
  const leg = (figure: Figure, end: keyof BonePair): number =>
    SIDES.reduce((sum, side) => {
      const [hip, knee, foot] = ['UpperLeg', 'LowerLeg', 'Foot'].map(bone => pairs.get(side + bone));
      if (!hip || !knee || !foot) return sum;
      const [a, b, c] = [hip, knee, foot].map(pair => figure.restAt(pair[end]));
      return sum + vec3.distance(a, b) + vec3.distance(b, c);
    }, 0);
  const [a, b] = [leg(from, 'from'), leg(to, 'to')];
  if (a > 1e-3 && b > 1e-3) return b / a;
  const hips = pairs.get('hips');
  const [c, d] = hips ? [from.restAt(hips.from)[1], to.restAt(hips.to)[1]] : [0, 0];
  return c > 1e-3 && d > 1e-3 ? d / c : 1;
}
