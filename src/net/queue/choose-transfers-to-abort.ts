import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import type { Admitted } from './admission.ts';
import type { Job } from './job.ts';
import { CRITICAL } from './priority.ts';

export interface AbortInput {
  /** The most urgent one that waits for a slot, or else that has just started. */
  readonly urgent: Admitted | undefined;
  /** It waits for a slot. */
  readonly blocked: boolean;
  readonly active: Iterable<Job>;
  readonly bandwidth: BandwidthEstimate;
}

/** Where less urgent bytes in flight are this many times what the path holds, most of them still lie at the server. */
const OVERFULL = 4;
/** What is left in flight then, of the same. */
const FULL = 1.5;
/** Below this no abort pays for the request that resumes it. */
const LEAST_BYTES = 256 * 1024;
/**
 * What must be won for the urgent one, ms: less nobody notices, and each abort costs about what the path holds. The last high texture that a
 * full window let through may be that much by itself: at 100 Mbit/s x 20 ms with faults, each retried critical file ended one (100 KB waste).
 */
const LEAST_MS = 100;

/**
 * Transfers to end for something more urgent; the rest of them comes later by Range. An abort throws away what is on its way
 * (up to bandwidth x round trip) and costs another request, so only transfers with more than that left are worth it:
 *
 * - no slot is free: the one with the most left, else its slot is free sooner than an abort could make it;
 * - a slot was free, but far more is in flight than the path holds (the first window was too bold, or the network has become
 *   slower): as many as it takes, those with the most left first. A server that sends in turn or in order would let it wait.
 */
export function chooseTransfersToAbort({ urgent, blocked, active, bandwidth }: AbortInput): Job[] {
  if (!urgent) return [];
  const { origin, job: first } = urgent;
  const { value: rate } = bandwidth;
  const { value: roundTrip } = origin.roundTrip;
  // Nothing known: nothing is worth it.
  if (rate === undefined || roundTrip === undefined) return [];
  const held = (rate * roundTrip) / 1000;
  const lower: Job[] = [];
  let inflight = 0;
  for (const job of active) {
    if (!job.attempt || job.attempt.origin !== origin || job.priority.class <= first.priority.class) continue;
    if (job.attempt.abort.signal.aborted) {
      if (blocked) return []; // A slot is about to be free.
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
