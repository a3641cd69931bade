import { MAX_TEXTURE_SIZE } from '../../assets/limits.ts';
import type { CompressedTexture, TextureAsset } from '../../assets/textures/texture-asset.ts';
import type { ResourceDecoder, ResourceQueue, RoomGpu } from '../dependencies.ts';
import type { ResourceInfo } from '../documents/room-info.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Code that is loaded with the first transcoded texture. */
const packed = () => import('../../assets/textures/packed-texture.ts');

/**
 * Decodes textures, and keeps transcoded ones in the cache in place of their files. A later visit then needs no transcoder: the lounge's
 * hundred textures took it 0.4 s of processor time.
 */
export class KeptTextures {
  readonly #queue: ResourceQueue;
  readonly #decoder: ResourceDecoder;
  readonly #gpu: RoomGpu;
  readonly #entered: Promise<void>;

  /** @param entered - settles when nobody waits for the room any more. Nothing is kept before. */
  constructor({ queue, decoder, gpu }: { queue: ResourceQueue; decoder: ResourceDecoder; gpu: RoomGpu }, entered: Promise<void>) {
    this.#queue = queue;
    this.#decoder = decoder;
    this.#gpu = gpu;
    this.#entered = entered;
  }

  /**
   * Names what may be kept in place of the resource's file: levels for GPUs that take so many pixels a side. A change of `packTexture`
   * needs another name.
   */
  formOf({ type }: ResourceInfo): string | undefined {
    const { maxTextureSize = MAX_TEXTURE_SIZE } = this.#gpu;
    return type === 'image/ktx2' ? `s3tc${Math.min(maxTextureSize, MAX_TEXTURE_SIZE)}` : undefined;
  }

  /** Whether the resource's file, or what was kept in place of it, is on this device. */
  hasCached(info: ResourceInfo): Promise<boolean> {
    return this.#queue.hasCached(info.hash, this.formOf(info));
  }

  /**
   * @param form - `Download.form`: what `bytes` are, where they are not the file.
   * @param loadFile - loads the file where the kept form cannot be read.
   */
  async decode(
    info: ResourceInfo,
    bytes: Bytes,
    form: string | undefined,
    loadFile: () => Promise<Bytes>,
    signal: AbortSignal,
  ): Promise<TextureAsset> {
    const { url, type } = info;
    let file = bytes;
    if (form) {
      try {
        return (await packed()).unpackTexture(bytes, url);
      } catch {
        // Code of another version wrote it under the same name, or the code that reads it cannot be loaded.
        file = await loadFile();
      }
    }
    const asset = await this.#decoder.texture(file, { url, type, maxSize: this.#gpu.maxTextureSize }, signal);
    if (asset.kind === 'compressed') void this.#keep(info, asset);
    return asset;
  }

  async #keep(info: ResourceInfo, asset: CompressedTexture): Promise<void> {
    const form = this.formOf(info);
    const { hash, url } = info;
    await this.#entered;
    // Without a cache, there is no file to replace. Of two textures of one file, the first has replaced it.
    if (!form || !this.#queue.mayHaveCached(hash)) return;
    try {
      const { packTexture } = await packed();
      await this.#queue.keep?.({ hash, form, url }, packTexture(asset));
    } catch {
      // Missing code, or no memory for a copy. The next visit transcodes it again.
    }
  }
}
