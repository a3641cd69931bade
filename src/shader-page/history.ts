/** The history of a shader's edits and their costs. */

/** One compiled state of a source, and its cost. */
export interface HistoryEntry {
  readonly source: string;
  readonly target: string;
  readonly slots: number;
  /**
   * The change in slots against the previous entry with the same target: positive for more, negative for fewer. 0 for the first.
   */
  readonly change: number;
}

/**
 * Stores the edits of each shader that changed the slot count, newest last.
 * An edit with the same count replaces the newest entry, so typing a word makes one entry, not ten.
 * A shader keeps at most `limit` entries; the oldest are discarded.
 */
export class History {
  readonly #entries = new Map<string, HistoryEntry[]>();
  readonly #limit: number;

  constructor(limit = 100) {
    this.#limit = limit;
  }

  /** Returns the names of all shaders, in order of their first entry. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  of(name: string): readonly HistoryEntry[] {
    return this.#entries.get(name) ?? [];
  }

  /** Renames the history of a shader. Existing entries of the new name stay in front. */
  rename(from: string, to: string): void {
    const entries = this.#entries.get(from);
    if (!entries || from === to) return;
    this.#entries.delete(from);
    this.#entries.set(to, [...this.of(to), ...entries].slice(-this.#limit));
  }

  /** Adds a state of a source. @returns true where the list changed. */
  add(name: string, source: string, target: string, slots: number): boolean {
    const entries = this.#entries.get(name) ?? [];
    const last = entries.at(-1);
    if (last?.source === source && last.target === target) return false;
    this.#entries.set(name, entries);
    if (last?.target === target && last.slots === slots) {
      entries[entries.length - 1] = { ...last, source };
      return true;
    }
    const before = entries.findLast(e => e.target === target);
    entries.push({ source, target, slots, change: before ? slots - before.slots : 0 });
    if (entries.length > this.#limit) entries.shift();
    return true;
  }
}
