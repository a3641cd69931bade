/**
 * Time comes in through this seam, so that tests run on virtual time and a unit test that touches the real clock fails.
 */
export interface Clock {
  /** Milliseconds since an arbitrary origin, never running backwards. */
  now(): number;
  /** Calls `callback` once, `ms` >= 0 milliseconds from now; the result cancels it (harmless when it has run). */
  after(ms: number, callback: () => void): () => void;
}

/** The real clock: `performance.now` and `setTimeout`. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
