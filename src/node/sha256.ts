/** Hashes bytes. */
import { createHash } from 'node:crypto';

/** Returns the SHA-256 of bytes, or of a text as UTF-8: 64 hexadecimal digits. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
