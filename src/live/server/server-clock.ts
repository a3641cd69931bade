import { type Clock, systemClock } from '../../core/clock.ts';

/** Two clocks drift apart by at most this much of the time that passes. */
const DRIFT = 1e-4;

/**
 * Estimates the server's clock, on which walks start. A response made at `t` was requested before `t` and arrived after it. So each response
 * narrows the interval of the difference between both clocks (Marzullo's algorithm for one source).
 */
export class ServerClock {
  readonly #clock: Clock;
  /** The server's time minus ours, ms: at least and at most. */
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;
  #narrowedAt = 0;
  #offset: number;

  /** @param wall - the page's wall clock, ms since 1970, taken for the server's until a response says better. */
  constructor(clock: Clock = systemClock, wall: number = Date.now()) {
    this.#clock = clock;
    this.#offset = wall - clock.now();
  }

  /** Seconds since 1970 on the server's clock. */
  get now(): number {
    return (this.#clock.now() + this.#offset) / 1000;
  }

  /** How far `now` may be off, ms; infinite before the first response. */
  get uncertainty(): number {
    return (this.#most - this.#least) / 2;
  }

  /** Learns from a response: `Server-Timing: clock;desc="<seconds since 1970>"`, else `Date`, which counts whole seconds. */
  learn(headers: Pick<Headers, 'get'>, sentAt: number, receivedAt: number): void {
    const exact = Number(/clock;desc="([\d.]+)"/.exec(headers.get('server-timing') ?? '')?.[1] ?? Number.NaN);
    if (exact > 0) this.sample(exact * 1000, sentAt, receivedAt, 1);
    else this.sample(Date.parse(headers.get('date') ?? ''), sentAt, receivedAt, 1000);
  }

  /**
   * @param time - the server's, ms since 1970, cut to a multiple of `resolution` ms. NaN is ignored.
   * @param sentAt - when the request was sent, ms on this page's clock. `receivedAt`: when the response arrived.
   */
  sample(time: number, sentAt: number, receivedAt: number, resolution: number): void {
    if (!Number.isFinite(time)) return;
    const least = time - receivedAt;
    const most = time + resolution - sentAt;
    const drift = DRIFT * (receivedAt - this.#narrowedAt);
    this.#narrowedAt = receivedAt;
    this.#least = Math.max(this.#least - drift, least);
    this.#most = Math.min(this.#most + drift, most);
    // One of the clocks was set: the latest response is right.
    if (this.#least > this.#most) [this.#least, this.#most] = [least, most];
    this.#offset = (this.#least + this.#most) / 2;
  }
}
