/** The notation of registers, swizzles and numbers in listings. */

/** The letters of a register's four lanes. */
export const LETTERS = 'xyzw';

/** Returns the write mask, empty where all four lanes are written or the output has only one lane. */
export function mask(lanes: readonly number[], output?: string): string {
  const sorted = [...lanes].sort((a, b) => a - b);
  if (sorted.length === 4 || output === 'oPts' || output === 'oDepth') return '';
  return `.${sorted.map(l => LETTERS[l]).join('')}`;
}

/** Fills a swizzle to four lanes. An unread lane keeps its own position. */
export function spread(from: ReadonlyMap<number, number>): number[] {
  const read = new Set(from.values());
  return [0, 1, 2, 3].map(l => (read.size === 1 && from.size > 1 ? [...read][0] : (from.get(l) ?? l)));
}

/** Prints a swizzle, empty where every lane is at its own position. */
export function printSwizzle(swizzle: readonly number[]): string {
  if (swizzle.every((s, i) => s === i)) return '';
  if (swizzle.every(s => s === swizzle[0])) return `.${LETTERS[swizzle[0]]}`;
  return `.${swizzle.map(s => LETTERS[s]).join('')}`;
}

/** Formats a float as the listing does (%.9g of Microsoft's C library). */
export function printNumber(v: number): string {
  if (Number.isNaN(v)) return '-1.#IND';
  if (!Number.isFinite(v)) return v > 0 ? '1.#INF' : '-1.#INF';
  if (Object.is(v, -0)) return '-0';
  const text = v.toPrecision(9);
  const [mantissa, exponent] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  const size = Math.abs(v);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) {
    const [m, e] = v.toExponential(8).split('e');
    return `${m.replace(/\.?0+$/, '')}e${e[0]}${e.slice(1).padStart(3, '0')}`;
  }
  return exponent === undefined ? short : String(v);
}
