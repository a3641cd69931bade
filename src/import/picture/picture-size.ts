/** Reads the sizes of pictures. */
import { isKtx2 } from '../../assets/textures/ktx2-header.ts';
import { keyOf, knownPicture } from './known-pictures.ts';
import { loadSharp } from './load-sharp.ts';

/** Reads a picture's size from its header: [width, height] in pixels; undefined where the header does not state it. */
export async function pictureSize(bytes: Uint8Array): Promise<readonly [number, number] | undefined> {
  if (isKtx2(bytes) && bytes.byteLength >= 28) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return [view.getUint32(20, true), view.getUint32(24, true)];
  }
  // sharp throws synchronously for empty input.
  if (bytes.byteLength === 0) return undefined;
  // Large ones are known by their use.
  const known = knownPicture(keyOf(bytes));
  if (known) return [known.width, known.height];
  const { width, height } = await (await loadSharp())(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ width: 0, height: 0 }));
  return width && height ? [width, height] : undefined;
}
