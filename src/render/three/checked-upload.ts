import type { Texture } from 'three';
import type { UploadCheck, UploadWay } from '../textures/upload-check.ts';

/**
 * Uploads a texture by three's renderer, and notices where the driver takes none: three asks no driver.
 * A bitmap that is refused, as WebKitGTK does with those of workers, goes through a canvas.
 *
 * @param upload - sends the texture's picture of now.
 * @throws UploadRefusedError if the driver takes it in no way.
 */
export function uploadChecked(
  texture: Texture,
  check: UploadCheck,
  upload: () => void,
  copyOf: (bitmap: ImageBitmap) => unknown = canvasOf,
): void {
  const way = wayOf(texture);
  if (way !== 'bitmap') check.upload(way, upload);
  else if (check.refuses(way) || !check.took(way, upload)) {
    texture.image = copyOf(texture.image as ImageBitmap);
    texture.needsUpdate = true;
    check.upload('element', upload);
  }
}

function wayOf(texture: Texture): UploadWay {
  if ('isCompressedTexture' in texture) return 'compressed';
  if ('isDataTexture' in texture) return 'data';
  return typeof ImageBitmap !== 'undefined' && texture.image instanceof ImageBitmap ? 'bitmap' : 'element';
}

function canvasOf(bitmap: ImageBitmap): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  return canvas;
}
