import type { Attempt, Job } from '../queue/job.ts';
import type { Origin, Origins } from './origins.ts';
import type { FetchResponse } from './transfer.ts';

/**
 * Drops a part that nothing can tell the rest fits to: without a hash only the place that it came from can, by its ETag.
 * @returns bytes that are thrown away.
 */
export function discardUnverifiableBytes(job: Job, url: string): number {
  if (job.hash !== undefined || job.validator?.url === url || job.body.length === 0) return 0;
  // Or two mirrors that cut each answer would take turns for ever.
  job.setbacks++;
  return job.body.reset();
}

/** The next one of `job`: of those that follow one that got no answer, every other one is plain. @param now - ms of the queue's clock. */
export function beginAttempt(job: Job, url: string, origin: Origin, now: number): Attempt {
  const plain = job.unanswered % 2 === 1;
  job.attempt = { abort: new AbortController(), url, origin, startedAt: now, had: job.body.length, plain, answered: false };
  job.attempts++;
  return job.attempt;
}

/** Takes from the headers of an accepted answer what the next attempts must know. */
export function readHeaders(job: Job, attempt: Attempt, response: FetchResponse, origins: Origins): void {
  const { url, origin, had, plain } = attempt;
  attempt.answered = true;
  const etag = response.headers.get('etag');
  // A weak ETag (W/"…") says that two answers mean the same, not that they are the same bytes.
  job.validator = etag && !etag.startsWith('W/') ? { etag, url } : undefined;
  const encoding = response.headers.get('content-encoding');
  job.encoded = encoding !== null && encoding !== 'identity';
  // Of what was compressed on its way, and of what the server does not know itself yet, it tells nothing.
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const before = response.status === 206 ? had : 0;
  job.announced = Number.isSafeInteger(length) && length >= 0 && !job.encoded ? before + length : undefined;
  // Asked for the rest on no condition, it sent all.
  if (had > 0 && !plain && job.hash !== undefined && response.status !== 206) origin.ranges = false;
  // A header of ours made the browser ask that other place first whether it may come, and perhaps fail.
  if (response.url && origins.of(response.url) !== origin) origin.redirects = true;
}
