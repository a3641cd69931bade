/** Reads numbers and text from untrusted bytes. */
import { FormatError } from '../../core/errors.ts';

/** Maximum length or coordinate. No model is larger, and 32-bit floats lose the millimetre beyond it. */
export const MAX_COORDINATE = 1e7;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('latin1');

/**
 * Reads numbers from bytes one after another, little-endian by default. It checks each read against the end and each float
 * against NaN.
 */
export class ByteCursor {
  readonly url: string;
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** Whether the following numbers are little-endian. */
  littleEndian = true;

  constructor(bytes: Uint8Array, url: string) {
    this.bytes = bytes;
    this.url = url;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  /** @throws FormatError at the value that was read last, `size` bytes back. */
  fail(reason: string, size = 0, value?: unknown): never {
    throw new FormatError(reason, { url: this.url, at: `byte ${this.#at - size}`, ...(value === undefined ? {} : { value }) });
  }

  #take(size: number, what: string): number {
    if (this.left < size) this.fail(`the file ends within ${what}: ${size} bytes are needed, ${this.left} are left`);
    const at = this.#at;
    this.#at += size;
    return at;
  }

  u8(what: string): number {
    return this.#view.getUint8(this.#take(1, what));
  }

  u16(what: string): number {
    return this.#view.getUint16(this.#take(2, what), this.littleEndian);
  }

  i16(what: string): number {
    return this.#view.getInt16(this.#take(2, what), this.littleEndian);
  }

  u32(what: string): number {
    return this.#view.getUint32(this.#take(4, what), this.littleEndian);
  }

  i32(what: string): number {
    return this.#view.getInt32(this.#take(4, what), this.littleEndian);
  }

  /** Reads a finite float. */
  f32(what: string): number {
    const value = this.#view.getFloat32(this.#take(4, what), this.littleEndian);
    if (!Number.isFinite(value)) this.fail(`${what} is no number`, 4, value);
    return value;
  }

  /** Reads a float within ±MAX_COORDINATE. */
  coordinate(what: string): number {
    const value = this.f32(what);
    if (Math.abs(value) > MAX_COORDINATE) this.fail(`${what} is beyond all measure`, 4, value);
    return value;
  }

  coordinates(n: number, what: string): number[] {
    const values: number[] = [];
    for (let i = 0; i < n; i++) values.push(this.coordinate(what));
    return values;
  }

  /**
   * Reads a count of items of at least `each` bytes. It refuses a count that the rest of the file cannot hold, before any
   * allocation.
   */
  count(what: string, each: number, least = 0): number {
    const n = this.i32(`the number of ${what}`);
    if (n < least) this.fail(`the number of ${what} must be at least ${least}`, 4, n);
    if (n * each > this.left) this.fail(`${n} ${what} cannot be in the ${this.left} bytes that are left`, 4, n);
    return n;
  }

  /** Moves to a byte that was read before. A part of a file may have two layouts. */
  seek(at: number): void {
    this.#at = at;
  }

  /**
   * Reads a length (which includes the closing zero), then the characters: UTF-8, else Latin-1. @param open - whether the zero
   * may be missing.
   */
  string(what: string, open = false): string {
    const length = this.i32(`the length of ${what}`);
    if (length < 0 || length > this.left)
      this.fail(`${what} of ${length} characters cannot be in the ${this.left} bytes that are left`, 4);
    if (length === 0) return '';
    const raw = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    const end = raw.indexOf(0);
    if (end < 0 && !open) this.fail(`${what} has no end`, length);
    return decodeText(end < 0 ? raw : raw.subarray(0, end));
  }
}

/** Decodes a whole text file: as UTF-16 where it begins with its mark or a letter of two bytes, else like `decodeText`. */
export function decodeTextFile(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first > 0 && second === 0)) return new TextDecoder('utf-16le').decode(bytes);
  if ((first === 0xfe && second === 0xff) || (first === 0 && second > 0)) return new TextDecoder('utf-16be').decode(bytes);
  return decodeText(bytes);
}

/** Decodes bytes as UTF-8 where they are valid UTF-8, else as Latin-1 (the exporters ran on Windows). */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}
