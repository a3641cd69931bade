/** What the browser tells of a request once it is over. */
export interface Timing {
  readonly url: string;
  /** ALPN name; undefined where the origin hides it (no Timing-Allow-Origin). */
  readonly protocol: string | undefined;
  /** From the request to the first byte of the answer, connecting and waiting for a connection not counted; undefined where hidden or out of a cache. */
  readonly roundTripMs: number | undefined;
}

/** Calls the listener for each request of the page; @returns a function that ends it. */
export type TimingSource = (listener: (timing: Timing) => void) => () => void;

const TYPES = ['navigation', 'resource'] as const;

/**
 * Those of the page so far at once (itself included: the protocol of its origin must be known before the first request is
 * planned, and an observer tells only in a later task), the rest by PerformanceObserver; without one (Node), nothing.
 */
export const browserTimings: TimingSource = listener => {
  if (typeof PerformanceObserver === 'undefined' || typeof document === 'undefined') return () => {};
  const tell = (entries: readonly PerformanceEntry[]) => {
    for (const entry of entries) if (isTiming(entry)) listener(timingOf(entry));
  };
  for (const type of TYPES) tell(performance.getEntriesByType(type));
  const observer = new PerformanceObserver(list => tell(list.getEntries()));
  for (const type of TYPES) {
    try {
      observer.observe({ type });
    } catch {
      // An old browser that does not know the type: the estimates do without.
    }
  }
  return () => observer.disconnect();
};

const isTiming = (entry: PerformanceEntry): entry is PerformanceResourceTiming => 'requestStart' in entry;

function timingOf(entry: PerformanceResourceTiming): Timing {
  const { requestStart, responseStart, transferSize, nextHopProtocol } = entry;
  const overNetwork = transferSize > 0 && requestStart > 0 && responseStart > requestStart;
  return {
    url: entry.name,
    protocol: nextHopProtocol || undefined,
    roundTripMs: overNetwork ? responseStart - requestStart : undefined,
  };
}
