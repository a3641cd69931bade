/** The latencies of the last requests, for percentiles that are shown live. */
export class LatencyWindow {
  readonly #values = new Float64Array(2048);
  #count = 0;

  /** @param ms - >= 0 */
  add(ms: number): void {
    this.#values[this.#count++ % this.#values.length] = ms;
  }

  /** Returns percentiles of what was added since the last call, at most the last 2,048. Zeros if nothing was added. */
  take(): { readonly p50: number; readonly p95: number; readonly p99: number } {
    const sorted = this.#values.slice(0, Math.min(this.#count, this.#values.length)).sort();
    this.#count = 0;
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
