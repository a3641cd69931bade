/** Letters of the four lanes of a register. */
export const LETTERS = 'xyzw';

/** The write mask; nothing where all four lanes are written, or the output has one. */
export function mask(lanes: readonly number[], output?: string): string {
  const sorted = [...lanes].sort((a, b) => a - b);
  if (sorted.length === 4 || output === 'oPts' || output === 'oDepth') return '';
  return `.${sorted.map(l => LETTERS[l]).join('')}`;
}

/** The four lanes of a swizzle; what is not read keeps its own place. */
export function spread(from: ReadonlyMap<number, number>): number[] {
  const read = new Set(from.values());
  return [0, 1, 2, 3].map(l => (read.size === 1 && from.size > 1 ? [...read][0] : (from.get(l) ?? l)));
}

/** A swizzle; nothing where every lane stands at its place. */
export function printSwizzle(swizzle: readonly number[]): string {
  if (swizzle.every((s, i) => s === i)) return '';
  if (swizzle.every(s => s === swizzle[0])) return `.${LETTERS[swizzle[0]]}`;
  return `.${swizzle.map(s => LETTERS[s]).join('')}`;
}

/** %.9g, as the listing prints floats. */
export function printNumber(v: number): string {
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
