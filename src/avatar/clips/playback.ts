/** The playback of one clip: its time, rate and morph tracks. */

import type { Clip } from './clip.ts';
import type { MorphWeights } from './morph-weights.ts';
import { addMorphs, type Cursor, clipTime, createCursor } from './sample-clip.ts';

/** A clip that plays. */
export interface Playback {
  readonly clip: Clip;
  readonly cursor: Cursor;
  /** Maps each morph track of the clip to a slot of the avatar's morph weights. */
  readonly slots: Int16Array;
  rate: number;
}

/**
 * Starts a clip.
 *
 * @param rate - 1: original speed; 0: paused.
 */
export function createPlayback(clip: Clip, rate: number, morphs: MorphWeights): Playback {
  const slots = Int16Array.from(clip.morphs, track => morphs.slot(track.target));
  return { clip, cursor: createCursor(clip), slots, rate };
}

/** Advances a playback. Time stays within one loop, because a float that grows for days loses the milliseconds. */
export function stepPlayback({ clip, cursor, rate }: Playback, seconds: number): void {
  cursor.time[0] = clipTime(clip, cursor.time[0] + seconds * rate);
}

/** Adds the current morph weights, scaled by `weight`, to `out`. */
export function addPlaybackMorphs({ clip, cursor, slots }: Playback, weight: number, out: Float32Array): void {
  if (slots.length > 0) addMorphs(clip, cursor, slots, weight, out);
}

/** Eases 0..1 to 0..1, with zero slope at both ends. */
export function smooth(f: number): number {
  return f * f * (3 - 2 * f);
}
