import type { Clock } from './clock.ts';

/** Milliseconds of work after which input and frames get their turn. */
const SLICE_MS = 6;

/**
 * Cuts long work in promises into slices. Without it, everything that waits for one answer runs in one task.
 *
 * ```ts
 * for (const document of documents) {
 * await pacer.pause();
 * check(document);
 * }
 * ```
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #nextTask: () => Promise<void>;
  #since = Number.NEGATIVE_INFINITY;
  #pause: Promise<void> | undefined;

  /** @param nextTask - resolves in a later task; tests pass their own. */
  constructor(clock: Clock, nextTask = laterTask) {
    this.#clock = clock;
    this.#nextTask = nextTask;
  }

  /** Undefined while the slice lasts. Then a promise of the next slice, the same for all work in this one. */
  pause(): Promise<void> | undefined {
    if (this.#pause) return this.#pause;
    const now = this.#clock.now();
    if (now - this.#since < SLICE_MS) return undefined;
    // The start of this task is unknown. Work after a pause gets a slice and does not wait.
    const isFirst = now - this.#since > IDLE_MS;
    this.#since = now;
    if (isFirst) return undefined;
    this.#pause = this.#nextTask().then(() => {
      this.#pause = undefined;
      this.#since = this.#clock.now();
    });
    return this.#pause;
  }
}

/** No slice lasts this long: what follows is other work. */
const IDLE_MS = 100;

/** Not a timer: those wait for a second in a hidden tab. */
function laterTask(): Promise<void> {
  const { scheduler } = globalThis as { readonly scheduler?: { yield?(): Promise<void> } };
  if (scheduler?.yield) return scheduler.yield();
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
