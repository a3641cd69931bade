/** Compiles animations into clips for one skeleton. */

import { quat } from 'gl-matrix';
import type { AnimationAsset, AnimationTrack } from '../../assets/motion/animation-asset.ts';
import { Pose } from '../skeleton/pose.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';

/**
 * Tracks with keys at the same times, so that one search serves them all. Values are stored key after key:
 *
 *     values  key 0: joint a, joint b, …   key 1: joint a, joint b, …
 *
 * Rotations are quaternions of 16-bit integers. Only their direction counts, because sampling normalises them. Each has the same
 * sign as the previous key, so that interpolation takes the shorter way.
 */
export interface TrackGroup<Values extends Float32Array | Int16Array = Float32Array | Int16Array> {
  /** True if values hold until the next key. */
  readonly step: boolean;
  /** Seconds, ascending, at least two. */
  readonly times: Float32Array;
  readonly joints: Uint16Array;
  readonly values: Values;
}

export interface MorphTrack {
  readonly target: string;
  readonly step: boolean;
  readonly times: Float32Array;
  readonly values: Float32Array;
}

/** An animation compiled for one skeleton and shared by all avatars that use it. */
export interface Clip {
  readonly name: string;
  /** Seconds, > 0. */
  readonly duration: number;
  readonly loop: boolean;
  /** Floor speed of the feet, m/s; 0 if the clip stays in place. */
  readonly speed: number;
  /** All values that stay constant while the clip plays. */
  readonly still: Pose;
  /** The clip's pose at time 0, the reference of additive gestures. */
  readonly first: Pose;
  readonly rotations: readonly TrackGroup<Int16Array>[];
  readonly translations: readonly TrackGroup<Float32Array>[];
  readonly scales: readonly TrackGroup<Float32Array>[];
  readonly morphs: readonly MorphTrack[];
  /** Joints that move, ascending. */
  readonly moving: Uint16Array;
  /** How many cursors a sampler of this clip needs. */
  readonly cursorCount: number;
  /** CPU bytes of the values and times. */
  readonly bytes: number;
}

/**
 * Maximum angle between two keys, radians. The sampler blends linearly and normalises.
 * For an angle of a radians this is at most 0.016 (a/2)^3 x 2 off the true arc: 0.00002 rad at 12 degrees.
 * Compilation inserts keys where they lie farther apart.
 */
const MAX_KEY_ANGLE = (12 * Math.PI) / 180;

/** Clips of more numbers than this are not refined: 8 MB, thousands of times a real clip. */
const MAX_REFINED_VALUES = 4_194_304;

/** Changes below this (metres, quaternion components, factors) count as still. It is the step of the 16-bit rotations. */
const STILL = 1.6e-5;

/**
 * Compiles `asset` for `skeleton`. It resolves joint names, moves still tracks out of the loop and groups tracks with the same
 * times. It omits tracks of joints that the skeleton lacks.
 */
export function compileClip(asset: AnimationAsset, skeleton: Skeleton): Clip {
  const still = new Pose(skeleton.jointCount).copy(skeleton.rest);
  const moving: BoundTrack[] = [];
  const morphs: MorphTrack[] = [];
  for (const track of asset.tracks) {
    if (track.path === 'weight') {
      morphs.push({ target: track.target, step: track.interpolation === 'step', times: track.times, values: floatsOf(track) });
      continue;
    }
    const joint = skeleton.joint(track.target);
    if (joint < 0) continue;
    const bound = { joint, path: track.path, step: track.interpolation === 'step', times: track.times, values: floatsOf(track) };
    if (track.path === 'rotation') alignSigns(bound.values);
    if (isStill(bound)) still[POSE_ARRAY[bound.path]].set(bound.values.subarray(0, SIZE[bound.path]), joint * SIZE[bound.path]);
    else moving.push(bound);
  }
  const rotations = groups(moving, 'rotation').map(refine).map(quantize);
  const translations = groups(moving, 'translation');
  const scales = groups(moving, 'scale');
  const all = [...rotations, ...translations, ...scales];
  const first = new Pose(skeleton.jointCount).copy(still);
  for (const track of moving)
    first[POSE_ARRAY[track.path]].set(track.values.subarray(0, SIZE[track.path]), track.joint * SIZE[track.path]);
  return {
    name: asset.name,
    duration: asset.duration,
    loop: asset.loop,
    speed: asset.speed,
    still,
    first,
    rotations,
    translations,
    scales,
    morphs,
    moving: Uint16Array.from(new Set(moving.map(t => t.joint))).sort(),
    cursorCount: all.length + morphs.length,
    bytes: [...all, ...morphs].reduce((sum, { times, values }) => sum + times.byteLength + values.byteLength, 0),
  };
}

