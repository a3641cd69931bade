/**
 * The integral of 1 - quality over time, ms: how long the picture was not at its best. Two seconds without a picture count as much as four
 * with low textures.
 */
export class QualityIntegral {
  #quality = 0;
  #sum = 0;
  #last: number;

  /** @param now - when the wait began, ms. */
  constructor(now: number) {
    this.#last = now;
  }

  /** Quality is `quality` (0..1) from now on. Times ascend. */
  note(now: number, quality: number): void {
    this.#advance(now);
    this.#quality = quality;
  }

  /** The integral up to `now`. */
  at(now: number): number {
    this.#advance(now);
    return this.#sum;
  }

  #advance(now: number): void {
    this.#sum += (now - this.#last) * (1 - this.#quality);
    this.#last = now;
  }
}
