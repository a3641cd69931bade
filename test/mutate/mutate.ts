import type { Random } from '../../src/core/random.ts';

/** What stands in real files where readers trip: ends of ranges, NaN and infinity as floats, counts that no file holds. */
const NASTY = [0, 1, -1, 0x7fffffff, -0x80000000, 0x7fc00000, 0x7f800000, 0xffff, 0x10000, 0x40000000, 0x49742400, 255, 65];

export interface Mutation {
  readonly bytes: Uint8Array;
  /** What was done, for the message of a test that fails. */
  readonly what: string;
}

/**
 * One to three damages to `source`, which stays as it is: cut off, bits flipped, a 32-bit word or a decimal number replaced by a
 * nasty one, a stretch deleted, doubled or overwritten. The same `random` gives the same damage.
 */
export function mutate(source: Uint8Array, random: Random): Mutation {
  let bytes: Uint8Array = source.slice();
  const done: string[] = [];
  for (let n = 1 + Math.floor(random() * 3); n > 0 && bytes.length > 0; n--) {
    const at = Math.floor(random() * bytes.length);
    const length = Math.min(bytes.length - at, 1 + Math.floor(random() ** 3 * 64));
    const pick = Math.floor(random() * 7);
    if (pick === 0) {
      bytes = bytes.slice(0, at);
      done.push(`cut at ${at}`);
    } else if (pick === 1) {
      const bit = Math.floor(random() * 8);
      bytes[at] ^= 1 << bit;
      done.push(`bit ${bit} of ${at}`);
    } else if (pick === 2) {
      // Words mostly stand at multiples of 4 in these formats.
      const word = random() < 0.8 ? at & ~3 : at;
      const value = NASTY[Math.floor(random() * NASTY.length)];
      for (let k = 0; k < 4 && word + k < bytes.length; k++) bytes[word + k] = (value >> (8 * k)) & 255;
      done.push(`word ${value} at ${word}`);
    } else if (pick === 3) {
      bytes = concat(bytes.subarray(0, at), bytes.subarray(at + length));
      done.push(`${length} deleted at ${at}`);
    } else if (pick === 4) {
      bytes = concat(bytes.subarray(0, at + length), bytes.subarray(at));
      done.push(`${length} doubled at ${at}`);
    } else if (pick === 5) {
      for (let k = 0; k < length; k++) bytes[at + k] = Math.floor(random() * 256);
      done.push(`${length} overwritten at ${at}`);
    } else {
      bytes = replaceNumber(bytes, at, random, done);
    }
  }
  return { bytes, what: done.join(', ') };
}

/** The decimal number at or behind `at`, where the bytes are text, becomes another. */
function replaceNumber(bytes: Uint8Array, at: number, random: Random, done: string[]): Uint8Array {
  const isDigit = (b: number) => (b >= 48 && b <= 57) || b === 45 || b === 46;
  let start = at;
  while (start < bytes.length && !isDigit(bytes[start])) start++;
  let end = start;
  while (end < bytes.length && isDigit(bytes[end])) end++;
  if (start === end) return bytes;
  const choices = ['0', '-1', '4294967296', '1e400', 'NaN', '', '0.5', '99999', '1 2', '-0.0001', '<'];
  const text = choices[Math.floor(random() * choices.length)];
  done.push(`"${text}" for the number at ${start}`);
  return concat(bytes.subarray(0, start), new TextEncoder().encode(text), bytes.subarray(end));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
