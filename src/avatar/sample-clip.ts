import type { Clip, MorphTrack, TrackGroup } from './clip.ts';
import type { Pose } from './pose.ts';

/**
 * Where a sampler stands in each track group of a clip: time mostly moves on, so the next key is mostly the same or the next one.
 * Any content is valid; it only costs a longer walk.
 */
export type Cursor = Uint32Array;

export function createCursor(clip: Clip): Cursor {
  return new Uint32Array(clip.cursorCount);
}

/**
 * Seconds into the clip for a time that runs on: wrapped where the clip loops, held at the last pose where it does not.
 * `clipTime(walk, 2.5) // 0.5 for a loop of 1 s`
 */
export function clipTime({ duration, loop }: Pick<Clip, 'duration' | 'loop'>, seconds: number): number {
  if (!loop) return Math.min(Math.max(seconds, 0), duration);
  const wrapped = seconds % duration;
  return wrapped < 0 ? wrapped + duration : wrapped;
}

/**
 * Writes the clip's pose at `seconds` (clamped to its ends) into all joints of `pose`. Allocates nothing.
 * The inner loops are spelled out: gl-matrix on subarrays would make two objects a joint and frame.
 */
export function sampleClip(clip: Clip, seconds: number, cursor: Cursor, pose: Pose): void {
  pose.copy(clip.still);
  let place = 0;
  for (let g = 0; g < clip.rotations.length; g++) {
    const group = clip.rotations[g];
    const key = seek(group.times, group.step, seconds, cursor, place++);
    sampleRotations(group, key, fraction(group, key, seconds), pose.rotations);
  }
  for (let g = 0; g < clip.translations.length; g++) {
    const group = clip.translations[g];
    const key = seek(group.times, group.step, seconds, cursor, place++);
    sampleVectors(group, key, fraction(group, key, seconds), pose.translations);
  }
  for (let g = 0; g < clip.scales.length; g++) {
    const group = clip.scales[g];
    const key = seek(group.times, group.step, seconds, cursor, place++);
    sampleVectors(group, key, fraction(group, key, seconds), pose.scales);
  }
}

/** Adds `weight` times the clip's morph weights at `seconds` to `out[slots[track]]`; a slot of -1 is left out. Allocates nothing. */
export function addMorphs(
  clip: Clip,
  seconds: number,
  cursor: Cursor,
  slots: ArrayLike<number>,
  weight: number,
  out: Float32Array,
): void {
  const start = clip.cursorCount - clip.morphs.length;
  for (let m = 0; m < clip.morphs.length; m++) {
    if (slots[m] < 0) continue;
    const track = clip.morphs[m];
    const key = seek(track.times, track.step, seconds, cursor, start + m);
    const f = fraction(track, key, seconds);
    const { values } = track;
    const value = f === 0 ? values[key] : values[key] + (values[key + 1] - values[key]) * f;
    out[slots[m]] += weight * value;
  }
}

/** The last key at or before `seconds`; where values are interpolated, at most the last but one. */
function seek(times: Float32Array, step: boolean, seconds: number, cursor: Cursor, place: number): number {
  const last = Math.max(0, times.length - (step ? 1 : 2));
  let key = Math.min(cursor[place], last);
  if (times[key] > seconds) key = 0;
  while (key < last && times[key + 1] <= seconds) key++;
  cursor[place] = key;
  return key;
}

/** How far `seconds` lies between `key` and the next, 0..1. */
function fraction({ times, step }: Pick<TrackGroup | MorphTrack, 'times' | 'step'>, key: number, seconds: number): number {
  if (step || key + 1 >= times.length) return 0;
  const span = times[key + 1] - times[key];
  return span > 0 ? Math.min(1, Math.max(0, (seconds - times[key]) / span)) : 1;
}

function sampleRotations({ joints, values, step }: TrackGroup<Int16Array>, key: number, f: number, out: Float32Array): void {
  const stride = joints.length * 4;
  let a = key * stride;
  const next = step ? 0 : stride;
  for (let i = 0; i < joints.length; i++, a += 4) {
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

function sampleVectors({ joints, values, step }: TrackGroup<Float32Array>, key: number, f: number, out: Float32Array): void {
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
