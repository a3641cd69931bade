import { FormatError } from '../../core/errors.ts';
import { MAX_TEXTURE_SIZE } from '../limits.ts';
import { isKtx2 } from './ktx2-header.ts';
import { cutBands } from './picture-bands.ts';
import { type PictureHeader, readPictureHeader } from './picture-header.ts';
import type { PictureTexture, TextureAsset } from './texture-asset.ts';
import type { TranscoderFiles } from './transcoder-files.ts';

/** What the decoder must know of a texture besides its bytes. */
export interface TextureSource {
  /** Quoted in errors. */
  readonly url: string;
  /** MIME type of the resource. `image/ktx2` is transcoded; the browser decodes everything else. */
  readonly type: string;
  /** Most pixels a side that the GPU takes; 2048 at most. */
  readonly maxSize?: number | undefined;
}

/** Most pixels a side of a picture. The browser shrinks larger ones than the GPU takes as it decodes. */
const MAX_PICTURE_SIZE = 4096;

/** This thread cannot decode the picture. The page may: an older Safari's workers cannot. */
export class NeedsPageError extends Error {
  override readonly name = 'NeedsPageError';
}

/**
 * Decodes a texture resource, in a worker or in the page. Pictures by `createImageBitmap`. Where that is missing or refuses, by
 * an
 * `Image`, which only pages have.
 * @param transcoder - for KTX2; fetched with the first such texture.
 * @throws FormatError where the bytes are no picture, or one of a refused size (see docs/formats.md).
 * @throws NeedsPageError in a worker whose `createImageBitmap` is missing or cannot decode it.
 */
export async function decodeTexture(
  bytes: Uint8Array<ArrayBuffer>,
  { url, type, maxSize = MAX_TEXTURE_SIZE }: TextureSource,
  transcoder: TranscoderFiles | undefined,
): Promise<TextureAsset> {
  const most = Math.min(maxSize, MAX_TEXTURE_SIZE);
  if (type === 'image/ktx2' || isKtx2(bytes)) {
    if (!transcoder) throw new FormatError('the file is KTX2, and its document calls it something else', { url, value: type });
    const { decodeKtx2, transcoderFrom } = await import('./decode-ktx2.ts');
    return decodeKtx2(bytes, url, () => transcoderFrom(transcoder), most);
  }
  return decodePicture(bytes, url, most);
}

async function decodePicture(bytes: Uint8Array<ArrayBuffer>, url: string, most: number): Promise<PictureTexture> {
  const header = readPictureHeader(bytes, url);
  const longest = Math.max(header.width, header.height);
  if (longest > MAX_PICTURE_SIZE || Math.min(header.width, header.height) < 1)
    throw new FormatError(`expected a picture of 1 to ${MAX_PICTURE_SIZE} pixels a side`, {
      url,
      value: [header.width, header.height],
    });
  const blob = new Blob([bytes], { type: header.type });
  const bitmap = await decodeToBitmap(blob, header, most);
  if (bitmap) return bitmap;
  if (typeof document === 'undefined') throw new NeedsPageError(`only a page can decode the picture: ${url}`);
  try {
    const { decodeByImage } = await import('./decode-by-image.ts');
    const image = await decodeByImage(blob, most);
    return { kind: 'picture', width: image.width, height: image.height, image };
  } catch (cause) {
    throw new FormatError('the browser cannot decode the picture', { url, value: header, cause });
  }
}

/** Undefined where `createImageBitmap` is missing or fails: it may not know the options or the format, or the file is broken. */
async function decodeToBitmap(blob: Blob, header: PictureHeader, most: number): Promise<PictureTexture | undefined> {
  if (typeof createImageBitmap === 'undefined') return undefined;
  const scale = Math.min(1, most / Math.max(header.width, header.height));
  // Straight alpha and untouched numbers: what the file holds is what the shader gets.
  const options: ImageBitmapOptions = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' };
  if (scale < 1) {
    options.resizeWidth = Math.max(1, Math.round(header.width * scale));
    options.resizeHeight = Math.max(1, Math.round(header.height * scale));
    options.resizeQuality = 'medium';
  }
  try {
    const image = await createImageBitmap(blob, options);
    const { width, height } = image;
    if (Math.max(width, height) > most) {
      image.close();
      return undefined;
    }
    return { kind: 'picture', width, height, image, bands: await cutBands(image) };
  } catch {
    return undefined;
  }
}
