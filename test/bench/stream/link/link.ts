import type { Clock } from '../../../../src/core/clock.ts';

export interface LinkProfile {
  /** Bits a second of the bottleneck that all connections share, > 0. */
  readonly bitsPerSecond: number;
  /** Milliseconds there and back, >= 0. */
  readonly rttMs: number;
}

/**
 * Bytes of one turn of a connection: four TCP segments, so that connections share the link as packets would; on a fast link what
 * passes in 2 ms, because every turn costs the processor a timer and a write, and the link must not be the machine.
 */
const QUANTUM = 4 * 1460;
const QUANTUM_MS = 2;
/** A link that was idle may send this many milliseconds' worth at once. */
const BURST_MS = 4;
/** A busy link whose timer comes late catches up on this much: a loaded machine must not become a slower link. */
const CATCH_UP_MS = 300;

interface Packet {
  readonly bytes: Uint8Array;
  sent: number;
  readonly deliver: (bytes: Uint8Array) => void;
  readonly left: () => void;
}

/**
 * The way from server to clients: one token bucket that all connections share, in turn, and then half a round trip of delay.
 * What is not modelled: packet loss, TCP slow start, a router's queue (a connection is told to wait instead).
 */
export class Downlink {
  readonly #clock: Clock;
  readonly #bytesPerMs: number;
  readonly #delay: number;
  readonly #quantum: number;
  readonly #queues = new Map<object, Packet[]>();
  readonly #turn: object[] = [];
  #tokens = 0;
  #filledAt = 0;
  #busy = false;
  #timer: (() => void) | undefined;
  /** Bytes that have passed the bottleneck. */
  bytes = 0;

  constructor(clock: Clock, { bitsPerSecond, rttMs }: LinkProfile) {
    this.#clock = clock;
    this.#bytesPerMs = bitsPerSecond / 8 / 1000;
    this.#delay = rttMs / 2;
    this.#quantum = Math.max(QUANTUM, Math.floor(QUANTUM_MS * this.#bytesPerMs));
    this.#filledAt = clock.now();
  }

  /**
   * Queues `bytes` of `connection` behind what it has queued before.
   *
   * @param deliver - called with each piece, half a round trip after it has passed the bottleneck, in order.
   * @param left - called once when all have passed the bottleneck: the next may come.
   */
  send(connection: object, bytes: Uint8Array, deliver: (bytes: Uint8Array) => void, left: () => void): void {
    let queue = this.#queues.get(connection);
    if (!queue) {
      this.#queues.set(connection, (queue = []));
      this.#turn.push(connection);
    }
    queue.push({ bytes, sent: 0, deliver, left });
    this.#pump();
  }

  /** Forgets what `connection` still has queued. */
  drop(connection: object): void {
    this.#queues.delete(connection);
    const at = this.#turn.indexOf(connection);
    if (at >= 0) this.#turn.splice(at, 1);
  }

  #pump(): void {
    const now = this.#clock.now();
    const most = (this.#busy ? CATCH_UP_MS : BURST_MS) * this.#bytesPerMs;
    this.#tokens = Math.min(this.#tokens + (now - this.#filledAt) * this.#bytesPerMs, Math.max(this.#quantum, most));
    this.#filledAt = now;
    while (this.#tokens >= 1 && this.#turn.length > 0) this.#serveNext();
    this.#busy = this.#turn.length > 0;
    if (this.#busy && !this.#timer) {
      const wait = Math.max(1, Math.min(this.#quantum, this.#turn.length * this.#quantum) / this.#bytesPerMs);
      this.#timer = this.#clock.after(wait, () => {
        this.#timer = undefined;
        this.#pump();
      });
    }
  }

  #serveNext(): void {
    const connection = this.#turn.shift() as object;
    const queue = this.#queues.get(connection);
    const packet = queue?.[0];
    if (!queue || !packet) return;
    const size = Math.min(this.#quantum, packet.bytes.length - packet.sent, Math.max(1, Math.floor(this.#tokens)));
    const piece = packet.bytes.subarray(packet.sent, packet.sent + size);
    packet.sent += size;
    this.#tokens -= size;
    this.bytes += size;
    this.#clock.after(this.#delay, () => packet.deliver(piece));
    const whole = packet.sent >= packet.bytes.length;
    if (whole) queue.shift();
    if (queue.length > 0) this.#turn.push(connection);
    else this.#queues.delete(connection);
    if (whole) packet.left();
  }
}
