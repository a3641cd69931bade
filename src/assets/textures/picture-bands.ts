import type { PictureTexture, TextureAsset } from './texture-asset.ts';

/** Bytes of a band as RGBA8: what one step of an upload takes without a frame feeling it. */
const BAND_BYTES = 128 * 1024;

/**
 * A large picture cut in bands of rows, from the top; undefined for one that is no larger than a band, or that cannot be cut. WebGL 1 takes no part of an
 * ImageBitmap: through a canvas, the rows of a 1024 x 512 picture cost the GPU's process 20 to 70 ms of SwiftShader (and what is
 * under alpha 0 its colour), as bitmaps of their own 1 ms, and the cutting 1 ms of the worker.
 */
export async function cutBands(image: ImageBitmap): Promise<readonly ImageBitmap[] | undefined> {
  const rows = Math.max(1, Math.floor(BAND_BYTES / (image.width * 4)));
  if (rows >= image.height) return undefined;
  const options: ImageBitmapOptions = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' };
  const cut = await Promise.allSettled(
    Array.from({ length: Math.ceil(image.height / rows) }, (_, band) =>
      createImageBitmap(image, 0, band * rows, image.width, Math.min(rows, image.height - band * rows), options),
    ),
  );
  const bands = cut.flatMap(band => (band.status === 'fulfilled' ? [band.value] : []));
  if (bands.length === cut.length) return bands;
  // No memory, perhaps: the whole picture is there still.
  for (const band of bands) band.close();
  return undefined;
}

/** Frees the pixels at once: the garbage collector is slow to see them. */
export function closePicture(picture: PictureTexture): void {
  if ('close' in picture.image) picture.image.close();
  closeBands(picture);
}

/** For who uploads bands, and keeps the one copy that counts in the memory budget: the whole picture goes, where there are bands. */
export function closeWhole(asset: TextureAsset): void {
  if (asset.kind === 'picture' && asset.bands && 'close' in asset.image) asset.image.close();
}

/** For who uploads whole pictures, and keeps the one copy that counts in the memory budget. */
export function closeBands(asset: TextureAsset): void {
  if (asset.kind === 'picture') for (const band of asset.bands ?? []) band.close();
}
