import type { LoadError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { LONGEST_RETRY_AFTER_MS } from '../../core/retry-after.ts';
import type { Job } from '../queue/job.ts';
import { CorruptError, isPage } from './content-check.ts';
import { backoffMs } from './failure.ts';
import { HttpError } from './transfer.ts';

/** Failures in a row without a single byte, for each mirror. */
const MOST_FAILURES = 6;
/**
 * The same where the origin has never answered while another has: a host that does not exist, or sends no CORS header.
 * A room whose resources are all on such a host stayed shut for 8 s with six.
 */
const MOST_MUTE_FAILURES = 4;
/** Failures in all that left nothing to resume from, though bytes arrived: of a server that knows no Range. */
const MOST_SETBACKS = 40;
/** Milliseconds between attempts while offline, in case `online` never fires. */
const OFFLINE_POLL_MS = 30_000;

export type NextStep = { readonly kind: 'now' } | { readonly kind: 'give up' } | { readonly kind: 'later'; readonly ms: number };

export interface FailedAttempt {
  /** The URL of `job.urls` that was tried. */
  readonly url: string;
  /** It delivered at least a byte before it failed, and some of those bytes stay. */
  readonly moved: boolean;
  readonly kept: boolean;
  readonly random: Random;
  /** Whether the origin of a URL is good for work. */
  good(url: string): boolean;
  /** Whether the origin has sent a web page in place of a file, past all caches. */
  readonly sendsPages: boolean;
  /** Whether it has never answered, while another has. */
  mute(url: string): boolean;
}

/**
 * Decides what follows a failed attempt, and keeps the job's counts.
 *
 * Wrong bytes and refusals (404) remove that URL while there are others. Wrong bytes from the last one are requested once more,
 * past all caches; a web page is not, where its origin is known to send pages.
 * Transient failures go to the next good mirror at once, or wait with growing delays. Only failures without progress count, so a bad
 * network that moves at all succeeds in the end.
 * A server that asks for more than a minute (`Retry-After`) is asked once more after a minute.
 */
export function decideRetry(
  job: Job,
  error: LoadError,
  { url, moved, kept, random, sendsPages, good, mute }: FailedAttempt,
): NextStep {
  if (error.failure === 'offline') return { kind: 'later', ms: OFFLINE_POLL_MS };
  if (error instanceof CorruptError || error.failure === 'permanent') {
    if (job.urls.length > 1) {
      job.urls = job.urls.filter(other => other !== url);
      job.corrupt = 0;
      return { kind: 'now' };
    }
    if (error instanceof CorruptError && !(sendsPages && isPage(error)) && job.corrupt++ === 0)
      return { kind: 'later', ms: backoffMs(1, random) };
    return { kind: 'give up' };
  }
  job.failures = moved ? 1 : job.failures + 1;
  if (!kept) job.setbacks++;
  const mirrors = job.urls.length;
  // Every place takes its turn: an origin may be good for everything but this one file.
  job.urls = [...job.urls.filter(other => other !== url), url];
  // This means a refusal. Silence and a 503 are other errors.
  const refused = error.cause instanceof TypeError && job.urls.every(mute);
  if (job.failures >= (refused ? MOST_MUTE_FAILURES : MOST_FAILURES) * mirrors || job.setbacks >= MOST_SETBACKS)
    return { kind: 'give up' };
  if (job.urls.some(other => other !== url && good(other))) return { kind: 'now' };
  const asked = error instanceof HttpError ? error.retryAfterMs : 0;
  // It was asked once more after the longest wait.
  if (asked > LONGEST_RETRY_AFTER_MS && job.putOff++ > 0) return { kind: 'give up' };
  return { kind: 'later', ms: backoffMs(Math.ceil(job.failures / mirrors), random, asked) };
}
