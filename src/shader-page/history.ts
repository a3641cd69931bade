/** One state of a source that compiled, with what it cost. */
export interface HistoryEntry {
  readonly source: string;
  readonly target: string;
  readonly slots: number;
  /** Slots more (+) or fewer (-) than the entry before it with the same target; 0 for the first. */
  readonly change: number;
}

/**
 * The edits of each shader that changed the count, newest last. A keystroke that leaves the count as it was replaces the newest entry,
 * so that typing a word makes one entry, not ten. The oldest go when a shader has more than `limit`.
 */
export class History {
  readonly #entries = new Map<string, HistoryEntry[]>();
  readonly #limit: number;

  constructor(limit = 100) {
    this.#limit = limit;
  }

  /** The names of all shaders, in the order in which they came. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  of(name: string): readonly HistoryEntry[] {
    return this.#entries.get(name) ?? [];
  }

  /** Gives the history of one name another; entries of a shader that has the new name already stay in front. */
  rename(from: string, to: string): void {
    const entries = this.#entries.get(from);
    if (!entries || from === to) return;
    this.#entries.delete(from);
    this.#entries.set(to, [...this.of(to), ...entries].slice(-this.#limit));
  }

  /** @returns whether the list has changed. */
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
