import type { Clock } from '../../core/clock.ts';
import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';

/** Silence may last as long as what is in flight takes, so many times. */
const QUEUED = 2;
const LONGEST_MS = 120_000;

export interface PatienceOptions {
  readonly clock: Clock;
  readonly bandwidth: BandwidthEstimate;
  /** Silence that ends an attempt, ms. */
  readonly stallMs: number;
  /** The same where another mirror could take over. */
  readonly mirrorStallMs: number;
}

/**
 * How long silence is no stall. What is in flight, the rest of aborted answers too, may stand in the server's buffers ahead of an answer: on a
 * slow link that takes longer than any fixed time (1 Mbit/s, HTTP/2, 4 MiB: 34 s; 56 of 330 files were given up after 15).
 */
export class StallTimeout {
  readonly #options: PatienceOptions;
  /** What was still to come of aborted answers, at that time. */
  #aborted = { bytes: 0, at: 0 };

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /**
   * @param inflightBytes - asked for that have not come.
   * @param mirrored - another place has the same bytes.
   * @returns ms.
   */
  ms(inflightBytes: number, mirrored: boolean): number {
    const { bandwidth, stallMs, mirrorStallMs } = this.#options;
    const ahead = ((this.#aborted.bytes + inflightBytes) * QUEUED * 1000) / (bandwidth.value ?? Number.POSITIVE_INFINITY);
    return Math.max(mirrored ? mirrorStallMs : stallMs, Math.min(LONGEST_MS, ahead));
  }

  /** An answer was aborted so many bytes before its end: the server does not know at once that nobody wants them any more. */
  aborted(bytes: number): void {
    const { bandwidth, clock } = this.#options;
    const now = clock.now();
    const drained = ((bandwidth.value ?? 0) * (now - this.#aborted.at)) / 1000;
    this.#aborted = { bytes: Math.max(0, this.#aborted.bytes - drained) + bytes, at: now };
  }
}
