// The filter is BBR's: see bandwidth-estimate.ts.

/**
 * A route change shows after at most twice this, ms. Long, because our own window keeps the path full and inflates samples
 * meanwhile.
 */
const ROUND_TRIP_MEMORY_MS = 150_000;

/** How many recent samples tell how long an answer takes now. */
const RECENT = 8;
/** How far those may widen the window. Our own bytes in flight delay answers too, and must not feed themselves. */
const MOST_WIDENING = 2;

/**
 * How a sample was taken; each kind outdoes all before it in this list.
 *
 * - `connecting` and `securing`: our own clock, and a connection had to be made first, by TCP (a round trip) or by TCP and TLS
 *   1.3 (two).
 * - `watched`: our own clock.
 * - `timed`: the browser's resource timing, which tells network from cache and from the wait for a connection.
 */
export type SampleKind = 'connecting' | 'securing' | 'watched' | 'timed';
const KINDS: readonly SampleKind[] = ['connecting', 'securing', 'watched', 'timed'];
/** Round trips of such a sample, the answer's included. */
const TRIPS: Readonly<Record<SampleKind, number>> = { connecting: 2, securing: 3, watched: 1, timed: 1 };

/** The round trip to one origin: the smallest of the last minutes. */
export class RoundTripEstimate {
  readonly #recent: number[] = [];
  #current = Number.POSITIVE_INFINITY;
  #previous = Number.POSITIVE_INFINITY;
  #turned = 0;
  #kind = -1;
  #assumed: number | undefined;

  /** Starts from a former visit's measurement. The first sample replaces it. */
  assume(ms: number): void {
    if (ms > 0) this.#assumed = ms;
  }

  /** Milliseconds; undefined before the first sample and assumption. */
  get value(): number | undefined {
    const least = Math.min(this.#current, this.#previous);
    return Number.isFinite(least) ? least : this.#assumed;
  }

  /** Whether it is of this visit and from the browser's timing: worth remembering. */
  get exact(): boolean {
    return KINDS[this.#kind] === 'timed';
  }

  /**
   * Milliseconds that the window must bridge. A busy server or browser adds to the way, and a window for the bare round trip
   * would leave the network idle meanwhile. The fastest of the last answers, at most twice the round trip.
   */
  get bridged(): number | undefined {
    const { value } = this;
    return value === undefined ? undefined : this.#recent.length === 0 ? value : Math.min(...this.#recent, MOST_WIDENING * value);
  }

  /** @param ms - from the request to the first byte of its answer. Ignored unless above 0. */
  sample(ms: number, now: number, kind: SampleKind): void {
    const rank = KINDS.indexOf(kind);
    if (!(ms > 0) || rank < this.#kind) return;
    if (rank > this.#kind) {
      this.#kind = rank;
      this.#current = this.#previous = Number.POSITIVE_INFINITY;
      this.#recent.length = 0;
    }
    if (now - this.#turned > ROUND_TRIP_MEMORY_MS) {
      this.#turned = now;
      this.#previous = this.#current;
      this.#current = Number.POSITIVE_INFINITY;
    }
    const roundTrip = ms / TRIPS[kind];
    this.#current = Math.min(this.#current, roundTrip);
    this.#recent.push(roundTrip);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }
}
