/** What the cache keeps in place of a download: a form of it that is quicker to use, such as a transcoded texture. */
import { checkContent, type HashFunction } from '../transfer/content-check.ts';

/** Hexadecimal digits of the SHA-256 that follows the bytes: the hash in a room's document is that of the original. */
export const DIGITS = 64;

/** Names a form of a download. */
export interface KeptForm {
  /** Content hash of the download. */
  readonly hash: string;
  /** Names what was made of it, and for what: `s3tc2048`. A form that is written in another way needs another name. */
  readonly form: string;
  /** Where the download came from. */
  readonly url: string;
}

/** Returns the key of a form in the cache: the content hash of the original, and the form's name. */
export const formKey = (hash: string, form: string): string => `${hash}.${form}`;

/**
 * Returns the bytes that `keepForm` was given, without a copy.
 * @throws CorruptError where they are not those.
 */
export async function unsealed(
  all: Uint8Array<ArrayBuffer>,
  url: string,
  hashOf: HashFunction,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = all.subarray(0, -DIGITS);
  await checkContent(bytes, { url, hash: new TextDecoder().decode(all.subarray(-DIGITS)) }, hashOf);
  return bytes;
}
