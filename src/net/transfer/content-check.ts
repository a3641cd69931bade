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

/** First byte of a web page (`<`). No resource of a room begins like one. */
export const PAGE = 0x3c;

/** What arrived is wrong. Many hosts answer with a page, and 200, where a file is not there. */
export function wrongBytes(what: string, url: string, first: number | undefined): CorruptError {
  return first === PAGE
    ? new CorruptError(`a web page came in place of the file (${what})`, { url, status: 200 })
    : new CorruptError(what, { url });
}

/** Whether a web page came in place of the file. A cache may have kept it from before the file was there. */
export const isPage = (error: LoadError): boolean => error.status === 200;

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
    throw wrongBytes(`${bytes.length} bytes came, ${expected} were expected`, url, bytes[0]);
  if (hash === undefined) return;
  const actual = await hashOf(bytes);
  if (actual !== undefined && !(hash.length >= 20 && actual.startsWith(hash)))
    throw wrongBytes(`the content hash is ${actual}, expected ${hash}`, url, bytes[0]);
}
