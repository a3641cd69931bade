import { DOCUMENT } from './priority.ts';

/** What the list must know of an entry. It may change at any time as long as `touch()` is called. */
export interface Waiting {
  readonly priority: { readonly class: number; readonly utility: number };
  /** Bytes still to come, > 0. An estimate where no length is known. */
  readonly cost: number;
  /** When it began to wait, ms of the queue's clock. */
  readonly since: number;
}

/**
 * Waiting this long lifts an entry by one class, never to documents, so nothing starves. Longer than a critical set at 1 Mbit/s.
 */
const CLASS_AGING_MS = 120_000;
/** Waiting this long is worth a factor e of utility per byte within the class. */
const UTILITY_AGING_MS = 30_000;

const LEAST_UTILITY = 1e-30;
const MOST_UTILITY = 1e30;

export interface Ranked<T> {
  readonly entry: T;
  /** The entry's class, less what it gained by waiting. */
  class: number;
  /** Within the class, higher first. */
  score: number;
}

/**
 * Waiting entries, the most urgent first. Sorted lazily, once for any number of changes: a moving camera rescores all of them in
 * one go. 1,000 entries sort in about 0.2 ms, where a heap would move each of them one by one.
 */
export class WaitingList<T extends Waiting> {
  #ranked: Ranked<T>[] = [];
  #sorted = true;
  #sortedAt = 0;

  get size(): number {
    return this.#ranked.length;
  }

  add(entry: T): void {
    this.#ranked.push({ entry, class: 0, score: 0 });
    this.#sorted = false;
  }

  /** @returns false when it was not there. */
  delete(entry: T): boolean {
    const at = this.#ranked.findIndex(r => r.entry === entry);
    if (at < 0) return false;
    this.#ranked.splice(at, 1);
    return true;
  }

  /** Notes that a priority, cost or time of some entry changed. */
  touch(): void {
    this.#sorted = false;
  }

  /**
   * Visits entries, the most urgent first, until `visit` returns 'stop'. Removes those it returns 'take' for.
   * `visit` must not change the list.
   *
   * @param now - ms, for the aging; ranks are renewed at least once a second.
   */
  drain(now: number, visit: (entry: T) => 'take' | 'keep' | 'stop'): void {
    this.#sort(now);
    const ranked = this.#ranked;
    let kept = 0;
    let at = 0;
    for (; at < ranked.length; at++) {
      const verdict = visit(ranked[at].entry);
      if (verdict === 'stop') break;
      if (verdict === 'keep') ranked[kept++] = ranked[at];
    }
    if (kept !== at) ranked.splice(kept, at - kept);
  }

  /** Entries in order, the most urgent first. Valid until the list changes. @param now - ms, as for `drain`. */
  ranked(now: number): readonly Ranked<T>[] {
    this.#sort(now);
    return this.#ranked;
  }

  /** Removes all of `entries`. */
  deleteAll(entries: ReadonlySet<T>): void {
    if (entries.size > 0) this.#ranked = this.#ranked.filter(r => !entries.has(r.entry));
  }

  #sort(now: number): void {
    if (this.#sorted && now - this.#sortedAt < 1000) return;
    for (const rank of this.#ranked) {
      const { priority, cost, since } = rank.entry;
      const steps = Math.floor((now - since) / CLASS_AGING_MS);
      rank.class = steps > 0 ? Math.max(Math.min(priority.class, DOCUMENT + 1), priority.class - steps) : priority.class;
      // In the logarithm, aging is the same addend for all entries, so time does not change their order.
      // A utility that is NaN counts as 0: a texture behind the camera divides by zero.
      const utility = Math.min(Math.max(priority.utility || 0, LEAST_UTILITY), MOST_UTILITY);
      rank.score = Math.log(utility / Math.max(cost, 1)) - since / UTILITY_AGING_MS;
    }
    this.#ranked.sort((a, b) => a.class - b.class || b.score - a.score);
    this.#sorted = true;
    this.#sortedAt = now;
  }
}
