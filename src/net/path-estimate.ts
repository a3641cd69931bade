/**
 * How fast the network path is: running estimates of bandwidth and round trip, and the window of bytes in flight that
 * follows from them. The two filters are those of BBR (Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM
 * Queue 14/5, 2016): the largest delivery rate and the smallest round trip seen of late, because queues in between can
 * only make the one smaller and the other larger.
 */

/** A sample of the delivery rate spans at least this, ms: longer than the bursts in which a browser hands over bytes. */
const SAMPLE_MS = 50;
/** Bytes and ms of the shortest burst that says something. */
const BURST_BYTES = 24 * 1024;
const BURST_MS = 4;
const SAMPLES = 12;

/** Bytes a second that the path delivers while it has enough to do. */
export class BandwidthEstimate {
  readonly #samples: number[] = [];
  #assumed: number | undefined;
  #since = -1;
  #bytes = 0;
  #saturated = true;

  /** Bytes a second; undefined before the first sample. */
  get value(): number | undefined {
    const sorted = [...this.#samples].sort((a, b) => b - a);
    // With a few samples at hand the largest may be a burst that piled up behind a busy main thread: the second largest is safer.
    return sorted.length >= 4 ? sorted[1] : sorted[0];
  }

  /** Starts from what a former visit measured; the first real sample replaces it. */
  assume(bytesPerSecond: number): void {
    if (this.#samples.length === 0 && bytesPerSecond > 0) this.#assumed = bytesPerSecond;
  }

  get valueOrAssumed(): number | undefined {
    return this.value ?? this.#assumed;
  }

  /**
   * @param bytes - that have just arrived, of any transfer.
   * @param saturated - more waits than the window lets through: a low rate is then the path's and not ours.
   */
  received(bytes: number, now: number, saturated: boolean): void {
    if (this.#since < 0) {
      // How long the first bytes took is unknown: the time starts with them, they themselves do not count.
      this.#since = now;
      this.#bytes = 0;
      this.#saturated = true;
      return;
    }
    this.#bytes += bytes;
    this.#saturated &&= saturated;
    if (now - this.#since < SAMPLE_MS) return;
    this.#push(now);
    this.#since = now;
    this.#bytes = 0;
    this.#saturated = true;
  }

  /** Nothing is in flight any more: silence from here on says nothing about the path. */
  idle(now: number): void {
    if (this.#since >= 0 && this.#bytes >= BURST_BYTES && now - this.#since >= BURST_MS) {
      this.#saturated = false;
      this.#push(now);
    }
    this.#since = -1;
  }

  #push(now: number): void {
    const rate = (this.#bytes / (now - this.#since)) * 1000;
    if (!this.#saturated && rate < (this.value ?? 0)) return;
    this.#samples.push(rate);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }
}

/** A route change shows after at most twice this, ms. Long, because our own window keeps the path full and inflates what is measured meanwhile. */
const ROUND_TRIP_MEMORY_MS = 150_000;

/** Samples that tell how long an answer takes nowadays. */
const RECENT = 8;
/** How far those may widen the window: our own bytes in flight delay answers too, and must not feed themselves. */
const MOST_WIDENING = 2;

/** Round trip to one origin: the smallest of the last minutes. */
export class RoundTripEstimate {
  readonly #recent: number[] = [];
  #current = Number.POSITIVE_INFINITY;
  #previous = Number.POSITIVE_INFINITY;
  #turned = 0;
  #provisional = true;

  /** ms; undefined before the first sample. */
  get value(): number | undefined {
    const least = Math.min(this.#current, this.#previous);
    return Number.isFinite(least) ? least : undefined;
  }

  /**
   * ms that the window must bridge: a server or a browser that is busy adds to the way, and a window for the bare round trip
   * would leave the network idle meanwhile. The fastest of the last answers, at most twice the round trip.
   */
  get bridged(): number | undefined {
    const { value } = this;
    return value === undefined ? undefined : Math.min(Math.min(...this.#recent), MOST_WIDENING * value);
  }

  /**
   * @param ms - from the request to the first byte of its answer.
   * @param exact - from the browser's resource timing, which tells cache from network; the first exact sample outdoes all others.
   */
  sample(ms: number, now: number, exact = false): void {
    if (!(ms > 0)) return;
    if (exact && this.#provisional) {
      this.#provisional = false;
      this.#current = this.#previous = Number.POSITIVE_INFINITY;
      this.#recent.length = 0;
    } else if (!exact && !this.#provisional) return;
    if (now - this.#turned > ROUND_TRIP_MEMORY_MS) {
      this.#turned = now;
      this.#previous = this.#current;
      this.#current = Number.POSITIVE_INFINITY;
    }
    this.#current = Math.min(this.#current, ms);
    this.#recent.push(ms);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }
}

const WINDOW_GAIN = 1.5;
const SMALLEST_WINDOW = 64 * 1024;
const LARGEST_WINDOW = 32 * 1024 * 1024;
/** Before anything is measured: 20 Mbit/s x 200 ms. What comes first is all needed, so too large costs little here. */
const FIRST_WINDOW = 512 * 1024;

/**
 * Bytes that should be in flight: 1.5 x bandwidth x round trip, at least 64 KiB.
 *
 * ```ts
 * byteWindow(2_500_000, 100) // 375000: 20 Mbit/s, 100 ms
 * byteWindow(625_000, 20) // 65536
 * byteWindow(undefined, 20) // 524288
 * ```
 *
 * @param bytesPerSecond - undefined when not yet measured; so for the other.
 * @param roundTripMs - ms.
 */
export function byteWindow(bytesPerSecond: number | undefined, roundTripMs: number | undefined): number {
  if (bytesPerSecond === undefined || roundTripMs === undefined) return FIRST_WINDOW;
  const bytes = (WINDOW_GAIN * bytesPerSecond * roundTripMs) / 1000;
  return Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, bytes));
}
