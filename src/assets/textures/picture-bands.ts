import type { PictureTexture, TextureAsset } from './texture-asset.ts';

/** Bytes of a band as RGBA8: what one upload step takes without delaying a frame. */
const BAND_BYTES = 128 * 1024;

/**
 * Cuts a large picture into bands of rows, from the top. Undefined for one no larger than a band, or one that cannot be cut.
 *
 * WebGL 1 uploads no part of an ImageBitmap. Through a canvas, the rows of a 1024 x 512 picture cost the GPU process 20 to 70 ms
 * of SwiftShader, and pixels of alpha 0 their colour. As bitmaps of their own they cost 1 ms, and the cutting 1 ms of the worker.
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
  // Perhaps out of memory. The whole picture is still there.
  for (const band of bands) band.close();
  return undefined;
}

/** Frees the pixels at once: the garbage collector is slow to see them. */
export function closePicture(picture: PictureTexture): void {
  if ('close' in picture.image) picture.image.close();
  closeBands(picture);
}

/** Frees the whole picture where there are bands: the memory budget counts one copy. */
export function closeWhole(asset: TextureAsset): void {
  if (asset.kind === 'picture' && asset.bands && 'close' in asset.image) asset.image.close();
}

/** Frees the bands: the memory budget counts one copy. */
export function closeBands(asset: TextureAsset): void {
  if (asset.kind === 'picture') for (const band of asset.bands ?? []) band.close();
}
