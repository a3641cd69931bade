/** Bytes that a request of unknown size costs before anything is known. */
const FIRST_GUESS = 32 * 1024;
/** An answer has at least its headers. */
const LEAST = 512;
/** Weight of the newest size. */
const NEWEST = 1 / 8;

/**
 * Estimates the length of a download whose length is unknown (documents) by the recent ones. With a fixed guess of 32 KB the
 * window admitted two documents of 1 KB at a time and mistook their pace for the bandwidth.
 */
export class TypicalSize {
  #value = FIRST_GUESS;

  /** Bytes. */
  get value(): number {
    return this.#value;
  }

  /** Records that a download of this length has arrived. */
  came(bytes: number): void {
    this.#value += (Math.max(LEAST, bytes) - this.#value) * NEWEST;
  }
}
