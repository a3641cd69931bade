/** Samples clips at a moment. */

import type { Pose } from '../skeleton/pose.ts';
import type { Clip, MorphTrack, TrackGroup } from './clip.ts';

/**
 * A sampler's position in a clip.
 * Time is in a typed array: V8 boxes a double that passes from function to function, but not one read from a typed array.
 */
export interface Cursor {
  /** [0]: seconds into the clip. Sampling clamps it to the clip's ends. */
  readonly time: Float64Array;
  /** The last key used of each track group, a search hint: time usually moves forward a little. Any content is valid. */
  readonly keys: Uint32Array;
}

export function createCursor(clip: Clip): Cursor {
  return { time: new Float64Array(1), keys: new Uint32Array(clip.cursorCount) };
}

/**
 * Maps running time to seconds into the clip: wrapped if the clip loops, else held at the last pose.
 * `clipTime(walk, 2.5) // 0.5 for a loop of 1 s`
 */
export function clipTime({ duration, loop }: Pick<Clip, 'duration' | 'loop'>, seconds: number): number {
  if (!loop) return Math.min(Math.max(seconds, 0), duration);
  const wrapped = seconds % duration;
  return wrapped < 0 ? wrapped + duration : wrapped;
}

/**
 * Writes the clip's pose at `seconds` (clamped to its ends) to all joints of `pose`. It allocates, so keep it out of the frame
 * loop.
 */
export function sampleClip(clip: Clip, seconds: number, cursor: Cursor, pose: Pose): void {
  cursor.time[0] = seconds;
  sampleAtCursor(clip, cursor, pose, new Uint8Array(pose.jointCount).fill(1));
}

/**
 * Writes the clip's pose at `cursor.time[0]` to `pose`. Allocates nothing.
 *
 * @param used - 1 for each joint to compute; rotations of other joints keep the clip's still pose.
 * The inner loops are written out: gl-matrix on subarrays would create two objects a joint and frame.
 */
export function sampleAtCursor(clip: Clip, cursor: Cursor, pose: Pose, used: Uint8Array): void {
  pose.copy(clip.still);
  let place = 0;
  for (let g = 0; g < clip.rotations.length; g++)
    sampleRotations(clip.rotations[g], seek(clip.rotations[g], cursor, place++), used, pose.rotations);
  for (let g = 0; g < clip.translations.length; g++)
    sampleVectors(clip.translations[g], seek(clip.translations[g], cursor, place++), pose.translations);
  for (let g = 0; g < clip.scales.length; g++) sampleVectors(clip.scales[g], seek(clip.scales[g], cursor, place++), pose.scales);
}

/** Adds the clip's morph weights at `cursor.time[0]`, scaled by `weight`, to `out[slots[track]]`. It skips slots of -1. */
export function addMorphs(clip: Clip, cursor: Cursor, slots: ArrayLike<number>, weight: number, out: Float32Array): void {
  const start = clip.cursorCount - clip.morphs.length;
  for (let m = 0; m < clip.morphs.length; m++) {
    if (slots[m] < 0) continue;
    const { values } = clip.morphs[m];
    const key = seek(clip.morphs[m], cursor, start + m);
    const f = fraction[0];
    out[slots[m]] += weight * (f === 0 ? values[key] : values[key] + (values[key + 1] - values[key]) * f);
  }
}

/** Second result of `seek`: where time lies between the key and the next, 0..1. It is an array to avoid boxing, as in Cursor. */
const fraction = new Float64Array(1);

/** Returns the last key at or before the cursor's time; for interpolated values, at most the last but one. Sets `fraction`. */
function seek({ times, step }: Pick<TrackGroup | MorphTrack, 'times' | 'step'>, { time, keys }: Cursor, place: number): number {
  const seconds = time[0];
  const last = Math.max(0, times.length - (step ? 1 : 2));
  let key = Math.min(keys[place], last);
  if (times[key] > seconds) key = 0;
  while (key < last && times[key + 1] <= seconds) key++;
  keys[place] = key;
  if (step || key + 1 >= times.length) fraction[0] = 0;
  else {
    const span = times[key + 1] - times[key];
    fraction[0] = span > 0 ? Math.min(1, Math.max(0, (seconds - times[key]) / span)) : 1;
  }
  return key;
}

function sampleRotations(group: TrackGroup<Int16Array>, key: number, used: Uint8Array, out: Float32Array): void {
  const { joints, values, step } = group;
  const f = fraction[0];
  const stride = joints.length * 4;
  let a = key * stride;
  const next = step ? 0 : stride;
  for (let i = 0; i < joints.length; i++, a += 4) {
    if (used[joints[i]] === 0) continue;
    const b = a + next;
    const x = values[a] + (values[b] - values[a]) * f;
    const y = values[a + 1] + (values[b + 1] - values[a + 1]) * f;
    const z = values[a + 2] + (values[b + 2] - values[a + 2]) * f;
    const w = values[a + 3] + (values[b + 3] - values[a + 3]) * f;
    const unit = 1 / Math.sqrt(x * x + y * y + z * z + w * w);
    const to = joints[i] * 4;
    out[to] = x * unit;
    out[to + 1] = y * unit;
    out[to + 2] = z * unit;
    out[to + 3] = w * unit;
  }
}

function sampleVectors({ joints, values, step }: TrackGroup<Float32Array>, key: number, out: Float32Array): void {
  const f = fraction[0];
  const stride = joints.length * 3;
  let a = key * stride;
  const next = step ? 0 : stride;
  for (let i = 0; i < joints.length; i++, a += 3) {
    const b = a + next;
    const to = joints[i] * 3;
    out[to] = values[a] + (values[b] - values[a]) * f;
    out[to + 1] = values[a + 1] + (values[b + 1] - values[a + 1]) * f;
    out[to + 2] = values[a + 2] + (values[b + 2] - values[a + 2]) * f;
  }
}
