/**
 * Typed events for what is no DOM element. Listeners are called in the order they were added; a listener that throws does
 * not keep the others from being called: its error is reported as an uncaught one.
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
        // Uncaught, but not in our way. (`reportError` would do, but Node has none.)
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
