/** Removes redundant keys of animation tracks. */
import type { AnimationTrack } from '../../../assets/motion/animation-asset.ts';
import { floatValues, ITEM_SIZES, mix } from '../../model/sample-track.ts';

/** Maximum error of a key for one joint. */
export interface KeyTolerance {
  /** Metres. */
  readonly translation: number;
  /** Radians. */
  readonly rotation: number;
  readonly scale: number;
  readonly weight: number;
}

/**
 * Maximum angle between kept rotations, radians. There normalized lerp and slerp agree to 0.02 degrees, so players may use
 * either.
 */
const MAX_TURN = 0.35;
/** Maximum keys of a segment. It bounds the work on a long clip. */
const MAX_SPAN = 256;

/**
 * Removes the keys that interpolation restores within `tolerance`. Each segment extends from a kept key as far as all keys inside
 * are within it. A track without motion keeps one key.
 */
export function reduceKeys(track: AnimationTrack, tolerance: KeyTolerance): AnimationTrack {
  const size = ITEM_SIZES[track.path];
  const values = floatValues(track);
  const kept = keptKeys(track, values, tolerance[track.path]);
  const out = new Float32Array(kept.length * size);
  for (let k = 0; k < kept.length; k++) for (let n = 0; n < size; n++) out[k * size + n] = values[kept[k] * size + n];
  const times = new Float32Array(kept.length);
  for (let k = 0; k < kept.length; k++) times[k] = track.times[kept[k]];
  return { ...track, times, values: out };
}

/** Returns the numbers of the keys that stay. */
function keptKeys({ path, times, interpolation }: AnimationTrack, values: Float32Array, limit: number): number[] {
  const size = ITEM_SIZES[path];
  const count = times.length;
  const error = path === 'rotation' ? new AngleError(limit) : new DistanceError(limit, size);
  const kept = [0];
  if (interpolation === 'step') {
    for (let i = 1; i < count; i++) if (error.exactly(values, i * size, values, (i - 1) * size) > 0) kept.push(i);
    return kept;
  }
  let isStill = true;
  for (let i = 1; i < count && isStill; i++) isStill = error.nearly(values, i * size, values, 0) <= limit;
  if (isStill) return kept;
  const between = new Float32Array(size);
  const isTurn = path === 'rotation';
  const fits = (from: number, to: number): boolean => {
    if (isTurn && error.exactly(values, from * size, values, to * size) > MAX_TURN) return false;
    for (let i = from + 1; i < to; i++) {
      const t = (times[i] - times[from]) / (times[to] - times[from]);
      mix(between, values, from * size, to * size, t, isTurn);
      if (error.nearly(between, 0, values, i * size) > limit) return false;
    }
    return true;
  };
  for (let from = 0; from < count - 1; ) {
    let to = from + 1;
    while (to + 1 < count && to - from < MAX_SPAN && fits(from, to + 1)) to++;
    kept.push(to);
    from = to;
  }
  return kept;
}

/** How far two keys lie apart. Each is the numbers of an array from a place on. */
interface KeyError {
  exactly(a: Float32Array, i: number, b: Float32Array, j: number): number;
  /** The same near the limit. Below it, 0 may stand for it, and infinity above it. */
  nearly(a: Float32Array, i: number, b: Float32Array, j: number): number;
}

/** Rounding does not matter farther than this share from the limit. */
const NEAR = 1e-9;

class DistanceError implements KeyError {
  readonly #size: number;
  readonly #below: number;
  readonly #above: number;

  constructor(limit: number, size: number) {
    this.#size = size;
    this.#below = limit * limit * (1 - NEAR);
    this.#above = limit * limit * (1 + NEAR);
  }

  exactly(a: Float32Array, i: number, b: Float32Array, j: number): number {
    return Math.sqrt(this.#squared(a, i, b, j));
  }

  nearly(a: Float32Array, i: number, b: Float32Array, j: number): number {
    const squared = this.#squared(a, i, b, j);
    return squared <= this.#below ? 0 : squared > this.#above ? Number.POSITIVE_INFINITY : Math.sqrt(squared);
  }

  #squared(a: Float32Array, i: number, b: Float32Array, j: number): number {
    let sum = 0;
    for (let k = 0; k < this.#size; k++) {
      const d = a[i + k] - b[j + k];
      sum += d * d;
    }
    return sum;
  }
}

/**
 * The angle between two unit quaternions, radians. It uses the chord, because acos of the dot product cannot resolve angles below
 * 0.03 degrees.
 */
class AngleError implements KeyError {
  readonly #below: number;
  readonly #above: number;

  constructor(limit: number) {
    const chord = 2 * Math.sin(limit / 4);
    this.#below = chord * chord * (1 - NEAR);
    this.#above = chord * chord * (1 + NEAR);
  }

  exactly(a: Float32Array, i: number, b: Float32Array, j: number): number {
    return angleOf(squaredChord(a, i, b, j));
  }

  nearly(a: Float32Array, i: number, b: Float32Array, j: number): number {
    const squared = squaredChord(a, i, b, j);
    return squared <= this.#below ? 0 : squared > this.#above ? Number.POSITIVE_INFINITY : angleOf(squared);
  }
}

const angleOf = (squared: number): number => 4 * Math.asin(Math.min(1, Math.sqrt(squared) / 2));

function squaredChord(a: Float32Array, i: number, b: Float32Array, j: number): number {
  const dot = a[i] * b[j] + a[i + 1] * b[j + 1] + a[i + 2] * b[j + 2] + a[i + 3] * b[j + 3];
  const sign = dot < 0 ? -1 : 1;
  let chord = 0;
  // Math.hypot takes ten times as long.
  for (let k = 0; k < 4; k++) {
    const d = a[i + k] - sign * b[j + k];
    chord += d * d;
  }
  return chord;
}
