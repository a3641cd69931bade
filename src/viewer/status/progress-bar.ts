import type { Clock } from '../../core/clock.ts';
import type { RoomProgress } from '../../room/resources/progress.ts';
import type { Overlay } from './overlay.ts';

/** Minimum time between two changes of the progress bar, ms: each redraws the page. */
const PROGRESS_MS = 500;

/** Updates the progress bar, but not for each resource. */
export class ProgressBar {
  readonly #overlay: Overlay;
  readonly #clock: Clock;
  /** Of the latest progress. */
  #fraction = 0;
  /** When the bar was last changed. */
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor({ overlay, clock }: { readonly overlay: Overlay; readonly clock: Clock }) {
    this.#overlay = overlay;
    this.#clock = clock;
  }

  /** Starts again for another room. */
  restart(): void {
    this.#fraction = 0;
  }

  show(progress: RoomProgress): void {
    const now = this.#clock.now();
    // All bytes arrive long before they are decoded. 1 is shown at once, but not again for each resource.
    const isFull = progress.fraction === 1 && this.#fraction < 1;
    this.#fraction = progress.fraction;
    if (now - this.#shownAt < PROGRESS_MS && !isFull) return;
    this.#shownAt = now;
    this.#overlay.progress(progress);
  }
}
