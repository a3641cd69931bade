import type { BufferGeometry } from 'three';
import { type Bytes, textureBytes } from '../../assets/memory/memory-budget.ts';
import type { UploadJob } from '../../assets/memory/upload-job.ts';
import { closePicture } from '../../assets/textures/picture-bands.ts';
import type { TextureAsset } from '../../assets/textures/texture-asset.ts';
import { assetBytes } from '../../assets/threads/asset-bytes.ts';
import { attributesOf, geometryBytes } from '../../render/geometry/geometry-bytes.ts';
import { createPartMesh, disposePartMesh, type PartData } from '../../render/geometry/part-mesh.ts';
import type { ResourceDecoder, RoomGpu, Uploads } from '../dependencies.ts';
import type { ResourceInfo } from '../documents/room-info.ts';
import type { ScrollingTextures } from '../textures/scrolling-textures.ts';
import type { ResourceKind, ResourceValues, RoomResource } from './room-resource.ts';

/** A decoded resource on its way to the GPU. */
export interface Prepared<K extends ResourceKind> {
  readonly value: ResourceValues[K];
  /** Resolves when it is on the GPU. */
  readonly ready: Promise<void>;
  /** Bytes that it holds during the upload, and after it. */
  readonly during: Bytes;
  readonly after: Bytes;
}

interface PreparationPorts {
  readonly decoder: ResourceDecoder;
  readonly gpu: RoomGpu;
  readonly uploads: Uploads;
  readonly scrolling: ScrollingTextures;
  /** Decodes the bytes that the resource's download gave. */
  readonly decodeTexture: (resource: RoomResource, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal) => Promise<TextureAsset>;
}

/** Turns the bytes of a resource into a value on the GPU: decodes them, creates GPU objects and uploads those in slices. */
export class ResourcePreparation {
  readonly #ports: PreparationPorts;

  constructor(ports: PreparationPorts) {
    this.#ports = ports;
  }

  /**
   * Decodes `bytes` and begins to upload the result.
   * @throws what the decoder or the GPU throws; the signal's reason.
   */
  async prepare(resource: RoomResource, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Prepared<ResourceKind>> {
    const { info } = resource;
    const { url } = info;
    switch (info.kind) {
      case 'skeleton':
        return withoutGpu(await this.#ports.decoder.skeleton(bytes, url, signal));
      case 'animation':
        return withoutGpu(await this.#ports.decoder.animation(bytes, url, signal));
      case 'mesh': {
        const { parts } = await this.#ports.decoder.mesh(bytes, url, signal);
        const value = { parts: parts.map(part => ({ part, owner: createPartMesh(part) })) };
        const geometries = value.parts.flatMap(({ owner }) =>
          (owner.userData.foyer as PartData).levels.map(({ geometry }) => geometry),
        );
        const after = { gpu: geometryBytes(geometries), cpu: assetBytes(parts, arraysOf(geometries)) };
        const job = this.#ports.gpu.createMeshJob?.(value.parts.map(({ owner }) => owner));
        const ready = job ? this.#upload(resource, untilAborted(job, signal)) : Promise.resolve();
        return { value, ready, during: after, after };
      }
      case 'texture': {
        const asset = await this.#ports.decodeTexture(resource, bytes, signal);
        const { texture, job } = this.#create(asset, info);
        if (info.sampling?.scroll) this.#ports.scrolling.add(texture, info.sampling.scroll, info.sampling.swing);
        const during = textureBytes(asset);
        const after = this.#ports.gpu.keepsCopies ? during : { gpu: during.gpu, cpu: 0 };
        return { value: texture, ready: this.#upload(resource, untilAborted(job, signal)), during, after };
      }
    }
  }

  #upload(resource: RoomResource, job: UploadJob): Promise<void> {
    resource.upload = job;
    const ready = this.#ports.uploads.add(job, resource.priority);
    // Nobody awaits it where the resource was given up meanwhile.
    ready.catch(() => {});
    return ready;
  }

  #create(asset: TextureAsset, { sampling }: ResourceInfo): ReturnType<RoomGpu['createTexture']> {
    try {
      return this.#ports.gpu.createTexture(sampling ? { ...asset, sampling } : asset);
    } catch (error) {
      if (asset.kind === 'picture') closePicture(asset);
      throw error;
    }
  }
}

/** What needs no GPU is ready at once. */
function withoutGpu<K extends 'skeleton' | 'animation'>(value: ResourceValues[K]): Prepared<K> {
  const bytes = { gpu: 0, cpu: assetBytes(value) };
  return { value, ready: Promise.resolve(), during: bytes, after: bytes };
}

function arraysOf(geometries: readonly BufferGeometry[]): ArrayLike<number>[] {
  return [...attributesOf(geometries)].map(({ array }) => array);
}

/** Nothing more is uploaded after `signal` aborts: the value is disposed of by then. */
function untilAborted(job: UploadJob, signal: AbortSignal): UploadJob {
  return {
    get done() {
      return job.done || signal.aborted;
    },
    step: maxBytes => (signal.aborted ? 0 : job.step(maxBytes)),
  };
}

/** Frees what a value holds on the GPU. */
export function disposeValue(value: ResourceValues[ResourceKind]): void {
  if ('isTexture' in value) value.dispose();
  else if ('parts' in value) for (const { owner } of value.parts) disposePartMesh(owner);
}
