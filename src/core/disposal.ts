/** Holds what the garbage collector cannot free: GPU objects, workers, listeners. Calling `dispose()` twice is harmless. */
export interface Disposable {
  dispose(): void;
}
