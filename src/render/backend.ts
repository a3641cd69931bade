import type { Camera, Scene, Texture } from 'three';
import type { TextureAsset } from '../assets/texture-asset.ts';
import type { UploadJob } from './texture-upload.ts';
import type { TextureOptions } from './textures.ts';

/** What the viewer needs of a renderer: LeanRenderer is one, ThreeBackend (three's own renderer) the other. */
export interface RenderBackend {
  readonly info: {
    readonly drawCalls: number;
    readonly triangles: number;
    readonly programs: number;
    readonly textures: number;
    readonly geometries: number;
  };
  readonly capabilities: { readonly s3tc: boolean };
  readonly contextLost: boolean;
  setSize(width: number, height: number, pixelRatio?: number): void;
  createTexture(asset: TextureAsset, options?: TextureOptions): { texture: Texture; job: UploadJob };
  warmUp(scene: Scene): Promise<void>;
  render(scene: Scene, camera: Camera): void;
  dispose(): void;
}
