/** One state of the source that compiled, with what it cost. */
export interface HistoryEntry {
  readonly source: string;
  readonly target: string;
  readonly slots: number;
  /** Slots more (+) or fewer (-) than the entry before it with the same target; 0 for the first. */
  readonly change: number;
}

/**
 * The edits that changed the count, newest last. A keystroke that leaves the count as it was replaces the newest entry, so that
 * typing a word makes one entry, not ten; the oldest go when there are more than `limit`.
 */
export class History {
  readonly #entries: HistoryEntry[] = [];
  readonly #limit: number;

  constructor(limit = 100) {
    this.#limit = limit;
  }

  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** @returns whether the list has changed. */
  add(source: string, target: string, slots: number): boolean {
    const last = this.#entries.at(-1);
    if (last?.source === source && last.target === target) return false;
    if (last?.target === target && last.slots === slots) {
      this.#entries[this.#entries.length - 1] = { ...last, source };
      return true;
    }
    const before = this.#entries.findLast(e => e.target === target);
    this.#entries.push({ source, target, slots, change: before ? slots - before.slots : 0 });
    if (this.#entries.length > this.#limit) this.#entries.shift();
    return true;
  }
}
