/** Hash tables of typed arrays (open addressing): a Map of such large keys takes six times as long in a short import. */
import { powerOfTwoAbove } from '../../picture/texture-size.ts';

/** Slots of a table for so many keys, less one: a power of two, at least twice as many. */
export const maskFor = (keys: number): number => powerOfTwoAbove(Math.max(2, keys * 2)) - 1;

/** Returns the first slot for a key by the hash of its values (Murmur's final step). */
export function slotFor(hash: number, mask: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) & mask;
}
