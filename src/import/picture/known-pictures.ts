/** Remembers decoded pictures: the models of a pack often share one. */
import { sha256 } from '../../node/sha256.ts';
import type { Picture } from './picture.ts';
import type { PictureUse } from './shrunk-picture.ts';

/** Maximum bytes of the pixels that are remembered. */
const MOST = 32 * 2 ** 20;

const known = new Map<string, Picture>();
let bytes = 0;

/** Returns the key of a picture's file. */
export const keyOf = (file: Uint8Array): string => sha256(file);

/** Returns the same object each time, so that it can be recognized. @param use - what a large picture was shrunk for. */
export const knownPicture = (key: string, use?: PictureUse): Picture | undefined =>
  known.get(key) ?? (use && known.get(`${key} ${use}`));

/** Remembers a picture, in place of the oldest ones. @param use - what a large picture was shrunk for. */
export function rememberPicture(key: string, picture: Picture, use?: PictureUse): void {
  const size = picture.rgba.byteLength;
  const name = use ? `${key} ${use}` : key;
  if (size > MOST || known.has(name)) return;
  known.set(name, picture);
  bytes += size;
  for (const [oldest, { rgba }] of known) {
    if (bytes <= MOST) return;
    known.delete(oldest);
    bytes -= rgba.byteLength;
  }
}
