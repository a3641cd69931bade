/**
 * Estimates how fast the network path is.
 *
 * The filters here and in round-trip-estimate.ts are those of BBR (Cardwell et al., "BBR: Congestion-Based Congestion Control",
 * ACM Queue 14/5, 2016): the largest recent delivery rate and the smallest recent round trip. Queues on the way can only lower
 * the first and raise the second. The end of the start phase is BBR's too.
 */

/** A sample of the delivery rate spans at least this, ms: longer than the bursts in which a browser hands over bytes. */
const SAMPLE_MS = 50;
/** Bytes and ms of the shortest burst that counts. */
const BURST_BYTES = 24 * 1024;
const BURST_MS = 4;
const SAMPLES = 12;

/** The path is full when the rate has grown by less than a quarter for this long and over this many samples. */
const PLATEAU_MS = 300;
const PLATEAU_SAMPLES = 3;
const GROWTH = 1.25;

/** Bytes a second that the path delivers while it has enough to do. */
export class BandwidthEstimate {
  readonly #samples: number[] = [];
  #value: number | undefined;
  #assumed: number | undefined;
  #since = -1;
  #bytes = 0;
  #saturated = true;
  /** The rate of the last growth, its time, and the samples since. A negative time: the path has been full. */
  #grownTo = 0;
  #grownAt = 0;
  #samplesSince = 0;

  /** Bytes a second; undefined before the first sample. */
  get value(): number | undefined {
    return this.#value;
  }

  /** Starts from a former visit's measurement. The first real sample replaces it. */
  assume(bytesPerSecond: number): void {
    if (this.#samples.length === 0 && bytesPerSecond > 0) this.#assumed = bytesPerSecond;
  }

  get valueOrAssumed(): number | undefined {
    return this.value ?? this.#assumed;
  }

  /**
   * Whether the rate still grows: neither the path nor the sender's congestion window was full yet, so more in flight may deliver
   * more.
   */
  get growing(): boolean {
    return this.#grownAt >= 0;
  }

  /**
   * @param bytes - that have just arrived, of any transfer but those that were requested early.
   * @param saturated - more waits than the window admits: a low rate is then the path's and not ours.
   */
  received(bytes: number, now: number, saturated: boolean): void {
    if (this.#since < 0) {
      // The time of the first bytes is unknown. Timing starts with them, and they do not count.
      this.#since = now;
      this.#bytes = 0;
      this.#saturated = true;
      return;
    }
    this.#bytes += bytes;
    this.#saturated &&= saturated;
    if (now - this.#since < SAMPLE_MS) return;
    this.#push(now);
    this.#since = now;
    this.#bytes = 0;
    this.#saturated = true;
  }

  /** Nothing is in flight any more. Silence from here on says nothing about the path. */
  idle(now: number): void {
    if (this.#since >= 0 && this.#bytes >= BURST_BYTES && now - this.#since >= BURST_MS) {
      this.#saturated = false;
      this.#push(now);
    }
    this.#since = -1;
  }

  #push(now: number): void {
    const rate = (this.#bytes / (now - this.#since)) * 1000;
    if (!this.#saturated && rate < (this.value ?? 0)) return;
    this.#samples.push(rate);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    const sorted = [...this.#samples].sort((a, b) => b - a);
    // With a few samples, the largest may be a burst that piled up behind a busy main thread. The second largest is safer.
    this.#value = sorted.length >= 4 ? sorted[1] : sorted[0];
    this.#watchGrowth(rate, now);
  }

  #watchGrowth(rate: number, now: number): void {
    if (!this.growing) return;
    if (rate >= GROWTH * this.#grownTo) {
      this.#grownTo = rate;
      this.#grownAt = now;
      this.#samplesSince = 0;
    } else if (++this.#samplesSince >= PLATEAU_SAMPLES && now - this.#grownAt >= PLATEAU_MS) this.#grownAt = -1;
  }
}
