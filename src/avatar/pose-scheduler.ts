import type { Avatar } from './avatar.ts';

/**
 * How an avatar is seen: its height in thousandths of the picture's height, rounded up; 0 where it is not in view. A whole number, because a fraction
 * that is handed to a function may cost a box on the heap, and there are a hundred a frame.
 */
export type ScreenShare = number;

/**
 * Seconds between poses by how large a figure is on screen; the first row that fits counts. A figure of a quarter of the
 * picture is posed every frame, one of a fiftieth eight times a second: a step of its foot is then under two pixels at 720 lines.
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
  /** Seconds since it was posed. */
  waited: number;
  seen: boolean;
}

/**
 * Moves all avatars every frame and poses each as often as its size on screen deserves, those out of view not at all. Avatars of
 * the same rate are spread over the frames between.
 *
 * ```ts
 * const entry = scheduler.add(avatar);
 * scheduler.see(entry, 100); // whenever the camera or the avatar moved
 * scheduler.frame(1 / 60); // returns how many were posed
 * ```
 */
export class PoseScheduler {
  readonly #entries: Entry[] = [];
  /** Makes all intervals longer, for machines that cannot keep up: 1 as they are, 2 half as often. */
  slowness = 1;

  add(avatar: Avatar): Entry {
    // The golden ratio spreads any number of phases evenly.
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
    // What comes into view is posed at once: its last pose may be minutes old.
    if (entry.share <= 0 && share > 0) entry.seen = false;
    entry.share = share;
  }

  /** @param seconds - since the last frame. @returns how many avatars were posed. Allocates nothing. */
  frame(seconds: number): number {
    let posed = 0;
    for (let i = 0; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      entry.avatar.advance(seconds);
      entry.waited += seconds;
      if (entry.share <= 0) continue;
      const interval = intervalOf(entry.share) * this.slowness;
      if (entry.seen && entry.waited < interval) continue;
      // What is left over counts for the next, so that the rate holds; after a long pause it is forgotten.
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
