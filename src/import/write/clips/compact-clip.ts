/** Reduces clips within a tolerance. */
import type { AnimationAsset, AnimationTrack } from '../../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import { PoseSampler } from '../../model/pose-sampler.ts';
import { floatValues, ITEM_SIZES } from '../../model/sample-track.ts';
import { type KeyTolerance, reduceKeys } from './reduce-keys.ts';

/** Maximum error of a compacted clip at any joint, in avatar space: metres and radians. */
const CLIP_TOLERANCE = { position: 0.0005, rotation: (0.1 * Math.PI) / 180 };

/** Seconds to which times of keys are rounded (at most 31 microseconds off): round numbers compress well. */
export const TIME_STEP = 2 ** -14;

/** Number of times at which the result is compared with the original. */
const SAMPLES = 48;

/**
 * Reduces a clip: fewer keys, rotations as normalized i16, no tracks that equal the rest pose. Errors add up along the chain of
 * joints, so it measures each joint in avatar space, at 48 times. It drops fewer keys until the error is at most 0.5 mm and 0.1
 * degree.
 */
export function compactClip(clip: AnimationAsset, skeleton: SkeletonAsset): AnimationAsset {
  const joints = new Map(skeleton.names.map((name, i) => [name, i]));
  const tracks = clip.tracks.filter(t => t.path === 'weight' || joints.has(t.target)).map(withRoundTimes);
  // The first guess for one joint: five in a chain share the error.
  let share = 0.2;
  const exact = new ExactPoses({ ...clip, tracks }, skeleton);
  for (let attempt = 0; ; attempt++, share /= 2.5) {
    const tolerance: KeyTolerance = {
      translation: CLIP_TOLERANCE.position * share,
      rotation: CLIP_TOLERANCE.rotation * share,
      scale: 0.001 * share,
      weight: 0.004,
    };
    const compact = tracks
      .map(t => quantize(fewerOrAll(t, reduceKeys(t, tolerance))))
      .filter(t => !isRest(t, skeleton, joints, tolerance));
    const result = withDuration({ ...clip, duration: roundTime(clip.duration), tracks: compact });
    if (attempt === 4 || withinTolerance(exact, result, skeleton)) return result;
  }
}

// Times of keys have 32 bits: a duration with more would lie behind its last key.
const roundTime = (seconds: number): number => Math.fround(Math.round(seconds / TIME_STEP) * TIME_STEP);

/** Rounds the times of keys, unless two would meet. */
function withRoundTimes(track: AnimationTrack): AnimationTrack {
  const times = new Float32Array(track.times.length);
  for (let k = 0; k < times.length; k++) {
    times[k] = roundTime(track.times[k]);
    if (k > 0 && !(times[k] > times[k - 1])) return track;
  }
  return { ...track, times };
}

/**
 * Returns the track with all its keys where it would keep most of them. Tracks of one clip often have the same times, which are
 * stored once: a key costs about 6 bytes, a time of its own 3, and each further list of times 100 bytes of JSON.
 */
function fewerOrAll(all: AnimationTrack, fewer: AnimationTrack): AnimationTrack {
  const kept = fewer.times.length;
  const dropped = all.times.length - kept;
  return kept > 2 && 6 * dropped < 3 * kept + 100 ? all : fewer;
}

/** Stores rotations as i16 and rounds the rest to 2^-16 (15 micrometres), which compresses well. */
function quantize(track: AnimationTrack): AnimationTrack {
  const values = floatValues(track);
  if (track.path !== 'rotation') {
    const rounded = new Float32Array(values.length);
    for (let i = 0; i < rounded.length; i++) rounded[i] = Math.round(values[i] * 65536) / 65536;
    return { ...track, values: rounded };
  }
  const packed = new Int16Array(values.length);
  for (let i = 0; i < values.length; i += 4) {
    const length = Math.hypot(values[i], values[i + 1], values[i + 2], values[i + 3]) || 1;
    // The same hemisphere as the previous key, so that neighbouring values are similar.
    let dot = 0;
    if (i > 0) for (let k = 0; k < 4; k++) dot += values[i + k] * packed[i - 4 + k];
    for (let k = 0; k < 4; k++) packed[i + k] = Math.round(((dot < 0 ? -1 : 1) * values[i + k] * 32767) / length);
  }
  return { ...track, values: packed };
}

