import type { Camera, Scene, Texture } from 'three';
import type { UploadJob } from '../assets/memory/upload-job.ts';
import type { TextureAsset } from '../assets/textures/texture-asset.ts';
import type { PartMesh } from './geometry/part-mesh.ts';
import type { TextureOptions } from './textures/textures.ts';

/** What the viewer needs of a renderer: LeanRenderer is one, ThreeBackend (three's own renderer) the other. */
export interface RenderBackend {
  readonly info: {
    readonly drawCalls: number;
    readonly triangles: number;
    readonly programs: number;
    readonly textures: number;
    readonly geometries: number;
    /** 0 from a renderer that does not count them; so `geometryBytes`. */
    readonly textureBytes: number;
    readonly geometryBytes: number;
  };
  readonly capabilities: { readonly s3tc: boolean; readonly maxTextureSize: number };
  readonly contextLost: boolean;
  /** Whether textures keep their copy in the page's memory once they are on the GPU, and come back from there after a lost context. */
  readonly keepsCopies: boolean;
  /** Pixels that a coarser level of detail may lie beside the finest. */
  lodTolerance: number;
  /** Pictures do not depend on what was drawn before; a renderer whose pictures never do has no such field. */
  steady?: boolean;
  /** Avatars of at most so many pixels are drawn as pictures; 0: none. three's renderer draws all as they are. */
  impostorPixels: number;
  setSize(width: number, height: number, pixelRatio?: number): void;
  createTexture(asset: TextureAsset, options?: TextureOptions): { texture: Texture; job: UploadJob };
  /** The job that brings meshes to the GPU, and compiles what they are drawn with, before they are. */
  createMeshJob(meshes: readonly PartMesh[]): UploadJob;
  warmUp(scene: Scene): Promise<void>;
  render(scene: Scene, camera: Camera): void;
  dispose(): void;
}
