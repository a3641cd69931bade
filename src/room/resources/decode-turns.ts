/** Passes resources to the decoder, the most urgent first. */
import { AT_HAND } from '../../assets/threads/worker-pool.ts';
import type { RoomResource } from './room-resource.ts';

/**
 * Orders decoding by class, and by arrival within a class. On a fast link, all of the lounge's critical files arrive in 0.3 s, and decoding
 * takes more than a second: what the camera sees comes first.
 */
export class DecodeTurns {
  #running = 0;
  readonly #waiting: { readonly resource: RoomResource; readonly go: () => void }[] = [];

  /** Whether more wait than the workers have at hand. */
  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Runs `work` when it is the resource's turn.
   * @throws the signal's reason if it aborts before, and what `work` throws.
   */
  async take<T>(resource: RoomResource, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    // Workers process their input in the order of arrival.
    if (this.#running < AT_HAND) this.#running++;
    // A resource that has ended left its place to this one.
    else await new Promise<void>(go => this.#waiting.push({ resource, go }));
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#next();
    }
  }

  #next(): void {
    const waiting = this.#waiting;
    let first = 0;
    for (let i = 1; i < waiting.length; i++)
      if (waiting[i].resource.priority.class < waiting[first].resource.priority.class) first = i;
    if (waiting.length > 0) waiting.splice(first, 1)[0].go();
    else this.#running--;
  }
}
