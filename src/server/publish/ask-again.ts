import { type Clock, systemClock } from '../../core/clock.ts';
import { LONGEST_RETRY_AFTER_MS, retryAfterMs } from '../../core/retry-after.ts';

/** How often a server may ask to wait before its refusal counts. */
const MOST_WAITS = 5;

/**
 * Sends a request that may be repeated, and again where the server is busy (429, 503) and asks to wait (`Retry-After`) for at most a minute.
 * Resolves with the last answer.
 */
export async function askAgain(ask: () => Promise<Response>, clock: Clock = systemClock): Promise<Response> {
  for (let waits = 0; ; waits++) {
    const response = await ask();
    const ms = response.status === 429 || response.status === 503 ? retryAfterMs(response.headers) : undefined;
    if (ms === undefined || ms > LONGEST_RETRY_AFTER_MS || waits === MOST_WAITS) return response;
    await response.body?.cancel();
    await new Promise<void>(resolve => clock.after(ms, resolve));
  }
}

/** `HTTP 503, Retry-After: 99999`: what an error quotes of a refusal. */
export function refusalOf({ status, headers }: Response): string {
  const value = headers.get('retry-after');
  return `HTTP ${status}${value === null ? '' : `, Retry-After: ${value}`}`;
}
