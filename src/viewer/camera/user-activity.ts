import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';

/** Milliseconds after the last event in which the user still counts as active: between two turns of a wheel, or while a finger rests. */
const LINGER_MS = 1000;
/** Events that count as activity. */
export const SIGNS = ['pointerdown', 'pointermove', 'pointerup', 'wheel', 'keydown', 'keyup', 'focus'] as const;

/** Tracks whether the user does something with an element now, or did a moment ago. */
export class UserActivity implements Disposable {
  /** The first 40 key events, for code that loads later: camera and controls. */
  readonly early: KeyboardEvent[] = [];
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #latest = Number.NEGATIVE_INFINITY;

  constructor(element: EventTarget, clock: Clock) {
    this.#clock = clock;
    const { signal } = this.#abort;
    for (const sign of SIGNS) element.addEventListener(sign, event => this.note(event), { signal, passive: true });
  }

  /** @param event - undefined for another sign of activity: the camera moves. */
  note(event?: Event): void {
    this.#latest = this.#clock.now();
    if (event?.type[0] !== 'k' || this.early.length === 40) return;
    const key = event as KeyboardEvent;
    if (!key.repeat) this.early.push(key);
  }

  get here(): boolean {
    return this.#clock.now() - this.#latest < LINGER_MS;
  }

  dispose(): void {
    this.#abort.abort();
  }
}
