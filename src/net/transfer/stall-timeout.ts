import type { Clock } from '../../core/clock.ts';
import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';

/** Silence may last this many times as long as the bytes in flight take. */
const QUEUED = 2;
const LONGEST_MS = 120_000;

export interface StallTimeoutOptions {
  readonly clock: Clock;
  readonly bandwidth: BandwidthEstimate;
  /** Silence that ends an attempt, ms. */
  readonly stallMs: number;
  /** The same where another mirror could take over. */
  readonly mirrorStallMs: number;
}

/**
 * How long silence may last before it is a stall.
 *
 * Bytes in flight, and the rest of aborted answers, may be in the server's buffers ahead of an answer. On a slow link that takes
 * longer than any fixed time. (1 Mbit/s, HTTP/2, 4 MiB: 34 s. A limit of 15 s gave up 56 of 330 files.)
 */
export class StallTimeout {
  readonly #options: StallTimeoutOptions;
  /** Bytes of aborted answers still to come, at that time. */
  #aborted = { bytes: 0, at: 0 };

  constructor(options: StallTimeoutOptions) {
    this.#options = options;
  }

  /**
   * @param inflightBytes - requested bytes that have not arrived.
   * @param mirrored - another place has the same bytes.
   * @returns ms.
   */
  ms(inflightBytes: number, mirrored: boolean): number {
    const { bandwidth, stallMs, mirrorStallMs } = this.#options;
    const ahead = ((this.#aborted.bytes + inflightBytes) * QUEUED * 1000) / (bandwidth.value ?? Number.POSITIVE_INFINITY);
    return Math.max(mirrored ? mirrorStallMs : stallMs, Math.min(LONGEST_MS, ahead));
  }

  /** An answer was aborted this many bytes before its end. The server does not know at once that nobody wants them. */
  aborted(bytes: number): void {
    const { bandwidth, clock } = this.#options;
    const now = clock.now();
    const drained = ((bandwidth.value ?? 0) * (now - this.#aborted.at)) / 1000;
    this.#aborted = { bytes: Math.max(0, this.#aborted.bytes - drained) + bytes, at: now };
  }
}
