import type { Clip } from './clip.ts';
import type { MorphWeights } from './morph-weights.ts';
import { addMorphs, type Cursor, clipTime, createCursor } from './sample-clip.ts';

/** One clip that plays. */
export interface Playback {
  readonly clip: Clip;
  readonly cursor: Cursor;
  /** Where each of the clip's morph tracks goes among the avatar's morph weights. */
  readonly slots: Int16Array;
  rate: number;
}

/** @param rate - 1 as fast as it was made; 0 stands still. */
export function createPlayback(clip: Clip, rate: number, morphs: MorphWeights): Playback {
  const slots = Int16Array.from(clip.morphs, track => morphs.slot(track.target));
  return { clip, cursor: createCursor(clip), slots, rate };
}

/** Time kept within one loop: a float that grows for days would lose the milliseconds. */
export function stepPlayback({ clip, cursor, rate }: Playback, seconds: number): void {
  cursor.time[0] = clipTime(clip, cursor.time[0] + seconds * rate);
}

/** Adds the morph weights of this moment, `weight` times, to `out`. */
export function addPlaybackMorphs({ clip, cursor, slots }: Playback, weight: number, out: Float32Array): void {
  if (slots.length > 0) addMorphs(clip, cursor, slots, weight, out);
}

/** 0..1 to 0..1 with no jerk at the ends. */
export function smooth(f: number): number {
  return f * f * (3 - 2 * f);
}
