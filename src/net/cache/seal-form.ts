/** Writes what `unsealed` reads: code that a room needs only once it is there. */
import type { HashFunction } from '../transfer/content-check.ts';
import type { ByteCache } from './byte-cache.ts';
import { DIGITS, formKey, type KeptForm } from './kept-form.ts';

/**
 * Appends the SHA-256 of the bytes, which `unsealed` checks, and puts them into the cache in place of the download. Does nothing where no
 * hash can be computed: such a page has no CacheStorage either.
 */
export async function keepForm(
  { hash, form, url }: KeptForm,
  bytes: Uint8Array<ArrayBuffer>,
  cache: ByteCache | undefined,
  hashOf: HashFunction,
): Promise<void> {
  if (!cache) return;
  const seal = await hashOf(bytes);
  if (seal === undefined) return;
  const sealed = new Uint8Array(bytes.length + DIGITS);
  sealed.set(bytes);
  new TextEncoder().encodeInto(seal, sealed.subarray(bytes.length));
  cache.put(formKey(hash, form), sealed, url, hash);
}
