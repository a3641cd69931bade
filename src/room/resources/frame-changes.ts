import type { Clock } from '../../core/clock.ts';

/** Something that is refreshed when resources or products change. */
export interface Subscriber {
  /** Applies the changes. Called at most once a frame, for any number of changes, and perhaps without one. */
  refresh(): void;
}

/** Milliseconds of a frame at 60 Hz. Without a frame (a hidden page, a slow machine), changes are applied after this time. */
const FRAME_MS = 16;

/**
 * Collects the subscribers that have changes to apply, and refreshes each once a frame.
 *
 * ```ts
 * const changes = new FrameChanges(clock, () => changes.apply());
 * changes.mark(texture); // when a resource arrives
 * if (changes.due) changes.apply(); // in the next frame; after 16 ms where there is none
 * ```
 */
export class FrameChanges {
  readonly #marked = new Set<Subscriber>();
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #cancel: (() => void) | undefined;

  /** @param onDue - called if there was no frame in time. It must call `apply`. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Whether something waits for the next frame. */
  get due(): boolean {
    return this.#cancel !== undefined;
  }

  /** Refreshes `subscriber` with the next frame. */
  mark(subscriber: Subscriber): void {
    this.#marked.add(subscriber);
    this.schedule();
  }

  /** Makes the next frame one with changes, whether or not a subscriber is marked. */
  schedule(): void {
    this.#cancel ??= this.#clock.after(FRAME_MS, () => {
      this.#cancel = undefined;
      this.#onDue();
    });
  }

  /** Refreshes all that are marked, and those that a refresh marks. */
  apply(): void {
    // A Set's iterator includes members added during the loop.
    for (const subscriber of this.#marked) {
      this.#marked.delete(subscriber);
      subscriber.refresh();
    }
    this.#stop();
  }

  /** Forgets all subscribers. Calling it twice is harmless. */
  dispose(): void {
    this.#marked.clear();
    this.#stop();
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
