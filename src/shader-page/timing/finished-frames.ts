/** Times draws where the browser has no timer query: by the wall clock, which ticks once a millisecond in Firefox and WebKit. */
import type { Clock } from '../../core/clock.ts';

/** Milliseconds of a sample, at least: a tick of 1 ms is then 5 % of it. */
const LEAST_MS = 20;
const MOST_DRAWS = 256;

/** Draws one shader so often before it reads the clock that the clock's ticks do not show. */
export class FinishedFrames {
  readonly #clock: Clock;
  readonly #finish: () => void;
  #draws = 1;

  /** @param finish - waits until the GPU has drawn everything. */
  constructor(clock: Clock, finish: () => void) {
    this.#clock = clock;
    this.#finish = finish;
  }

  /** Returns the milliseconds of one draw; undefined while it finds out how many draws a sample needs. */
  sample(draw: () => void): number | undefined {
    this.#finish();
    const start = this.#clock.now();
    for (let i = 0; i < this.#draws; i++) draw();
    this.#finish();
    const ms = this.#clock.now() - start;
    if (ms < LEAST_MS && this.#draws < MOST_DRAWS) {
      const wanted = Math.ceil((1.25 * LEAST_MS * this.#draws) / Math.max(1, ms));
      this.#draws = Math.min(MOST_DRAWS, Math.max(this.#draws + 1, wanted));
      return undefined;
    }
    return ms / this.#draws;
  }
}
