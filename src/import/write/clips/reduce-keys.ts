/** Removes redundant keys of animation tracks. */
import type { AnimationTrack } from '../../../assets/motion/animation-asset.ts';

/** Maximum error of a key for one joint. */
export interface KeyTolerance {
  /** Metres. */
  readonly translation: number;
  /** Radians. */
  readonly rotation: number;
  readonly scale: number;
  readonly weight: number;
}

export const ITEM_SIZES = { translation: 3, rotation: 4, scale: 3, weight: 1 } as const;

/**
 * Maximum angle between kept rotations, radians. There normalized lerp and slerp agree to 0.02 degrees, so players may use
 * either.
 */
const MAX_TURN = 0.35;
/** Maximum keys of a segment. It bounds the work on a long clip. */
const MAX_SPAN = 256;

/** Returns values as floats: normalized i16 become -1..1. */
export const floatValues = ({ values }: AnimationTrack): Float32Array =>
  values instanceof Int16Array ? Float32Array.from(values, x => Math.max(-1, x / 32767)) : values;

/**
 * Removes the keys that interpolation restores within `tolerance`. Each segment extends from a kept key as far as all keys inside
 * are within it. A track without motion keeps one key.
 */
export function reduceKeys(track: AnimationTrack, tolerance: KeyTolerance): AnimationTrack {
  const size = ITEM_SIZES[track.path];
  const values = floatValues(track);
  const count = track.times.length;
  const limit = tolerance[track.path];
  const off = track.path === 'rotation' ? angleBetween : distance;
  const key = (i: number): Float32Array => values.subarray(i * size, i * size + size);
  const kept = [0];
  if (track.interpolation === 'step') {
    for (let i = 1; i < count; i++) if (off(key(i), key(i - 1)) > 0) kept.push(i);
  } else if (!still(count, i => off(key(i), key(0)) <= limit)) {
    const between = new Float32Array(size);
    const fits = (from: number, to: number): boolean => {
      if (track.path === 'rotation' && angleBetween(key(from), key(to)) > MAX_TURN) return false;
      for (let i = from + 1; i < to; i++) {
        const t = (track.times[i] - track.times[from]) / (track.times[to] - track.times[from]);
        mix(between, values, from * size, to * size, t, track.path === 'rotation');
        if (off(between, key(i)) > limit) return false;
      }
      return true;
    };
    for (let from = 0; from < count - 1; ) {
      let to = from + 1;
      while (to + 1 < count && to - from < MAX_SPAN && fits(from, to + 1)) to++;
      kept.push(to);
      from = to;
    }
  }
  const out = new Float32Array(kept.length * size);
  kept.forEach((i, k) => {
    out.set(key(i), k * size);
  });
  return { ...track, times: Float32Array.from(kept, i => track.times[i]), values: out };
}

function still(count: number, same: (i: number) => boolean): boolean {
  for (let i = 1; i < count; i++) if (!same(i)) return false;
  return true;
}

/** Returns the value of a track at `seconds`, constant before the first and after the last key. */
export function sampleTrack(track: AnimationTrack, values: Float32Array, seconds: number, out: Float32Array): void {
  const size = ITEM_SIZES[track.path];
  const { times } = track;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= seconds) low = middle;
    else high = middle - 1;
  }
  const from = low * size;
  if (low === times.length - 1 || seconds <= times[low] || track.interpolation === 'step') {
    for (let k = 0; k < size; k++) out[k] = values[from + k];
    return;
  }
  const t = (seconds - times[low]) / (times[low + 1] - times[low]);
  mix(out, values, from, from + size, t, track.path === 'rotation');
}

/** Interpolates between the values at `a` and `b`. */
function mix(out: Float32Array, values: Float32Array, a: number, b: number, t: number, rotation: boolean): void {
  let dot = 0;
  for (let k = 0; k < out.length; k++) dot += values[a + k] * values[b + k];
  const sign = rotation && dot < 0 ? -1 : 1;
  let length = 0;
  for (let k = 0; k < out.length; k++) {
    out[k] = values[a + k] * (1 - t) + values[b + k] * t * sign;
    length += out[k] * out[k];
  }
  if (rotation && length > 0) for (let k = 0; k < 4; k++) out[k] /= Math.sqrt(length);
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return Math.sqrt(sum);
}

/**
 * Returns the angle between two unit quaternions, radians. It uses the chord, because acos of the dot product cannot resolve
 * angles below 0.03 degrees.
 */
function angleBetween(a: Float32Array, b: Float32Array): number {
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  const sign = dot < 0 ? -1 : 1;
  let chord = 0;
  // Math.hypot takes ten times as long.
  for (let k = 0; k < 4; k++) chord += (a[k] - sign * b[k]) * (a[k] - sign * b[k]);
  return 4 * Math.asin(Math.min(1, Math.sqrt(chord) / 2));
}
