import { type FailureClass, LoadError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { LONGEST_RETRY_AFTER_MS } from '../../core/retry-after.ts';

/** 408 timeout, 425 too early, 429 too many requests: the only ones below 500 that may differ next time. */
const transientStatus = (status: number): boolean => status >= 500 || status === 408 || status === 425 || status === 429;

/** `statusFailure(404) // 'permanent'`, `statusFailure(503) // 'transient'` */
export function statusFailure(status: number): FailureClass {
  return transientStatus(status) ? 'transient' : 'permanent';
}

/**
 * Turns whatever an attempt threw into a LoadError.
 *
 * `fetch` throws the same TypeError for a lost network, a refused connection and a missing CORS header. `moved` (bytes arrived)
 * rules the last one out. Only the first can be told apart, so the message must name the last.
 */
export function asLoadError(error: unknown, url: string, online: boolean, moved = false): LoadError {
  if (error instanceof LoadError) return error;
  if (!online) return new LoadError('the network is gone', { url, failure: 'offline', cause: error });
  const why = error instanceof Error && error.message !== '' ? ` (${error.message})` : '';
  // A scheme without a network (`javascript:`, `file:`) will not improve.
  if (/^(?!https?:)[a-z][a-z0-9+.-]*:/i.test(url)) return new LoadError(`not an http address${why}`, { url, cause: error });
  const elsewhere = globalThis.origin && originOf(url) !== globalThis.origin;
  const hint = elsewhere && !moved && error instanceof TypeError ? '; another origin must send Access-Control-Allow-Origin' : '';
  return new LoadError(`the network failed${why}${hint}`, { url, failure: 'transient', cause: error });
}

function originOf(url: string): string {
  return new URL(url, globalThis.location.href).origin;
}

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 15_000;

/**
 * How long to wait before the next attempt. Doubles with each failure. Half of it is random, so that many clients that failed
 * together do not return together.
 *
 * @param failures - in a row, >= 1.
 * @param retryAfterMs - what the server asked for, if it did. The result is never less than that, but at most a minute.
 * @returns ms: 150..300, 300..600, 600..1200, … 7500..15000.
 */
export function backoffMs(failures: number, random: Random, retryAfterMs = 0): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return Math.max(Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS), ceiling * (0.5 + 0.5 * random()));
}
