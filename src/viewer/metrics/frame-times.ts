const KEPT = 240;

/** The latest frame times, for their median and 95th percentile. `add` allocates nothing. */
export class FrameTimes {
  readonly #times = new Float32Array(KEPT);
  #count = 0;

  /** @param ms - from one frame to the next. */
  add(ms: number): void {
    this.#times[this.#count++ % KEPT] = ms;
  }

  reset(): void {
    this.#count = 0;
  }

  /** Milliseconds; 0 before the first frame. */
  get summary(): { readonly median: number; readonly p95: number } {
    const sorted = this.#times.slice(0, Math.min(this.#count, KEPT)).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { median: at(0.5), p95: at(0.95) };
  }
}
