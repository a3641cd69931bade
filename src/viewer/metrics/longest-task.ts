import type { Disposable } from '../../core/disposal.ts';

/**
 * The longest task of the page's main thread since its creation, as the browser reports (`longtask`: 50 ms and more). The
 * report arrives a moment after the task.
 */
export class LongestTask implements Disposable {
  readonly #observer: PerformanceObserver | undefined;
  #longest = 0;

  /** @param Observer - undefined if the browser has none. */
  constructor(Observer: typeof PerformanceObserver | undefined = globalThis.PerformanceObserver) {
    if (!Observer?.supportedEntryTypes?.includes('longtask')) return;
    this.#observer = new Observer(list => this.#take(list.getEntries()));
    this.#observer.observe({ type: 'longtask' });
  }

  /** Milliseconds; 0 if there was none of 50 ms, undefined if the browser does not report tasks. */
  get ms(): number | undefined {
    if (!this.#observer) return undefined;
    this.#take(this.#observer.takeRecords());
    return this.#longest;
  }

  /** Stops observing. The value stays. */
  dispose(): void {
    if (!this.#observer) return;
    this.#take(this.#observer.takeRecords());
    this.#observer.disconnect();
  }

  #take(entries: PerformanceEntryList): void {
    for (const { duration } of entries) this.#longest = Math.max(this.#longest, duration);
  }
}
