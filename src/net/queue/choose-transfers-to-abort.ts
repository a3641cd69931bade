import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import type { Admitted } from './admission.ts';
import type { Job } from './job.ts';
import { CRITICAL } from './priority.ts';

export interface AbortInput {
  /** The most urgent job that waits for a slot, else the one that has just started. */
  readonly urgent: Admitted | undefined;
  /** Whether it waits for a slot. */
  readonly blocked: boolean;
  readonly active: Iterable<Job>;
  readonly bandwidth: BandwidthEstimate;
}

/** Where less urgent bytes in flight exceed this multiple of what the path holds, most of them are still at the server. */
const OVERFULL = 4;
/** The multiple that is left in flight then. */
const FULL = 1.5;
/** Below this many bytes, an abort costs more than the request that resumes it. */
const LEAST_BYTES = 256 * 1024;
/**
 * Milliseconds that an abort must gain for the urgent job. Nobody notices less, and each abort wastes about what the path holds.
 * A full window's last high texture may cost that by itself: at 100 Mbit/s x 20 ms with faults, each retried critical
 * file aborted one (100 KB wasted).
 */
const LEAST_MS = 100;

/**
 * Returns the transfers to abort for a more urgent job. Range resumes them later.
 *
 * An abort wastes what is on its way (up to bandwidth x round trip) and costs another request. So only transfers with more
 * than that left are worth it:
 *
 * - No slot is free: the transfer with the most left, unless its slot is free sooner than an abort could free it.
 * - A slot was free, but far more is in flight than the path holds, because the first window was too bold or the network
 * slowed down: as many as needed, those with the most left first. A server that answers in order would delay the job.
 */
export function chooseTransfersToAbort({ urgent, blocked, active, bandwidth }: AbortInput): Job[] {
  if (!urgent) return [];
  const { origin, job: first } = urgent;
  const { value: rate } = bandwidth;
  const { value: roundTrip } = origin.roundTrip;
  // Without measurements no abort is worth it.
  if (rate === undefined || roundTrip === undefined) return [];
  const held = (rate * roundTrip) / 1000;
  const lower: Job[] = [];
  let inflight = 0;
  for (const job of active) {
    if (!job.attempt || job.attempt.origin !== origin || job.priority.class <= first.priority.class) continue;
    if (job.attempt.abort.signal.aborted) {
      if (blocked) return []; // A slot will be free at once.
      continue;
    }
    inflight += job.cost;
    if (job.resumable && (origin.ranges || job.body.length === 0) && job.cost > held) lower.push(job);
  }
  lower.sort((a, b) => b.cost - a.cost);
  if (blocked) return lower.slice(0, 1);
  const least = Math.max(OVERFULL * held, LEAST_BYTES, FULL * held + (rate * LEAST_MS) / 1000);
  if (first.priority.class > CRITICAL || inflight <= least) return [];
  const given: Job[] = [];
  for (const job of lower) {
    if (inflight <= FULL * held) break;
    inflight -= job.cost;
    given.push(job);
  }
  return given;
}
