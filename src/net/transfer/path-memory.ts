import { browserStorage } from '../cache/cache-ledger.ts';

/** What a visit measured of the way to an origin. */
export interface RememberedPath {
  /** Bytes a second. */
  readonly bandwidth: number;
  /** Milliseconds. */
  readonly roundTripMs: number;
  /** ALPN name (`h2`); undefined where the origin hides it. */
  readonly protocol?: string | undefined;
}

/** Remembers paths from visit to visit, so that the next one starts with an estimate. */
export interface PathMemory {
  /** Undefined where nothing usable is known. */
  recall(origin: string): RememberedPath | undefined;
  keep(origin: string, path: RememberedPath): void;
}

/** The part of `Storage` that is used. */
export type PathStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const PREFIX = 'foyer:path:';
/** People move and change their provider: after a week a memory is no better than a guess. */
const LONGEST_MEMORY_MS = 7 * 24 * 3_600_000;
/** Possible values: 1 KB/s to 10 GB/s, up to 10 s. Anything else came from a bug or from somebody else. */
const BANDWIDTHS = [1e3, 1e10] as const;
const ROUND_TRIPS = [0.01, 10_000] as const;

/**
 * In localStorage, one key for each origin: `{"bandwidth": 2500000, "roundTripMs": 48, "protocol": "h2", "at": 1767225600000}`.
 */
export class StoredPaths implements PathMemory {
  readonly #storage: PathStorage | undefined;
  readonly #today: () => number;

  /**
   * @param storage - undefined where it is denied: then nothing is remembered.
   * @param today - ms since 1970: the only clock that goes on from visit to visit.
   */
  constructor(storage: PathStorage | undefined, today: () => number) {
    this.#storage = storage;
    this.#today = today;
  }

  recall(origin: string): RememberedPath | undefined {
    const key = PREFIX + origin;
    try {
      const text = this.#storage?.getItem(key);
      if (text === undefined || text === null) return undefined;
      const path = parse(text, this.#today());
      if (!path) this.#storage?.removeItem(key);
      return path;
    } catch {
      // Access was denied meanwhile.
      return undefined;
    }
  }

  keep(origin: string, path: RememberedPath): void {
    try {
      this.#storage?.setItem(PREFIX + origin, JSON.stringify({ ...path, at: this.#today() }));
    } catch {
      // Full or denied: the next visit starts without an estimate.
    }
  }
}

/** The browser's own. In Node, and where storage is denied, one that remembers nothing. */
export function browserPathMemory(): PathMemory {
  return new StoredPaths(browserStorage(), Date.now);
}

function parse(text: string, today: number): RememberedPath | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { bandwidth, roundTripMs, protocol, at } = value as Readonly<Record<string, unknown>>;
  if (!within(bandwidth, BANDWIDTHS) || !within(roundTripMs, ROUND_TRIPS)) return undefined;
  if (!within(at, [today - LONGEST_MEMORY_MS, today])) return undefined;
  return { bandwidth, roundTripMs, ...(typeof protocol === 'string' && protocol.length <= 16 ? { protocol } : {}) };
}

function within(value: unknown, [least, most]: readonly [number, number]): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
