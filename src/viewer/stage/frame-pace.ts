/**
 * How many frames are drawn: `loading` behind the veil, `refining` while high textures come into a room that can be walked in, `live`
 * as many as the display shows.
 */
export type Pace = 'loading' | 'refining' | 'live';

/** Behind the veil frames are few: the processor has better things to do. */
const LOADING_GAP_MS = 66;
/**
 * And fewer while the machine is behind, whatever a frame seems to cost: the GPU's part of it shows only when the page must wait for it. On two
 * cores with SwiftShader a room out of the cache is there after 1.10 s, not 1.41, with this and eight reads at a time (medians, interleaved).
 */
const BEHIND_GAP_MS = 300;
/** Between frames while a battery is saved. */
const SAVING_GAP_MS = 1000 / 30;
/** Part of the time that frames may take while they are few on purpose, and how far apart they may be for that, ms. */
const SHARE = 0.2;
const LONGEST_GAP_MS = 500;
/** Frames that take no longer than two of a display's are not slow: nothing is won by leaving them out. */
const SMOOTH_MS = 40;
/** So many things to decode or upload and the machine is behind with them, until no more than so many are left. */
const BEHIND = 8;
const CAUGHT_UP = 1;
/** A callback that comes a little early is on time. */
const SLACK_MS = 4;

/**
 * Says which frames are left out, so that what loads has time: where a frame is slow, the processor draws it, or a GPU that has uploads to
 * do as well. In a room that can be walked in only while this machine is behind: where the network is the limit, or somebody looks around,
 * every frame is drawn.
 */
export class FramePace {
  pace: Pace = 'live';
  /** Milliseconds from the latest frame to the next callback: 16 where it was drawn at once. 0: not known yet. */
  #cost = 0;
  #behind = false;

  /**
   * @param elapsed - milliseconds since the latest frame; NaN where there was none.
   * @param backlog - how many things wait for this machine, not for the network.
   * @param attended - the user does something, or the camera moves.
   * @param saves - a battery is saved: 30 frames a second are enough while nobody touches.
   */
  isTooEarly(elapsed: number, backlog: number, attended: boolean, saves = false): boolean {
    if (this.#cost === 0 && elapsed > 0) this.#cost = elapsed;
    this.#behind = backlog > (this.#behind ? CAUGHT_UP : BEHIND - 1);
    return elapsed < Math.max(this.#gap(attended), saves && !attended ? SAVING_GAP_MS : 0) - SLACK_MS;
  }

  /** A frame is drawn now. */
  drawn(): void {
    this.#cost = 0;
  }

  #gap(attended: boolean): number {
    const slow = Math.min(LONGEST_GAP_MS, this.#cost / SHARE);
    if (this.pace === 'loading') return Math.max(this.#behind && !attended ? BEHIND_GAP_MS : LOADING_GAP_MS, slow);
    return this.pace === 'refining' && this.#behind && !attended && this.#cost > SMOOTH_MS ? slow : 0;
  }
}
