import { mat4, quat, vec3 } from 'gl-matrix';
import type { AnimationAsset, AnimationTrack } from '../assets/animation-asset.ts';
import type { SkeletonAsset } from '../assets/skeleton-asset.ts';
import { humanoidOf } from './humanoid.ts';

/** A joint of the animation's skeleton and the joint of the other that does the same. */
interface Pair {
  readonly from: number;
  readonly to: number;
}

/** What a joint is at rest, in the space of the figure. */
interface Rest {
  readonly rotation: quat;
  readonly position: vec3;
}

/**
 * Makes an animation of one humanoid play on another: bones are matched by what they are (see `humanoidOf`), not by what they are
 * called, and every bone turns away from its rest as far as the original turns away from its own, about the same axis in the space
 * of the figure. Both skeletons must rest in about the same pose (both with arms out, or both with arms down): what differs between
 * the rest poses stays different in the motion.
 *
 * Translations are taken from the hips only, scaled by their height over the floor, so that feet stay on it and steps fit the legs;
 * `speed` is scaled alike. Scales are left out, morph weights are taken as they are. Tracks of bones that the target lacks are left out.
 *
 * A pure function: the same skeletons give the same result; the animation's arrays are not touched.
 */
export function retarget(animation: AnimationAsset, source: SkeletonAsset, target: SkeletonAsset): AnimationAsset {
  const pairs = matchBones(source, target);
  const sourceRest = restOf(source);
  const targetRest = restOf(target);
  const hips = pairs.get('hips');
  const size = hips ? heightRatio(sourceRest[hips.from], targetRest[hips.to]) : 1;
  const byName = new Map([...pairs.values()].map(pair => [source.names[pair.from], pair]));
  const tracks: AnimationTrack[] = [];
  for (const track of animation.tracks) {
    if (track.path === 'weight') tracks.push(track);
    const pair = byName.get(track.target);
    if (!pair) continue;
    const name = target.names[pair.to];
    if (track.path === 'rotation')
      tracks.push({ ...track, target: name, values: turned(track, pair, source, target, sourceRest, targetRest) });
    else if (track.path === 'translation' && pair === hips)
      tracks.push({ ...track, target: name, values: moved(track, pair, source, target, sourceRest, targetRest, size) });
  }
  return { ...animation, speed: animation.speed * size, tracks };
}

/** Whether a clip of `source` can be played on `target` at all: both have hips, and most bones of the smaller have their like. */
export function canRetarget(source: SkeletonAsset, target: SkeletonAsset): boolean {
  const pairs = matchBones(source, target);
  return pairs.has('hips') && pairs.size * 2 > Math.min(humanoidOf(source).size, humanoidOf(target).size);
}

function matchBones(source: SkeletonAsset, target: SkeletonAsset): Map<string, Pair> {
  const to = humanoidOf(target);
  const pairs = new Map<string, Pair>();
  for (const [bone, from] of humanoidOf(source)) {
    const joint = to.get(bone);
    if (joint !== undefined) pairs.set(bone, { from, to: joint });
  }
  return pairs;
}

function restOf({ parents, translations, rotations, scales }: SkeletonAsset): Rest[] {
  const worlds: mat4[] = [];
  const rests: Rest[] = [];
  parents.forEach((parent, joint) => {
    const local = quat.clone(rotations.subarray(joint * 4, joint * 4 + 4));
    const world = mat4.fromRotationTranslationScale(
      mat4.create(),
      local,
      translations.subarray(joint * 3, joint * 3 + 3),
      scales.subarray(joint * 3, joint * 3 + 3),
    );
    if (parent >= 0) mat4.multiply(world, worlds[parent], world);
    worlds.push(world);
    const rotation = parent >= 0 ? quat.multiply(quat.create(), rests[parent].rotation, local) : local;
    rests.push({ rotation, position: mat4.getTranslation(vec3.create(), world) });
  });
  return rests;
}

function heightRatio(from: Rest, to: Rest): number {
  return from.position[1] > 1e-3 && to.position[1] > 1e-3 ? to.position[1] / from.position[1] : 1;
}

const IDENTITY = quat.create();

/** Rest of a joint's parent: nothing turned for a root. */
function parentRotation(rest: readonly Rest[], { parents }: SkeletonAsset, joint: number): quat {
  return parents[joint] >= 0 ? rest[parents[joint]].rotation : IDENTITY;
}

/**
 * With P the rest rotation of the parent and R that of the joint, both in the space of the figure, S of the source and T of the
 * target, and q the key: the joint would stand at P_S q where its parent rests, so it has turned by D = P_S q R_S^-1. The target
 * turns alike: P_T x = D R_T, so x = (P_T^-1 P_S) q (R_S^-1 R_T).
 */
function turned(
  track: AnimationTrack,
  { from, to }: Pair,
  source: SkeletonAsset,
  target: SkeletonAsset,
  sourceRest: readonly Rest[],
  targetRest: readonly Rest[],
): Float32Array {
  const before = quat.invert(quat.create(), parentRotation(targetRest, target, to));
  quat.multiply(before, before, parentRotation(sourceRest, source, from));
  const after = quat.invert(quat.create(), sourceRest[from].rotation);
  quat.multiply(after, after, targetRest[to].rotation);
  const values = floatsOf(track);
  for (let i = 0; i < values.length; i += 4) {
    const key = values.subarray(i, i + 4);
    quat.multiply(key, before, key);
    quat.multiply(key, key, after);
    quat.normalize(key, key);
  }
  return values;
}

/** How far the hips are from their rest, in the space of the figure, scaled, and put into the space of the target's parent. */
function moved(
  track: AnimationTrack,
  { from, to }: Pair,
  source: SkeletonAsset,
  target: SkeletonAsset,
  sourceRest: readonly Rest[],
  targetRest: readonly Rest[],
  size: number,
): Float32Array {
  const turn = quat.invert(quat.create(), parentRotation(targetRest, target, to));
  quat.multiply(turn, turn, parentRotation(sourceRest, source, from));
  const rest = source.translations.subarray(from * 3, from * 3 + 3);
  const targetBase = target.translations.subarray(to * 3, to * 3 + 3);
  // A parent that is scaled (Mixamo's armature of 0.01) scales what its children move by.
  const scale = (size * parentScale(source, from)) / parentScale(target, to);
  const values = floatsOf(track);
  for (let i = 0; i < values.length; i += 3) {
    const key = values.subarray(i, i + 3);
    vec3.subtract(key, key, rest);
    vec3.transformQuat(key, key, turn);
    vec3.scaleAndAdd(key, targetBase, key, scale);
  }
  return values;
}

function parentScale({ parents, scales }: SkeletonAsset, joint: number): number {
  let scale = 1;
  for (let p = parents[joint]; p >= 0; p = parents[p]) scale *= scales[p * 3];
  return scale || 1;
}

/** A copy of the track's values as floats. */
function floatsOf({ values }: AnimationTrack): Float32Array {
  const floats = Float32Array.from(values);
  if (values instanceof Int16Array) for (let i = 0; i < floats.length; i++) floats[i] = Math.max(-1, floats[i] / 32767);
  return floats;
}
