import type { PerspectiveCamera, Scene, Texture } from 'three';
import type { TextureAsset } from '../../../../src/assets/textures/texture-asset.ts';
import type { LeanRenderer } from '../../../../src/render/lean-renderer.ts';
import { upload } from '../page.ts';

/** Makes a scene, and the camera that looks at it. */
export type MakeScene = (renderer: LeanRenderer) => { readonly scene: Scene; readonly camera: PerspectiveCamera };

/** Makes textures that are on the GPU before the first frame. */
export const uploaded =
  (renderer: LeanRenderer) =>
  (asset: TextureAsset): Texture => {
    const { texture, job } = renderer.createTexture(asset);
    upload(job);
    return texture;
  };
