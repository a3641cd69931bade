/** Something that holds what the garbage collector cannot free (GPU objects, workers, listeners). `dispose()` twice is harmless. */
export interface Disposable {
  dispose(): void;
}
