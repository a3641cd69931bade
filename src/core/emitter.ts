/**
 * Typed events for objects that are no DOM elements. Listeners are called in the order they were added.
 * A listener that throws does not stop the others: its error is reported as uncaught.
 *
 * ```ts
 * const emitter = new Emitter<{ progress: { done: number } }>();
 * const off = emitter.on('progress', ({ done }) => console.log(done));
 * emitter.emit('progress', { done: 3 }); // prints 3
 * off();
 * ```
 */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** @returns a function that removes the listener again. */
  on<K extends keyof Events>(type: K, listener: (event: Events[K]) => void): () => void {
    let set = this.#listeners.get(type);
    if (!set) this.#listeners.set(type, (set = new Set()));
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  }

  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        (listener as (event: Events[K]) => void)(event);
      } catch (error) {
        // Reported as uncaught, without stopping the loop. Node has no `reportError`.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
