/** Lets resources through to the decoder, the most urgent first. */
import type { RoomResource } from './room-resource.ts';

/** Jobs that a decoder's workers have at hand (`AT_HAND` in src/assets/threads/worker-pool.ts): they take these in the order in which they come. */
const AT_HAND = 8;

/**
 * Orders decoding by class, and by arrival within a class. On a fast link, all of the lounge's critical files arrive in 0.3 s, and decoding
 * takes more than a second: what the camera sees comes first.
 */
export class DecodeTurns {
  #running = 0;
  readonly #waiting = new Map<RoomResource, () => void>();

  /**
   * Does `work` when it is the resource's turn.
   * @throws the signal's reason where it is aborted before, and what `work` throws.
   */
  async take<T>(resource: RoomResource, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#running < AT_HAND) this.#running++;
    else await this.#turn(resource, signal);
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Resolves when a place is free; it is the resource's then. */
  #turn(resource: RoomResource, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(resource, resolve);
      const leave = () => {
        if (this.#waiting.get(resource) !== resolve) return;
        this.#waiting.delete(resource);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #next(): void {
    let first: RoomResource | undefined;
    for (const resource of this.#waiting.keys()) if (!first || resource.priority.class < first.priority.class) first = resource;
    if (first) {
      this.#waiting.get(first)?.();
      this.#waiting.delete(first);
    } else this.#running--;
  }
}
