/** Reads the sizes of pictures. */
import { isKtx2 } from '../../assets/textures/ktx2-header.ts';
import { isBmp } from './bmp.ts';
import { keyOf, knownPicture } from './known-pictures.ts';
import { loadSharp } from './load-sharp.ts';
import { isTga } from './tga.ts';

/**
 * Reads a picture's size from its header: [width, height] in pixels; undefined where the header states none.
 * @param name - of the picture's file: a TGA has no signature.
 */
export async function pictureSize(bytes: Uint8Array, name = ''): Promise<readonly [number, number] | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isKtx2(bytes) && bytes.byteLength >= 28) return [view.getUint32(20, true), view.getUint32(24, true)];
  // The height of a bitmap is negative where its first row is the upper one.
  if (isBmp(bytes) && bytes.byteLength >= 26) return sizeOf(view.getInt32(18, true), Math.abs(view.getInt32(22, true)));
  // sharp throws synchronously for empty input.
  if (bytes.byteLength === 0) return undefined;
  // Large ones are known by their use.
  const known = knownPicture(keyOf(bytes));
  if (known) return [known.width, known.height];
  const { width, height } = await (await loadSharp())(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ width: 0, height: 0 }));
  if (width && height) return [width, height];
  return isTga(name) && bytes.byteLength >= 18 ? sizeOf(view.getUint16(12, true), view.getUint16(14, true)) : undefined;
}

const sizeOf = (width: number, height: number): readonly [number, number] | undefined =>
  width > 0 && height > 0 ? [width, height] : undefined;
