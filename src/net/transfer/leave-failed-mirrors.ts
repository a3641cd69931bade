/** How long a failed mirror is left alone, ms. Doubles with each further failure. */
const LEAVE_MS = 15_000;
const LONGEST_LEAVE_MS = 300_000;

/** Leaves a mirror (or any origin) alone after a failure, then lets one request probe it. */
export class FailedMirror {
  #failures = 0;
  #leftUntil = Number.NEGATIVE_INFINITY;
  #probing = false;

  /** Whether it is good for work: it did not fail recently, or it is time for one probe. */
  good(now: number): boolean {
    return this.#failures === 0 || (now >= this.#leftUntil && !this.#probing);
  }

  /** When it will be requested again, ms of the queue's clock. */
  get leftUntil(): number {
    return this.#probing ? Number.POSITIVE_INFINITY : this.#leftUntil;
  }

  /** A request to it starts. */
  started(): void {
    if (this.#failures > 0) this.#probing = true;
  }

  ended(): void {
    this.#probing = false;
  }

  worked(): void {
    this.#failures = 0;
    // Otherwise the next failure would count as one in flight together with the last.
    this.#leftUntil = Number.NEGATIVE_INFINITY;
  }

  failed(now: number): void {
    // Transfers that were in flight together fail together. That counts once.
    if (now < this.#leftUntil) return;
    this.#failures++;
    this.#leftUntil = now + Math.min(LONGEST_LEAVE_MS, LEAVE_MS * 2 ** (this.#failures - 1));
  }
}
