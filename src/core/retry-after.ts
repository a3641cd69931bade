/** The longest that a client waits because a server asks for it, ms. Nobody watches a page for longer than that. */
export const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Returns how long a server asks to wait, ms, > 0. Undefined without `Retry-After`, and where it is 0, negative, past or invalid.
 * A date counts from the answer's own `Date`: clocks differ. The result is untrusted and may be Infinity.
 *
 * ```ts
 * retryAfterMs(new Headers({ 'retry-after': '2' })) // 2000
 * retryAfterMs(new Headers({ 'retry-after': 'soon' })) // undefined
 * ```
 */
export function retryAfterMs(headers: { get(name: string): string | null }): number | undefined {
  const value = headers.get('retry-after') ?? '';
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : / GMT$/.test(value)
      ? Date.parse(value) - Date.parse(headers.get('date') ?? '')
      : 0;
  return ms > 0 ? ms : undefined;
}
