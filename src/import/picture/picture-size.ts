/** Reads the sizes of pictures. */
import { isKtx2 } from '../../assets/textures/ktx2-header.ts';
import { keyOf, knownPicture } from './known-pictures.ts';
import { loadSharp } from './load-sharp.ts';
import { MAX_SIDE } from './make-picture.ts';

/** Reads a picture's size from its header: [width, height] in pixels; undefined where the header does not state it. */
export async function pictureSize(bytes: Uint8Array): Promise<readonly [number, number] | undefined> {
  if (isKtx2(bytes) && bytes.byteLength >= 28) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return [view.getUint32(20, true), view.getUint32(24, true)];
  }
  // sharp throws synchronously for empty input.
  if (bytes.byteLength === 0) return undefined;
  const known = knownPicture(keyOf(bytes));
  // A longer one may have been shrunk.
  if (known && Math.max(known.width, known.height) < MAX_SIDE) return [known.width, known.height];
  const { width, height } = await (await loadSharp())(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ width: 0, height: 0 }));
  return width && height ? [width, height] : undefined;
}
