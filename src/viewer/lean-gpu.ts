import type { BufferGeometry, Texture } from 'three';
import type { TextureAsset } from '../assets/texture-asset.ts';
import type { LeanRenderer } from '../render/lean-renderer.ts';
import type { RoomGpu, UploadJob } from '../room/ports.ts';

/** LeanRenderer as the GPU of a room session. */
export class LeanGpu implements RoomGpu {
  readonly #renderer: LeanRenderer;

  constructor(renderer: LeanRenderer) {
    this.#renderer = renderer;
  }

  get compressed(): boolean {
    return this.#renderer.capabilities.s3tc;
  }

  createGeometryJob(geometries: readonly BufferGeometry[]): UploadJob {
    return this.#renderer.createGeometryJob(geometries);
  }

  createTexture(asset: TextureAsset): { readonly texture: Texture; readonly job: UploadJob } {
    // With `restore` the renderer lets go of its copy. It never gets to call it: after a lost context the session disposes of
    // the texture and brings another, through the queue and the governor, before the next frame.
    return this.#renderer.createTexture(asset, {
      restore: () => Promise.reject(new Error('the room session brings textures back')),
    });
  }
}
