/** Most rectangles that one picture holds: 32 tags and 16 bubbles. */
const MOST = 48;

/** The rectangles of a picture that labels stand in already, filled anew each time. Allocates nothing. Whole CSS pixels. */
export class TakenPlaces {
  // rects: left, top, right, bottom
  readonly #rects = new Int32Array(MOST * 4);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  /** Takes a place; past the most there can be, nothing happens. */
  take(left: number, top: number, right: number, bottom: number): void {
    if (this.#count >= MOST) return;
    const at = 4 * this.#count++;
    this.#rects[at] = left;
    this.#rects[at + 1] = top;
    this.#rects[at + 2] = right;
    this.#rects[at + 3] = bottom;
  }

  /**
   * The top edge of what stands highest of all that the rectangle meets; NaN where it is free.
   * @param margin - is kept free around it; below 0, so much overlap is allowed.
   */
  blockedBy(left: number, top: number, right: number, bottom: number, margin: number): number {
    let highest = Number.NaN;
    for (let at = 0; at < this.#count * 4; at += 4) {
      if (this.#rects[at] >= right + margin || this.#rects[at + 2] <= left - margin) continue;
      if (this.#rects[at + 1] >= bottom + margin || this.#rects[at + 3] <= top - margin) continue;
      if (!(this.#rects[at + 1] >= highest)) highest = this.#rects[at + 1];
    }
    return highest;
  }

  /**
   * Finds room for a label at or above where it wants to be, and takes it.
   * @param bottom - of the label, where it wants to be; it moves up from there, past what is in the way.
   * @returns its bottom edge; NaN where there is no room above 0.
   */
  stack(left: number, right: number, bottom: number, height: number, margin: number): number {
    let at = bottom;
    for (let tries = 0; tries <= MOST; tries++) {
      if (at - height < 0) return Number.NaN;
      const blocked = this.blockedBy(left, at - height, right, at, margin);
      if (Number.isNaN(blocked)) {
        this.take(left, at - height, right, at);
        return at;
      }
      at = Math.min(at - 1, blocked - margin);
    }
    return Number.NaN;
  }
}
