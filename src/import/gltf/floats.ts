/** Reads glTF accessors as floats. */
import { FormatError } from '../../core/errors.ts';
import type { Numbers } from './loading/file-animations.ts';

/** Maximum absolute value of a number. Products of larger numbers overflow 32-bit floats. */
export const MAX_NUMBER = 1e12;

/**
 * Returns an accessor's numbers as floats. Normalized integers are converted to their real values.
 *
 * @throws FormatError where a number is not finite or beyond MAX_NUMBER.
 */
export function floats(accessor: Numbers, size: number, url: string, at: string): Float32Array {
  return read(accessor, size, url, at, (item, value) => {
    throw new FormatError(Number.isFinite(value) ? 'beyond all measure' : 'not a number', { url, at: `${at}[${item}]`, value });
  });
}

/** Works like `floats`, but replaces invalid numbers by `fallback` and lists the affected items in `bad`. */
export function mendedFloats(
  accessor: Numbers,
  size: number,
  fallback: number,
  url: string,
  at: string,
): { readonly values: Float32Array; readonly bad: ReadonlySet<number> } {
  const bad = new Set<number>();
  const values = read(accessor, size, url, at, item => {
    bad.add(item);
    return fallback;
  });
  return { values, bad };
}

/**
 * Returns an accessor whose items have `size` numbers: the first ones, or 0 for those that it lacks. GPUs read vertices so.
 *
 * @returns undefined where it has no numbers that are vectors.
 */
export function withSize(accessor: Numbers, size: number): Numbers | undefined {
  const own = accessor.getElementSize();
  if (own === size) return accessor;
  if (own < 2 || own > 4) return undefined;
  const count = accessor.getCount();
  const values = new Float32Array(count * size);
  const item = new Array<number>(own).fill(0);
  for (let i = 0; i < count; i++) values.set(accessor.getElement(i, item).slice(0, size), i * size);
  return {
    getCount: () => count,
    getElementSize: () => size,
    getType: () => (size === 2 ? 'VEC2' : size === 3 ? 'VEC3' : 'VEC4'),
    getArray: () => values,
    getElement(i, target) {
      for (let k = 0; k < size; k++) target[k] = values[i * size + k];
      return target;
    },
  };
}

function read(
  accessor: Numbers,
  size: number,
  url: string,
  at: string,
  wrong: (item: number, value: number) => number,
): Float32Array {
  const count = accessor.getCount();
  if (accessor.getElementSize() !== size)
    throw new FormatError(`${size} numbers an item`, { url, at, value: accessor.getType() });
  const array = accessor.getArray();
  const out = array instanceof Float32Array ? array.slice(0, count * size) : converted(accessor, count, size);
  for (let i = 0; i < out.length; i++) if (!(Math.abs(out[i]) <= MAX_NUMBER)) out[i] = wrong(Math.floor(i / size), out[i]);
  return out;
}

function converted(accessor: Numbers, count: number, size: number): Float32Array {
  const out = new Float32Array(count * size);
  const item = new Array<number>(size).fill(0);
  for (let i = 0; i < count; i++) out.set(accessor.getElement(i, item), i * size);
  return out;
}
