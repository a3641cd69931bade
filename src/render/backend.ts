import type { Camera, Scene, Texture } from 'three';
import type { UploadJob } from '../assets/memory/upload-job.ts';
import type { TextureAsset } from '../assets/textures/texture-asset.ts';
import type { PartMesh } from './geometry/part-mesh.ts';
import type { TextureOptions } from './textures/textures.ts';

/** The viewer's interface to a renderer. LeanRenderer implements it, and so does ThreeBackend (three's own renderer). */
export interface RenderBackend {
  readonly info: {
    readonly drawCalls: number;
    readonly triangles: number;
    readonly programs: number;
    readonly textures: number;
    readonly geometries: number;
    /** 0 if the renderer does not count them; the same goes for `geometryBytes`. */
    readonly textureBytes: number;
    readonly geometryBytes: number;
  };
  readonly capabilities: { readonly s3tc: boolean; readonly maxTextureSize: number };
  readonly contextLost: boolean;
  /** True if textures keep their copy in the page's memory after the upload, and are restored from it after a lost context. */
  readonly keepsCopies: boolean;
  /** Maximum error of a coarser level of detail, pixels. */
  lodTolerance: number;
  /** True if pictures do not depend on earlier frames. Renderers where they never do lack this field. */
  steady?: boolean;
  /** Avatars up to this height in pixels are drawn as impostors; 0: none. three's renderer ignores it. */
  impostorPixels: number;
  setSize(width: number, height: number, pixelRatio?: number): void;
  createTexture(asset: TextureAsset, options?: TextureOptions): { texture: Texture; job: UploadJob };
  /** Creates the job that uploads meshes and compiles their programs before they are drawn. */
  createMeshJob(meshes: readonly PartMesh[]): UploadJob;
  warmUp(scene: Scene): Promise<void>;
  render(scene: Scene, camera: Camera): void;
  dispose(): void;
}
