/** A source of time. Injected, so that tests run on virtual time and a unit test that reads the real clock fails. */
export interface Clock {
  /** Milliseconds since an arbitrary origin. Never runs backwards. */
  now(): number;
  /** Calls `callback` once, `ms` >= 0 milliseconds from now. The result cancels it, and is harmless once it has run. */
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
