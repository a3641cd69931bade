import type { Texture } from 'three';
import type { UploadJob } from '../../assets/memory/upload-job.ts';
import type { TextureAsset } from '../../assets/textures/texture-asset.ts';
import type { RenderBackend } from '../../render/backend.ts';
import type { PartMesh } from '../../render/geometry/part-mesh.ts';
import type { RoomGpu } from '../../room/dependencies.ts';

/** The viewer's renderer, whichever it is, as the GPU of a room session. */
export class BackendGpu implements RoomGpu {
  readonly createMeshJob: (meshes: readonly PartMesh[]) => UploadJob;
  readonly #backend: RenderBackend;

  constructor(backend: RenderBackend) {
    this.#backend = backend;
    this.createMeshJob = meshes => backend.createMeshJob(meshes);
  }

  get compressed(): boolean {
    return this.#backend.capabilities.s3tc;
  }

  get maxTextureSize(): number {
    return this.#backend.capabilities.maxTextureSize;
  }

  get keepsCopies(): boolean {
    return this.#backend.keepsCopies;
  }

  createTexture(asset: TextureAsset): { readonly texture: Texture; readonly job: UploadJob } {
    // No copy is needed: after a lost context the session disposes of the texture and loads another, through the queue and the
    // governor, before the next frame.
    return this.#backend.createTexture(asset, { keepsCopy: false });
  }
}
