/** What a request costs before anything is known of it. */
const FIRST_GUESS = 32 * 1024;
/** An answer takes its headers at least. */
const LEAST = 512;
/** Weight of the newest. */
const NEWEST = 1 / 8;

/**
 * What to reckon with for a download whose length nobody tells (documents): what such ones were of late. With a fixed guess of 32 KB the
 * window let two documents of 1 KB through at a time, and took the little that they brought for the bandwidth.
 */
export class TypicalSize {
  #value = FIRST_GUESS;

  /** Bytes. */
  get value(): number {
    return this.#value;
  }

  /** One has come whole. */
  came(bytes: number): void {
    this.#value += (Math.max(LEAST, bytes) - this.#value) * NEWEST;
  }
}
