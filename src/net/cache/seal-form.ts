/** Writes what `unsealed` reads: code that a room needs only once it is there. */
import type { HashFunction } from '../transfer/content-check.ts';
import { DIGITS } from './kept-form.ts';

/**
 * Appends the SHA-256 of the bytes. `unsealed` checks it.
 * @returns undefined where no hash can be computed. Such a page has no CacheStorage either.
 */
export async function sealed(bytes: Uint8Array<ArrayBuffer>, hashOf: HashFunction): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const hash = await hashOf(bytes);
  if (hash === undefined) return undefined;
  const all = new Uint8Array(bytes.length + DIGITS);
  all.set(bytes);
  new TextEncoder().encodeInto(hash, all.subarray(bytes.length));
  return all;
}
