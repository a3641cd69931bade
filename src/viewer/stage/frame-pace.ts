/**
 * How many frames are drawn. `loading`: few, behind the veil. `refining`: while high textures arrive in an open room. `live`: as
 * many as the display shows.
 */
export type Pace = 'loading' | 'refining' | 'live';

/** Least time between frames behind the veil, ms. The processor has more important work. */
const LOADING_GAP_MS = 66;
/**
 * The same while the machine is behind with its work. The GPU's part of a frame's cost shows only when the page must wait for it.
 * On two cores with SwiftShader, a room from the cache opens after 1.10 s instead of 1.41 s with this and eight reads at a time
 * (medians, interleaved).
 */
const BEHIND_GAP_MS = 300;
/** Time between frames while a battery is saved. */
const SAVING_GAP_MS = 1000 / 30;
/** Share of the time that frames may take while they are few on purpose, and the longest time between them, ms. */
const SHARE = 0.2;
const LONGEST_GAP_MS = 500;
/** A frame that takes no longer than two of a display's is not slow. Leaving it out would save nothing. */
const SMOOTH_MS = 40;
/** The machine is behind when so many things wait to be decoded or uploaded, until at most `CAUGHT_UP` are left. */
const BEHIND = 8;
const CAUGHT_UP = 1;
/** A callback that arrives a little early counts as on time. */
const SLACK_MS = 4;

/**
 * Decides which frames are left out, so that loading gets the time. Where a frame is slow, the processor draws it, or the GPU has
 * uploads to do as well. In an open room it leaves frames out only while this machine is behind. Where the network is the limit,
 * or the visitor does something, every frame is drawn.
 */
export class FramePace {
  pace: Pace = 'live';
  /** Milliseconds from the latest frame to the next callback: 16 where it was drawn at once; 0 where it is not known yet. */
  #cost = 0;
  #behind = false;

  /**
   * @param elapsed - milliseconds since the latest frame; NaN where there was none.
   * @param backlog - number of things that wait for this machine, not for the network.
   * @param attended - the user does something, or the camera moves.
   * @param saves - a battery is saved: 30 frames a second are enough while nobody touches.
   */
  isTooEarly(elapsed: number, backlog: number, attended: boolean, saves = false): boolean {
    if (this.#cost === 0 && elapsed > 0) this.#cost = elapsed;
    this.#behind = backlog > (this.#behind ? CAUGHT_UP : BEHIND - 1);
    return elapsed < Math.max(this.#gap(attended), saves && !attended ? SAVING_GAP_MS : 0) - SLACK_MS;
  }

  /** Notes that a frame is drawn now. */
  drawn(): void {
    this.#cost = 0;
  }

  #gap(attended: boolean): number {
    const slow = Math.min(LONGEST_GAP_MS, this.#cost / SHARE);
    if (this.pace === 'loading') return Math.max(this.#behind && !attended ? BEHIND_GAP_MS : LOADING_GAP_MS, slow);
    return this.pace === 'refining' && this.#behind && !attended && this.#cost > SMOOTH_MS ? slow : 0;
  }
}
