/** What the ledger knows of one cached resource. */
export interface LedgerEntry {
  readonly hash: string;
  readonly bytes: number;
  /** When it was last read or written, ms since 1970. */
  readonly usedAt: number;
  /** Where it came from: the HTTP cache is asked by it. */
  readonly url: string;
}

const PREFIX = 'foyer:cache:';

/** Returns the key of localStorage that exists while the ledger has the resource. */
export const ledgerKeyOf = (hash: string): string => PREFIX + hash;

/** A younger `usedAt` is not worth a write. */
const TOUCH_MS = 3_600_000;

/**
 * What is cached, how large it is and when it was last used. One key of localStorage an entry, so that two tabs that
 * write at once cannot lose each other's entries, and each sees the other's at once. Where storage is denied or full, the
 * ledger lasts as long as the page.
 */
export class CacheLedger {
  readonly #storage: Storage | undefined;
  /** Entries that the storage did not take. */
  readonly #memory = new Map<string, string>();
  readonly #today: () => number;

  /**
   * @param storage - undefined where it is denied.
   * @param today - ms since 1970: the only clock that goes on from visit to visit.
   */
  constructor(storage: Storage | undefined, today: () => number) {
    this.#storage = storage;
    this.#today = today;
  }

  get(hash: string): LedgerEntry | undefined {
    return parse(hash, this.#read(ledgerKeyOf(hash)));
  }

  /** Adds or replaces. */
  add(hash: string, bytes: number, url: string): void {
    const value = `${bytes} ${this.#today()} ${url.replace(/\s/g, encodeURIComponent)}`;
    try {
      if (!this.#storage) throw new Error('denied');
      this.#storage.setItem(ledgerKeyOf(hash), value);
    } catch {
      this.#memory.set(ledgerKeyOf(hash), value);
    }
  }

  /** It was used now. */
  touch({ hash, bytes, url, usedAt }: LedgerEntry): void {
    if (this.#today() - usedAt > TOUCH_MS) this.add(hash, bytes, url);
  }

  delete(hash: string): void {
    this.#memory.delete(ledgerKeyOf(hash));
    try {
      this.#storage?.removeItem(ledgerKeyOf(hash));
    } catch {
      // Denied meanwhile: the entry leads to one miss more.
    }
  }

  /** All, the least recently used first. */
  entries(): LedgerEntry[] {
    const keys = new Set(this.#memory.keys());
    try {
      for (let i = 0; i < (this.#storage?.length ?? 0); i++) {
        const key = this.#storage?.key(i);
        if (key?.startsWith(PREFIX)) keys.add(key);
      }
    } catch {
      // As above.
    }
    const entries: LedgerEntry[] = [];
    for (const key of keys) {
      const entry = parse(key.slice(PREFIX.length), this.#read(key));
      if (entry) entries.push(entry);
    }
    return entries.sort((a, b) => a.usedAt - b.usedAt);
  }

  #read(key: string): string | null {
    const here = this.#memory.get(key);
    if (here !== undefined) return here;
    try {
      return this.#storage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }
}

/** Other scripts of the origin can write there too: what does not read as an entry is none. */
function parse(hash: string, value: string | null): LedgerEntry | undefined {
  const match = value?.match(/^(\d{1,15}) (\d{1,15}) (\S+)$/);
  return match ? { hash, bytes: Number(match[1]), usedAt: Number(match[2]), url: match[3] } : undefined;
}

/** localStorage, unless the browser denies it (it throws then, or is null). */
export function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage ?? undefined;
  } catch {
    return undefined;
  }
}
