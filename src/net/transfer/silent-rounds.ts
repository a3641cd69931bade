import type { Clock } from '../../core/clock.ts';
import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import { BUSY_MS } from '../queue/byte-window.ts';
import type { Attempt, Job } from '../queue/job.ts';

/** A transfer that has brought no byte for this many rounds is hung. */
const HUNG_ROUNDS = 3;

/** Whether a running transfer has been silent for so long that it does not fill the path. */
export function isHung({ attempt }: Job): boolean {
  return attempt !== undefined && attempt.silentRounds >= HUNG_ROUNDS;
}

export interface SilentRoundsOptions {
  readonly clock: Clock;
  readonly bandwidth: BandwidthEstimate;
  readonly active: ReadonlySet<Job>;
  /** A round is over: some transfer may be hung now. */
  onRound(): void;
}

/**
 * Counts the rounds in which a transfer brought no byte. A round is the time that an answer to a request of now takes at most: a round
 * trip, and what the path needs for all bytes in flight.
 *
 * A timer counts, not the difference of two times: a page that was busy for a second has its chunks still to read.
 * While nothing arrives at all, the network is gone, or all that runs is hung. So the first transfers that hang let others start, and
 * those count until something arrives.
 */
export class SilentRounds {
  readonly #options: SilentRoundsOptions;
  #cancel: (() => void) | undefined;
  #moved = false;

  constructor(options: SilentRoundsOptions) {
    this.#options = options;
  }

  /** Notes that bytes of an attempt arrived. */
  moved(attempt: Attempt): void {
    attempt.silentRounds = 0;
    this.#moved = true;
  }

  /** Counts one more round, unless one is being counted or the path is not measured yet. */
  count(): void {
    const { clock, bandwidth, active, onRound } = this.#options;
    if (this.#cancel || !bandwidth.value) return;
    let bytes = 0;
    let roundTripMs = 0;
    for (const { cost, attempt } of active) {
      bytes += cost;
      roundTripMs = Math.max(roundTripMs, attempt?.origin.roundTrip.bridged ?? 0);
    }
    if (roundTripMs === 0) return;
    this.#cancel = clock.after(Math.max(BUSY_MS, roundTripMs) + (bytes * 1000) / bandwidth.value, () => {
      this.#cancel = undefined;
      const counts = this.#moved || ![...active].some(isHung);
      this.#moved = false;
      for (const { attempt } of active) if (attempt && counts) attempt.silentRounds++;
      onRound();
    });
  }

  stop(): void {
    this.#cancel?.();
  }
}
