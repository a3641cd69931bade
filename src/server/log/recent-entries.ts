import type { LogEntry } from './room-log.ts';

/** The latest entries of a log in memory. Followers that have caught up read them, and wait here for the next. */
export class RecentEntries {
  readonly #limit: number;
  #entries: LogEntry[] = [];
  #last: number;
  #waiting: (() => void)[] = [];

  /** @param last - position of the last entry so far; @param limit - entries held, >= 1. */
  constructor(last: number, limit = 2048) {
    this.#last = last;
    this.#limit = limit;
  }

  get last(): number {
    return this.#last;
  }

  add(entries: readonly LogEntry[]): void {
    this.#entries.push(...entries);
    this.#last = entries.at(-1)?.position ?? this.#last;
    if (this.#entries.length > 2 * this.#limit) this.#entries = this.#entries.slice(-this.#limit);
    this.wake();
  }

  /** Returns the entries after `after`. Undefined if some of them are no longer held. */
  after(after: number): readonly LogEntry[] | undefined {
    if (after >= this.#last) return [];
    const first = this.#entries.at(0);
    // `after` must be a held entry, or the entry right before the first held one.
    if (!first || after < first.position - 1) return undefined;
    let low = 0;
    for (let high = this.#entries.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle].position <= after) low = middle + 1;
      else high = middle;
    }
    return this.#entries.slice(low);
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves when there may be entries after `after`, or when `signal` aborts. */
  next(after: number, signal: AbortSignal): Promise<void> {
    if (after < this.#last || signal.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const settle = () => {
        signal.removeEventListener('abort', settle);
        resolve();
      };
      signal.addEventListener('abort', settle, { once: true });
      this.#waiting.push(settle);
    });
  }
}
