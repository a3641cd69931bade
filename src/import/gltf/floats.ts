import type { Accessor } from '@gltf-transform/core';
import { FormatError } from '../../core/errors.ts';

/** Any number that a model holds: beyond it products of a few of them are no 32-bit floats any more. */
export const MAX_NUMBER = 1e12;

/** Numbers of an accessor as floats; normalized integers become what they stand for. */
export function floats(accessor: Accessor, size: number, url: string, at: string): Float32Array {
  const count = accessor.getCount();
  if (accessor.getElementSize() !== size)
    throw new FormatError(`${size} numbers an item`, { url, at, value: accessor.getType() });
  const out = new Float32Array(count * size);
  const item = new Array<number>(size).fill(0);
  for (let i = 0; i < count; i++) {
    accessor.getElement(i, item);
    for (let k = 0; k < size; k++) {
      if (!(Math.abs(item[k]) <= MAX_NUMBER))
        throw new FormatError(Number.isFinite(item[k]) ? 'beyond all measure' : 'not a number', {
          url,
          at: `${at}[${i}]`,
          value: item[k],
        });
      out[i * size + k] = item[k];
    }
  }
  return out;
}
