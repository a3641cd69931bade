/** Creates three's textures from assets. */

import {
  ClampToEdgeWrapping,
  CompressedTexture,
  DataTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  MirroredRepeatWrapping,
  NearestFilter,
  NearestMipmapNearestFilter,
  NoColorSpace,
  RepeatWrapping,
  RGB_S3TC_DXT1_Format,
  RGBA_S3TC_DXT5_Format,
  Texture,
} from 'three';
import { isPowerOfTwo } from '../../assets/textures/mip-levels.ts';
import { closeBands, closePicture } from '../../assets/textures/picture-bands.ts';
import type { TextureAsset } from '../../assets/textures/texture-asset.ts';

const WRAPPING = { repeat: RepeatWrapping, clamp: ClampToEdgeWrapping, mirror: MirroredRepeatWrapping } as const;

/**
 * Creates a texture for three's own renderer. It uploads whole pictures and keeps them for a lost context; they are freed with
 * their texture.
 */
export function keptTextureFor(asset: TextureAsset): Texture {
  closeBands(asset);
  const texture = textureFor(asset);
  if (asset.kind === 'picture') texture.addEventListener('dispose', () => closePicture(asset));
  return texture;
}

/** Creates one of three's textures for an asset; both renderers can draw it. Colours stay as stored (see lighting.ts). */
export function textureFor(asset: TextureAsset): Texture {
  let texture: Texture;
  if (asset.kind === 'compressed') {
    const format = asset.format === 'dxt1' ? RGB_S3TC_DXT1_Format : RGBA_S3TC_DXT5_Format;
    const mipmaps = asset.levels.map((data, level) => ({
      data,
      width: Math.max(1, asset.width >> level),
      height: Math.max(1, asset.height >> level),
    }));
    texture = new CompressedTexture(mipmaps as unknown as ImageData[], asset.width, asset.height, format);
  } else if ('data' in asset.image) {
    texture = new DataTexture(asset.image.data as Uint8Array<ArrayBuffer>, asset.width, asset.height);
  } else texture = new Texture(asset.image);
  const repeats = isPowerOfTwo(asset.width, asset.height);
  if (repeats) {
    texture.wrapS = WRAPPING[asset.sampling?.wrapS ?? 'repeat'];
    texture.wrapT = WRAPPING[asset.sampling?.wrapT ?? 'repeat'];
  }
  const minify = asset.sampling?.minify;
  const sharp = minify === 'nearest';
  const leveled = minify === 'level' ? NearestMipmapNearestFilter : LinearMipmapLinearFilter;
  texture.minFilter = sharp ? NearestFilter : repeats ? leveled : LinearFilter;
  texture.magFilter = asset.sampling?.nearest ? NearestFilter : LinearFilter;
  texture.generateMipmaps = repeats && !sharp && asset.kind === 'picture';
  texture.flipY = false;
  texture.premultiplyAlpha = false;
  texture.colorSpace = NoColorSpace;
  texture.needsUpdate = true;
  return texture;
}
