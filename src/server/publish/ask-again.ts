import { type Clock, systemClock } from '../../core/clock.ts';
import { LONGEST_RETRY_AFTER_MS, retryAfterMs } from '../../core/retry-after.ts';
import { untilAborted } from '../../core/until-aborted.ts';

/** How often a server may ask to wait before its refusal counts. */
const MOST_WAITS = 5;

/**
 * Sends a request that may be repeated, and again where the server is busy (429, 503) and asks to wait (`Retry-After`) for at most a minute.
 * Resolves with the last answer.
 *
 * @throws the reason of `signal`, which ends the wait too.
 */
export async function askAgain(
  ask: (signal: AbortSignal | null) => Promise<Response>,
  { clock = systemClock, signal }: { readonly clock?: Clock | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Response> {
  for (let waits = 0; ; waits++) {
    signal?.throwIfAborted();
    const response = await ask(signal ?? null);
    const ms = response.status === 429 || response.status === 503 ? retryAfterMs(response.headers) : undefined;
    if (ms === undefined || ms > LONGEST_RETRY_AFTER_MS || waits === MOST_WAITS) return response;
    await response.body?.cancel();
    let stop = (): void => {};
    const wait = new Promise<void>(resolve => {
      stop = clock.after(ms, resolve);
    });
    await (signal ? untilAborted(wait, signal).finally(stop) : wait);
  }
}

/** `HTTP 503, Retry-After: 99999`: what an error quotes of a refusal. */
export function refusalOf({ status, headers }: Response): string {
  const value = headers.get('retry-after');
  return `HTTP ${status}${value === null ? '' : `, Retry-After: ${value}`}`;
}
