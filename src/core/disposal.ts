/** Something that holds what the garbage collector cannot free (GPU objects, workers, listeners). `dispose()` twice is harmless. */
export interface Disposable {
  dispose(): void;
}

/**
 * Collects what must be undone and undoes it in the reverse order.
 *
 * ```ts
 * const owned = new Disposal();
 * owned.add(() => window.removeEventListener('resize', onResize));
 * owned.dispose();
 * ```
 */
export class Disposal implements Disposable {
  readonly #undo: (() => void)[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Remembers `undo`; runs it at once when already disposed, so that nothing can slip through a race. */
  add(undo: (() => void) | Disposable): void {
    const run = typeof undo === 'function' ? undo : () => undo.dispose();
    if (this.#disposed) run();
    else this.#undo.push(run);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo();
  }
}
