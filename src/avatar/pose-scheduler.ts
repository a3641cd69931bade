import type { Avatar } from './avatar.ts';

/**
 * An avatar's height on screen in thousandths of the picture's height, rounded up; 0 if it is out of view.
 * It is a whole number, because V8 may box a fractional argument on the heap, a hundred times a frame.
 */
export type ScreenShare = number;

/**
 * Seconds between poses by a figure's height on screen; the first matching row counts.
 * A figure of a quarter of the picture is posed every frame, one of a fiftieth eight times a second.
 * At that rate a step of its foot is under two pixels at 720 lines.
 */
const INTERVALS: readonly (readonly [least: ScreenShare, seconds: number])[] = [
  [250, 0],
  [120, 1 / 30],
  [50, 1 / 15],
  [0, 1 / 8],
];

interface Entry {
  readonly avatar: Avatar;
  share: ScreenShare;
  /** Seconds since the last pose. */
  waited: number;
  seen: boolean;
}

/**
 * Advances all avatars every frame and poses each at a rate that its size on screen sets. It never poses avatars out of view.
 * Avatars of the same rate are spread over frames.
 *
 * ```ts
 * const entry = scheduler.add(avatar);
 * scheduler.see(entry, 100); // when the camera or the avatar moved
 * scheduler.frame(1 / 60); // returns how many were posed
 * ```
 */
export class PoseScheduler {
  readonly #entries: Entry[] = [];
  /** Multiplies all intervals, for slow machines: 1 as they are, 2 half as often. */
  slowness = 1;

  add(avatar: Avatar): Entry {
    // Multiples of the golden ratio spread any number of phases evenly.
    const phase = (this.#entries.length * 0.618034) % 1;
    const entry = { avatar, share: 1000, waited: phase / 8, seen: false };
    this.#entries.push(entry);
    return entry;
  }

  remove(entry: Entry): void {
    const i = this.#entries.indexOf(entry);
    if (i >= 0) this.#entries.splice(i, 1);
  }

  see(entry: Entry, share: ScreenShare): void {
    // An avatar that enters the view is posed immediately: its last pose may be minutes old.
    if (entry.share <= 0 && share > 0) entry.seen = false;
    entry.share = share;
  }

  /**
   * Advances all avatars and poses those that are due. Allocates nothing.
   *
   * @param seconds - since the last frame.
   * @returns how many avatars were posed.
   */
  frame(seconds: number): number {
    let posed = 0;
    for (let i = 0; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      entry.avatar.advance(seconds);
      entry.waited += seconds;
      if (entry.share <= 0) continue;
      const interval = intervalOf(entry.share) * this.slowness;
      if (entry.seen && entry.waited < interval) continue;
      // The remainder counts for the next interval, so that the rate holds. After a long pause it is discarded.
      entry.waited =
        entry.seen && entry.waited < 2 * interval ? entry.waited - interval : entry.seen ? 0 : entry.waited % (interval || 1);
      entry.seen = true;
      entry.avatar.evaluate();
      posed++;
    }
    return posed;
  }
}

function intervalOf(share: ScreenShare): number {
  for (let i = 0; i < INTERVALS.length; i++) if (share >= INTERVALS[i][0]) return INTERVALS[i][1];
  return INTERVALS[INTERVALS.length - 1][1];
}
