import type { Disposable } from '../../core/disposal.ts';

/**
 * The longest task of the page's main thread since it was made, as the browser tells (`longtask`: those of 50 ms and more). The
 * answer comes a moment after the task.
 */
export class LongestTask implements Disposable {
  readonly #observer: PerformanceObserver | undefined;
  #longest = 0;

  /** @param Observer - undefined where the browser has none. */
  constructor(Observer: typeof PerformanceObserver | undefined = globalThis.PerformanceObserver) {
    if (!Observer?.supportedEntryTypes?.includes('longtask')) return;
    this.#observer = new Observer(list => this.#take(list.getEntries()));
    this.#observer.observe({ type: 'longtask' });
  }

  /** 0 while there was none of 50 ms; undefined where the browser does not tell. */
  get ms(): number | undefined {
    if (!this.#observer) return undefined;
    this.#take(this.#observer.takeRecords());
    return this.#longest;
  }

  /** Counts no longer; what was counted stays. */
  dispose(): void {
    if (!this.#observer) return;
    this.#take(this.#observer.takeRecords());
    this.#observer.disconnect();
  }

  #take(entries: PerformanceEntryList): void {
    for (const { duration } of entries) this.#longest = Math.max(this.#longest, duration);
  }
}
