/** Names a room's URL after what people call it. */
import { sha256 } from '../../node/sha256.ts';

/** Most characters that a server takes. */
const LONGEST = 64;
const HASH = 8;

/**
 * Returns the last part of a room's URL: lower-case letters and digits of ASCII, and hyphens. Where other letters, or the end of a long
 * name, would be lost, a hash of the name follows. Names that differ in case, accents of Latin letters or symbols alone are one room.
 */
export function roomName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = hyphenated(plain);
  const isLost = /[\p{L}\p{N}]/u.test(plain.replace(/[a-z0-9]/g, ''));
  if (words !== '' && words.length <= LONGEST && !isLost) return words;
  const start = hyphenated(words.slice(0, LONGEST - HASH - 1)) || 'room';
  return `${start}-${sha256(name.normalize('NFC').toLowerCase()).slice(0, HASH)}`;
}

const hyphenated = (text: string): string => text.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
