import { LoadError } from '../../core/errors.ts';

/** Lower-case hex SHA-256 of the bytes; undefined where it cannot be computed. */
export type HashFunction = (bytes: Uint8Array<ArrayBuffer>) => Promise<string | undefined>;

/**
 * Hashes by WebCrypto, off the main thread. Browsers hide WebCrypto from insecure origins (plain http, not localhost): undefined
 * there.
 */
export const sha256: HashFunction = async bytes => {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return undefined;
  return hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
};

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/**
 * The bytes arrived whole, but are not the ones that the document names. Worth one more try past all caches, or another mirror.
 */
export class CorruptError extends LoadError {}

/**
 * @param hash - lower-case hex SHA-256 that the document names; a prefix of at least 20 digits is accepted.
 * @throws CorruptError
 */
export async function checkContent(
  bytes: Uint8Array<ArrayBuffer>,
  {
    url,
    bytes: expected,
    hash,
  }: { readonly url: string; readonly bytes?: number | undefined; readonly hash?: string | undefined },
  hashOf: HashFunction,
): Promise<void> {
  if (expected !== undefined && bytes.length !== expected)
    throw new CorruptError(`${bytes.length} bytes came, ${expected} were expected`, { url });
  if (hash === undefined) return;
  const actual = await hashOf(bytes);
  if (actual !== undefined && !(hash.length >= 20 && actual.startsWith(hash)))
    throw new CorruptError(`the content hash is ${actual}, expected ${hash}`, { url });
}
