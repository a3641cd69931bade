import type { Clock } from '../../core/clock.ts';
import type { LiveProduct } from '../furniture/live-product.ts';

/** Milliseconds without anything new, and bytes that are next to nothing: what hangs that long keeps nobody outside the room. */
const LATE_MS = 20_000;
const LATE_BYTES = 16 * 1024;
/** Milliseconds that documents may take before a visitor who can see something is let in: a room of thousands of files goes on coming. */
const LONG_MS = 12_000;
/** As long as documents do come. */
const MOVING_MS = 2000;

/**
 * How much of a room is there, in this order. `interactive`: all that the camera sees can be drawn. `whole`: so can everything.
 * `complete`: at its best.
 */
export type ArrivalState = 'interactive' | 'whole' | 'complete';

/** Knows which products of a room have not arrived, and what the room is by that. */
export class Arrival {
  readonly #clock: Clock;
  readonly #openedAt: number;
  /** Products that cannot be drawn yet, and those that can but are not at their best. */
  readonly #unready = new Set<LiveProduct>();
  readonly #blurred = new Set<LiveProduct>();
  #documentsDone = false;
  #reached: ArrivalState | undefined;
  /** Something hangs or drags on: the rest goes on without it. */
  #late = false;
  #movedAt: number;
  #movedBytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#openedAt = this.#movedAt = clock.now();
  }

  get documentsDone(): boolean {
    return this.#documentsDone;
  }

  set documentsDone(done: boolean) {
    this.#documentsDone = done;
  }

  /** Whether high textures may be asked for: no document is to come that may bring something more urgent. */
  get highsMayStart(): boolean {
    return this.#documentsDone || this.#late;
  }

  /** Whether `next` has returned `interactive`. */
  get isInteractive(): boolean {
    return this.#reached !== undefined;
  }

  /** Whether something is on its way. */
  get isBusy(): boolean {
    return !this.#documentsDone || this.#unready.size > 0 || this.#blurred.size > 0;
  }

  isWaitingFor(product: LiveProduct): boolean {
    return this.#unready.has(product) || this.#blurred.has(product);
  }

  /** Products that something is still to arrive of. */
  *waiting(): Generator<LiveProduct> {
    yield* this.#unready;
    yield* this.#blurred;
  }

  /** A product is new, or has changed. */
  note(product: LiveProduct): void {
    const ready = product.drawable;
    if (ready) this.#unready.delete(product);
    else this.#unready.add(product);
    if (!ready || product.sharp) this.#blurred.delete(product);
    else this.#blurred.add(product);
  }

  forget(product: LiveProduct): void {
    this.#unready.delete(product);
    this.#blurred.delete(product);
  }

  /** Something moved: a document or a resource changed. */
  moved(): void {
    this.#movedAt = this.#clock.now();
  }

  /**
   * Returns what has been reached that was not before; each once.
   *
   * @param isMissing - whether the camera sees something that cannot be drawn yet. It is called only when that can decide.
   */
  next(isMissing: () => boolean): ArrivalState | undefined {
    if (!this.highsMayStart) return undefined;
    const whole = this.#documentsDone && this.#unready.size === 0;
    if (!this.#reached) {
      if (whole || this.#late || (this.#documentsDone && !isMissing())) return (this.#reached = 'interactive');
    } else if (this.#reached === 'interactive' && whole) return (this.#reached = 'whole');
    else if (this.#reached === 'whole' && this.#blurred.size === 0 && whole) return (this.#reached = 'complete');
    return undefined;
  }

  /**
   * Looks whether nothing has arrived for long (a server that does not answer, or drips), or documents take too long. Then the room
   * becomes interactive without the rest, if some of it can be seen, and high textures need not wait for the rest.
   * @param bytes - that have arrived.
   * @returns true once, when that is so.
   */
  isLate(bytes: number, canSeeSome: () => boolean): boolean {
    if (this.#late) return false;
    const now = this.#clock.now();
    if (bytes - this.#movedBytes > LATE_BYTES) {
      this.#movedBytes = bytes;
      this.#movedAt = now;
    }
    const drags = !this.#documentsDone && now - this.#openedAt >= LONG_MS && now - this.#movedAt < MOVING_MS;
    if (!drags && now - this.#movedAt < LATE_MS) return false;
    this.#late = canSeeSome();
    return this.#late;
  }
}
