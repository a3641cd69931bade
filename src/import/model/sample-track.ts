/** Reads the values of animation tracks. */
import type { AnimationTrack } from '../../assets/motion/animation-asset.ts';

/** Numbers of a key. */
export const ITEM_SIZES = { translation: 3, rotation: 4, scale: 3, weight: 1 } as const;

/** Returns values as floats: normalized i16 become -1..1. */
export function floatValues({ values }: AnimationTrack): Float32Array {
  if (!(values instanceof Int16Array)) return values;
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.max(-1, values[i] / 32767);
  return out;
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
export function mix(out: Float32Array, values: Float32Array, a: number, b: number, t: number, rotation: boolean): void {
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
