import type { LoadError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { Job } from '../queue/job.ts';
import { CorruptError } from './content-check.ts';
import { backoffMs } from './failure.ts';
import { HttpError } from './transfer.ts';

/** Failures in a row without a single byte, a mirror. */
const MOST_FAILURES = 6;
/**
 * The same where the origin has never answered while another has: a host that is not there, or no CORS header on any of its files. A room
 * whose resources are all on such a host was shut for 8 s with six.
 */
const MOST_MUTE_FAILURES = 4;
/** Failures in all that left nothing to go on from, though bytes came: of a server that knows no Range. */
const MOST_SETBACKS = 40;
/** Should the `online` event never come. */
const OFFLINE_POLL_MS = 30_000;

export type NextStep = { readonly kind: 'now' } | { readonly kind: 'give up' } | { readonly kind: 'later'; readonly ms: number };

export interface FailedAttempt {
  /** The one of `job.urls` that was tried. */
  readonly url: string;
  /** It brought at least a byte before it failed; some of what it brought stays. */
  readonly moved: boolean;
  readonly kept: boolean;
  readonly random: Random;
  /** Whether the origin of a URL is good for work. */
  good(url: string): boolean;
  /** Whether it has never answered, while another has. */
  mute(url: string): boolean;
}

/**
 * What to do after a failed attempt; keeps the job's counts.
 *
 * Wrong bytes and refusals (404) strike that URL off while there are others. Wrong bytes from the last one are asked for
 * once more, past all caches. Passing failures go to the next good mirror at once, or wait with growing delays; only those
 * without progress count, so that a bad network that moves at all gets there in the end.
 */
export function decideRetry(job: Job, error: LoadError, { url, moved, kept, random, good, mute }: FailedAttempt): NextStep {
  if (error.failure === 'offline') return { kind: 'later', ms: OFFLINE_POLL_MS };
  if (error instanceof CorruptError || error.failure === 'permanent') {
    if (job.urls.length > 1) {
      job.urls = job.urls.filter(other => other !== url);
      job.corrupt = 0;
      return { kind: 'now' };
    }
    if (error instanceof CorruptError && job.corrupt++ === 0) return { kind: 'later', ms: backoffMs(1, random) };
    return { kind: 'give up' };
  }
  job.failures = moved ? 1 : job.failures + 1;
  if (!kept) job.setbacks++;
  const mirrors = job.urls.length;
  // Every place has its turn: an origin may be good for work but for this one file.
  job.urls = [...job.urls.filter(other => other !== url), url];
  // A refusal, that is: silence and answers that say 503 are told by other errors.
  const refused = error.cause instanceof TypeError && job.urls.every(mute);
  if (job.failures >= (refused ? MOST_MUTE_FAILURES : MOST_FAILURES) * mirrors || job.setbacks >= MOST_SETBACKS)
    return { kind: 'give up' };
  if (job.urls.some(other => other !== url && good(other))) return { kind: 'now' };
  const asked = error instanceof HttpError ? error.retryAfterMs : 0;
  return { kind: 'later', ms: backoffMs(Math.ceil(job.failures / mirrors), random, asked) };
}
