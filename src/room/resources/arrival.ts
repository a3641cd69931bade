import type { Clock } from '../../core/clock.ts';
import type { LiveProduct } from '../furniture/live-product.ts';

/** If no more than these bytes arrive within this time, ms, the room opens without what is missing. */
const LATE_MS = 20_000;
const LATE_BYTES = 16 * 1024;
/** After this time, ms, the room opens although documents are missing, if something can be seen. A room may have thousands of files. */
const LONG_MS = 12_000;
/** As long as documents do come. Where nothing comes for that time, the link is used for what the camera does not see. */
const MOVING_MS = 2000;

/**
 * The states of a room, in order. `interactive`: all that the camera sees can be drawn. `whole`: everything can be drawn.
 * `complete`: everything is at its best.
 */
export type ArrivalState = 'interactive' | 'whole' | 'complete';

/** Tracks which products of a room have not arrived, and the state of the room. */
export class Arrival {
  readonly #clock: Clock;
  readonly #openedAt: number;
  /** Products that cannot be drawn yet, and products that can but are not complete. */
  readonly #unready = new Set<LiveProduct>();
  readonly #blurred = new Set<LiveProduct>();
  #documentsDone = false;
  #reached: ArrivalState | undefined;
  /** Whether something takes too long. The room goes on without it. */
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

  /** Whether high textures may be requested: no document is missing that may name something more urgent. */
  get highsMayStart(): boolean {
    return this.#documentsDone || this.#late;
  }

  /** Whether `next` has returned `interactive`. */
  get isInteractive(): boolean {
    return this.#reached !== undefined;
  }

  /** Whether something is still to arrive. */
  get isBusy(): boolean {
    return !this.#documentsDone || this.#unready.size > 0 || this.#blurred.size > 0;
  }

  isWaitingFor(product: LiveProduct): boolean {
    return this.#unready.has(product) || this.#blurred.has(product);
  }

  /** Yields the products of which something is still to arrive. */
  *waiting(): Generator<LiveProduct> {
    yield* this.#unready;
    yield* this.#blurred;
  }

  /** Takes note of a product that is new or has changed. */
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

  /** Takes note of progress: a document or a resource changed. */
  moved(): void {
    this.#movedAt = this.#clock.now();
  }

  /** Whether there was no progress for a while. */
  get isStuck(): boolean {
    return this.#clock.now() - this.#movedAt > MOVING_MS;
  }

  /**
   * Returns the states that were reached since the last call, each once.
   *
   * @param isMissing - returns whether the camera sees something that cannot be drawn yet. Called only if it matters.
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
   * Checks whether nothing has arrived for long (a server that does not answer, or very slowly), or documents take too long. Then the
   * room becomes interactive without the rest, if some of it can be seen, and high textures do not wait for the rest.
   * @param bytes - that have arrived.
   * @returns true once, when that happens.
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