type JointPath = 'translation' | 'rotation' | 'scale';
const SIZE = { translation: 3, rotation: 4, scale: 3 } as const;
const POSE_ARRAY = { translation: 'translations', rotation: 'rotations', scale: 'scales' } as const;

interface BoundTrack {
  readonly joint: number;
  readonly path: JointPath;
  readonly step: boolean;
  readonly times: Float32Array;
  readonly values: Float32Array;
}

/** Copies the values as floats, with rotations of unit length. */
function floatsOf({ values, path }: AnimationTrack): Float32Array {
  const floats = Float32Array.from(values);
  if (values instanceof Int16Array) for (let i = 0; i < floats.length; i++) floats[i] = Math.max(-1, floats[i] / 32767);
  if (path === 'rotation')
    for (let i = 0; i < floats.length; i += 4) {
      const q = floats.subarray(i, i + 4);
      if (quat.length(q) < 1e-6) quat.identity(q);
      else quat.normalize(q, q);
    }
  return floats;
}

/** Aligns quaternion signs. q and -q are the same rotation; it keeps the one nearer to the previous key. */
function alignSigns(rotations: Float32Array): void {
  for (let i = 4; i < rotations.length; i += 4) {
    const q = rotations.subarray(i, i + 4);
    if (quat.dot(q, rotations.subarray(i - 4, i)) < 0) for (let k = 0; k < 4; k++) q[k] = -q[k];
  }
}

function isStill({ values, path }: BoundTrack): boolean {
  const size = SIZE[path];
  for (let i = size; i < values.length; i++) if (Math.abs(values[i] - values[i % size]) > STILL) return false;
  return true;
}

function groups(tracks: readonly BoundTrack[], path: JointPath): TrackGroup<Float32Array>[] {
  const found: BoundTrack[][] = [];
  for (const track of tracks) {
    if (track.path !== path) continue;
    const group = found.find(([t]) => t.step === track.step && sameTimes(t.times, track.times));
    if (group) group.push(track);
    else found.push([track]);
  }
  return found.map(group => interleave(group, SIZE[path]));
}

function sameTimes(a: Float32Array, b: Float32Array): boolean {
  return a === b || (a.length === b.length && a.every((t, i) => t === b[i]));
}

function interleave(tracks: readonly BoundTrack[], size: number): TrackGroup<Float32Array> {
  const { times, step } = tracks[0];
  // Sorted by joint, so that sampling writes the pose from front to back.
  const sorted = [...tracks].sort((a, b) => a.joint - b.joint);
  const stride = sorted.length * size;
  const values = new Float32Array(times.length * stride);
  sorted.forEach((track, t) => {
    for (let key = 0; key < times.length; key++)
      for (let k = 0; k < size; k++) values[key * stride + t * size + k] = track.values[key * size + k];
  });
  return { step, times, joints: Uint16Array.from(sorted, t => t.joint), values };
}

/** Inserts keys on the arc between two keys that lie more than `MAX_KEY_ANGLE` apart. */
function refine(group: TrackGroup<Float32Array>): TrackGroup<Float32Array> {
  if (group.step) return group;
  const { times, values, joints } = group;
  const stride = joints.length * 4;
  const pieces = Array.from({ length: times.length - 1 }, (_, key) => piecesOf(values, key * stride, stride));
  const keyCount = pieces.reduce((sum, n) => sum + n, 1);
  if (keyCount === times.length || keyCount * stride > MAX_REFINED_VALUES) return group;
  const fine = { times: new Float32Array(keyCount), values: new Float32Array(keyCount * stride) };
  let to = 0;
  pieces.forEach((count, key) => {
    for (let piece = 0; piece < count; piece++, to++) {
      const f = piece / count;
      fine.times[to] = times[key] + (times[key + 1] - times[key]) * f;
      for (let k = 0; k < stride; k += 4) {
        const at = key * stride + k;
        quat.slerp(
          fine.values.subarray(to * stride + k, to * stride + k + 4),
          values.subarray(at, at + 4),
          values.subarray(at + stride, at + stride + 4),
          f,
        );
      }
    }
  });
  fine.times[to] = times[times.length - 1];
  fine.values.set(values.subarray(values.length - stride), to * stride);
  return { ...group, ...fine };
}

/** Returns how many pieces the interval after `key` needs, for the joint that turns the most. */
function piecesOf(values: Float32Array, key: number, stride: number): number {
  let least = 1;
  for (let k = key; k < key + stride; k += 4)
    least = Math.min(least, quat.dot(values.subarray(k, k + 4), values.subarray(k + stride, k + stride + 4)));
  return Math.max(1, Math.ceil((2 * Math.acos(Math.min(1, least))) / MAX_KEY_ANGLE - 1e-3));
}

function quantize(group: TrackGroup<Float32Array>): TrackGroup<Int16Array> {
  return { ...group, values: Int16Array.from(group.values, x => Math.round(x * 32767)) };
}
