import type { Attempt, Job } from '../queue/job.ts';
import type { Origin, Origins } from './origins.ts';
import type { FetchResponse } from './transfer.ts';

/**
 * Discards a partial body whose rest nothing can verify. Without a hash, only the ETag of the place it came from can.
 * @returns discarded bytes.
 */
export function discardUnverifiableBytes(job: Job, url: string): number {
  if (job.hash !== undefined || job.validator?.url === url || job.body.length === 0) return 0;
  // Otherwise two mirrors that cut each answer would alternate for ever.
  job.setbacks++;
  return job.body.reset();
}

/**
 * Begins the next attempt of `job`. After an attempt without an answer, every other attempt is plain. @param now - ms of the
 * queue's clock.
 */
export function beginAttempt(job: Job, url: string, origin: Origin, now: number): Attempt {
  const plain = job.unanswered % 2 === 1;
  const had = job.body.length;
  const fresh = { answered: false, early: false, silentRounds: 0 };
  job.attempt = { abort: new AbortController(), url, origin, startedAt: now, had, plain, ...fresh };
  job.attempts++;
  return job.attempt;
}

/** Takes from the headers of an accepted answer what later attempts need. */
export function readHeaders(job: Job, attempt: Attempt, response: FetchResponse, origins: Origins): void {
  const { url, origin, had, plain } = attempt;
  attempt.answered = true;
  attempt.early = response.early === true;
  const etag = response.headers.get('etag');
  // A weak ETag (W/"…") says that two answers mean the same, not that their bytes are the same.
  job.validator = etag && !etag.startsWith('W/') ? { etag, url } : undefined;
  const encoding = response.headers.get('content-encoding');
  job.encoded = encoding !== null && encoding !== 'identity';
  // A compressed answer, or one whose length the server does not know, states no usable length.
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const before = response.status === 206 ? had : 0;
  job.announced = Number.isSafeInteger(length) && length >= 0 && !job.encoded ? before + length : undefined;
  // Asked for the rest without a condition, the server sent all.
  if (had > 0 && !plain && job.hash !== undefined && response.status !== 206) origin.ranges = false;
  job.answeredBy = response.url || undefined;
  // Our header made the browser ask the redirect's target for permission (CORS preflight), which may fail.
  if (response.url && origins.of(response.url) !== origin) origin.redirects = true;
}
