import { LoadError } from '../../core/errors.ts';
import { wrongBytes } from './content-check.ts';

/** More than any resource of a room. */
const LARGEST_BODY = 512 * 1024 * 1024;
const FIRST_GUESS = 32 * 1024;
/**
 * How much is allocated at once for a length that a document declares. Beyond it, at most twice what has arrived: documents can
 * lie.
 */
const MOST_TRUSTED = 1024 * 1024;

/** The bytes of a download as far as they have arrived. Outlives an attempt, so that the next one can resume. */
export class PartialBody {
  readonly #url: string;
  readonly #expected: number | undefined;
  readonly #most: number;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;

  /**
   * @param url - for errors.
   * @param expected - exact length where the document states it.
   * @param most - bytes that may arrive where it does not.
   * @throws LoadError for a length that cannot be held.
   */
  constructor(url: string, expected?: number, most = LARGEST_BODY) {
    if (expected !== undefined && !(Number.isInteger(expected) && expected >= 0 && expected <= LARGEST_BODY))
      throw new LoadError(`a length of ${expected} bytes is not loadable (at most ${LARGEST_BODY})`, { url });
    this.#url = url;
    this.#expected = expected;
    this.#most = most <= LARGEST_BODY ? most : LARGEST_BODY;
  }

  get length(): number {
    return this.#length;
  }

  /** The first byte, once it has arrived. */
  get first(): number | undefined {
    return this.#length > 0 ? this.#buffer?.[0] : undefined;
  }

  get expected(): number | undefined {
    return this.#expected;
  }

  /**
   * @throws CorruptError when more arrives than expected, LoadError when more arrives than allowed: a retry would
   * deliver it again.
   */
  append(chunk: Uint8Array): void {
    const end = this.#length + chunk.length;
    if (this.#expected !== undefined && end > this.#expected)
      throw wrongBytes(`more than the expected ${this.#expected} bytes came`, this.#url, this.first ?? chunk[0]);
    if (end > this.#most) throw new LoadError(`more than ${this.#most} bytes came`, { url: this.#url });
    if (!this.#buffer || end > this.#buffer.length) this.#grow(end);
    this.#buffer?.set(chunk, this.#length);
    this.#length = end;
  }

  /** Discards everything. @returns how many bytes were discarded. */
  reset(): number {
    const wasted = this.#length;
    this.#length = 0;
    return wasted;
  }

  /** Hands the bytes over. The body is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const buffer = this.#buffer ?? new Uint8Array(0);
    const bytes = buffer.length === this.#length ? buffer : buffer.slice(0, this.#length);
    this.#buffer = undefined;
    this.#length = 0;
    return bytes;
  }

  #grow(end: number): void {
    const twice = Math.max(end, 2 * (this.#buffer?.length ?? 0));
    const expected = this.#expected;
    const size = expected === undefined ? Math.max(FIRST_GUESS, twice) : Math.min(expected, Math.max(MOST_TRUSTED, twice));
    const grown = allocate(size, this.#url);
    if (this.#buffer) grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

function allocate(size: number, url: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new LoadError(`there is no memory for ${size} bytes`, { url, cause });
  }
}