function isRest(
  track: AnimationTrack,
  skeleton: SkeletonAsset,
  joints: ReadonlyMap<string, number>,
  tolerance: KeyTolerance,
): boolean {
  if (track.path === 'weight') return track.values.every(x => Math.abs(x) < tolerance.weight);
  const joint = joints.get(track.target);
  if (track.times.length > 1 || joint === undefined) return false;
  const size = ITEM_SIZES[track.path];
  const rest = { translation: skeleton.translations, rotation: skeleton.rotations, scale: skeleton.scales }[track.path];
  const values = floatValues(track);
  let same = 0;
  let opposite = 0;
  for (let k = 0; k < size; k++) {
    same = Math.max(same, Math.abs(values[k] - rest[joint * size + k]));
    opposite = Math.max(opposite, Math.abs(values[k] + rest[joint * size + k]));
  }
  const limit = track.path === 'rotation' ? Math.max(tolerance.rotation / 4, 3e-5) : tolerance[track.path];
  return Math.min(same, track.path === 'rotation' ? opposite : same) <= limit;
}

/**
 * Restores the clip's duration, which is the largest key time (docs/formats.md). Where every track ends earlier, one repeats its
 * last key.
 */
function withDuration(clip: AnimationAsset): AnimationAsset {
  const [first, ...rest] = clip.tracks;
  if (!first || clip.tracks.some(t => t.times[t.times.length - 1] >= clip.duration)) return clip;
  const size = ITEM_SIZES[first.path];
  const values = new (first.values.constructor as Float32ArrayConstructor)(first.values.length + size) as typeof first.values;
  values.set(first.values as Float32Array);
  values.set(first.values.subarray(first.values.length - size) as Float32Array, first.values.length);
  return { ...clip, tracks: [{ ...first, times: Float32Array.of(...first.times, clip.duration), values }, ...rest] };
}

/** The poses of a clip at the times of the comparison, each computed once for all attempts. */
class ExactPoses {
  readonly #sampler: PoseSampler;
  readonly #duration: number;
  readonly #poses: Float64Array[] = [];

  constructor(clip: AnimationAsset, skeleton: SkeletonAsset) {
    this.#sampler = new PoseSampler(clip, skeleton);
    this.#duration = clip.duration;
  }

  secondsAt(sample: number): number {
    return (this.#duration * sample) / SAMPLES;
  }

  at(sample: number): Float64Array {
    return (this.#poses[sample] ??= this.#sampler.sample(this.secondsAt(sample)).slice());
  }
}

function withinTolerance(exact: ExactPoses, compact: AnimationAsset, skeleton: SkeletonAsset): boolean {
  const sampler = new PoseSampler(compact, skeleton);
  for (let s = 0; s <= SAMPLES; s++) {
    const p = exact.at(s);
    const q = sampler.sample(exact.secondsAt(s));
    for (let j = 0; j < skeleton.names.length; j++) {
      const at = j * 16;
      if (squared(p[at + 12] - q[at + 12], p[at + 13] - q[at + 13], p[at + 14] - q[at + 14]) > CLIP_TOLERANCE.position ** 2)
        return false;
      for (let axis = at; axis < at + 12; axis += 4) {
        const length = squared(p[axis], p[axis + 1], p[axis + 2]) || 1;
        const chord = squared(p[axis] - q[axis], p[axis + 1] - q[axis + 1], p[axis + 2] - q[axis + 2]);
        if (chord > CLIP_TOLERANCE.rotation ** 2 * length) return false;
      }
    }
  }
  return true;
}

// Math.hypot takes ten times as long as this.
const squared = (x: number, y: number, z: number): number => x * x + y * y + z * z;
