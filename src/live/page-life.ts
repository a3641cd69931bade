/** What may happen to the page that shows a room. */
export interface PageListener {
  /** The network is back, as far as the browser knows. */
  online(): void;
  /** The visitor leaves the page. The browser may keep it in its back/forward cache, frozen. */
  hidden(): void;
  /** The page is shown, for the first time or out of the back/forward cache. */
  shown(): void;
}

/** Follows the page until `signal` aborts. Does nothing outside of a page. */
export function followPage(listener: PageListener, signal: AbortSignal): void {
  if (typeof addEventListener !== 'function') return;
  addEventListener('online', () => listener.online(), { signal });
  addEventListener('pagehide', () => listener.hidden(), { signal });
  addEventListener('pageshow', () => listener.shown(), { signal });
}
