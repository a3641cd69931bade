import { NearestMipmapNearestFilter, type Texture } from 'three';
import type { UploadJob } from '../../assets/memory/upload-job.ts';
import { isPowerOfTwo } from '../../assets/textures/mip-levels.ts';
import { closePicture, closeWhole } from '../../assets/textures/picture-bands.ts';
import type { TextureAsset } from '../../assets/textures/texture-asset.ts';
import type { Capabilities, Extensions } from '../gl/context.ts';
import type { GlState } from '../gl/gl-state.ts';
import { textureFor } from './texture-for.ts';
import { assetOf, hasLevels, TextureUpload } from './texture-upload.ts';
import { UploadCheck } from './upload-check.ts';

/** EXT_texture_filter_anisotropic: TEXTURE_MAX_ANISOTROPY_EXT. */
const MAX_ANISOTROPY = 0x84fe;
const GROUND_ANISOTROPY = 4;

export interface TextureOptions {
  /**
   * Keeps the pixels in the page after the upload, so that the texture survives a lost context. Without them, its creator must
   * dispose of it and create another. Default true.
   */
  readonly keepsCopy?: boolean;
}

/** The GPU data of one of three's textures. */
interface GpuTexture {
  readonly texture: Texture;
  handle: WebGLTexture | null;
  /** Exact bytes of all levels; 0 until the first is uploaded. */
  bytes: number;
  whole: boolean;
  version: number;
  asset: TextureAsset | undefined;
  keepsCopy: boolean;
  job: TextureUpload | undefined;
  /**
   * True if it has mip levels and reads the nearest of them smoothly. (Querying the GPU waits for all its work: 40 to 127 ms on a software
   * GPU.)
   */
  leveled: boolean;
  /** The handle that `smooth` has already changed. */
  smooth: WebGLTexture | null;
  readonly onDispose: () => void;
}

/**
 * Textures on the GPU. A governor uploads those of `create` in slices. Any other texture of three is uploaded at its first draw.
 * All are freed on the texture's `dispose` event.
 */
export class Textures {
  readonly #gl: WebGLRenderingContext;
  readonly #state: GlState;
  #capabilities: Capabilities;
  readonly #extensions: Extensions;
  readonly #known = new Map<Texture, GpuTexture>();
  #uploads: UploadCheck;
  #white: WebGLTexture | null = null;
  /** Bytes of all levels of all textures on the GPU. */
  bytes = 0;

  constructor(gl: WebGLRenderingContext, state: GlState, capabilities: Capabilities, extensions: Extensions) {
    this.#gl = gl;
    this.#uploads = new UploadCheck(gl);
    this.#state = state;
    this.#capabilities = capabilities;
    this.#extensions = extensions;
  }

  get count(): number {
    return this.#known.size;
  }

  /**
   * Creates a texture and its upload job.
   *
   * @throws RangeError if the asset is larger than the GPU allows, compressed without S3TC, or compressed and not a power of two.
   */
  create(asset: TextureAsset, { keepsCopy = true }: TextureOptions = {}): { texture: Texture; job: UploadJob } {
    this.#check(asset);
    const texture = textureFor(asset);
    const item = this.#add(texture);
    item.asset = asset;
    item.keepsCopy = keepsCopy;
    // The asset belongs only to this texture: of two copies of the pixels, keep one.
    if (!keepsCopy) closeWhole(asset);
    return { texture, job: this.#jobFor(item, asset) };
  }

  /**
   * Returns the handle to draw with, or null while the texture is incomplete. It uploads textures that `create` did not make.
   *
   * @throws RangeError or TypeError if this GPU cannot take a caller's texture.
   */
  handleOf(texture: Texture): WebGLTexture | null {
    let item = this.#known.get(texture);
    if (!item) {
      const asset = assetOf(texture);
      if (!asset) return null;
      item = this.#add(texture);
      item.asset = asset;
    }
    if (item.whole && item.version === texture.version) return item.handle;
    // Textures of three's users, changed or lost with the context, are uploaded now. Those of `create` wait for their job.
    if (item.version !== -2 && item.asset) {
      if (item.whole) item.asset = assetOf(texture) ?? item.asset;
      this.#check(item.asset);
      const job = this.#jobFor(item, item.asset);
      while (!job.done) job.step(Number.POSITIVE_INFINITY);
    }
    return item.whole ? item.handle : null;
  }

  /** Draws with a handle that the caller owns and frees; null removes it. */
  adopt(texture: Texture, handle: WebGLTexture | null): void {
    let item = this.#known.get(texture);
    if (!item && handle === null) return;
    item ??= this.#add(texture);
    item.handle = handle;
    item.leveled = false;
    item.whole = handle !== null;
    item.version = handle ? texture.version : -1;
  }

  /** Returns the handle of an uploaded texture; uploads nothing. */
  wholeHandleOf(texture: Texture): WebGLTexture | null {
    const item = this.#known.get(texture);
    return item?.whole ? item.handle : null;
  }

  /**
   * Filters a ground texture: it blends mip levels, because on the ground their steps show as lines. It adds anisotropic reads if
   * the GPU has them. All other textures read one level, which halves the texture reads.
   */
  smooth(texture: Texture): void {
    const item = this.#known.get(texture);
    if (!item?.handle || !item.leveled || item.smooth === item.handle) return;
    item.smooth = item.handle;
    const gl = this.#gl;
    this.#state.bindTexture(item.handle);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    const { maxAnisotropy, software } = this.#capabilities;
    if (maxAnisotropy > 1 && !software)
      gl.texParameterf(gl.TEXTURE_2D, MAX_ANISOTROPY, Math.min(GROUND_ANISOTROPY, maxAnisotropy));
  }

  /** Returns the exact bytes of all levels; 0 while the texture is not on the GPU. */
  bytesOf(texture: Texture): number {
    return this.#known.get(texture)?.bytes ?? 0;
  }

  /** One white pixel. */
  get white(): WebGLTexture {
    if (this.#white) return this.#white;
    const gl = this.#gl;
    this.#white = gl.createTexture();
    this.#state.bindTexture(this.#white);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array([255, 255, 255, 255]));
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    return this.#white;
  }

  /**
   * Forgets all GPU objects after a lost context. Textures with a copy are restored at their next draw.
   *
   * @param capabilities - of the new context; a restarted driver may have others.
   */
  forget(capabilities: Capabilities): void {
    this.#capabilities = capabilities;
    this.#white = null;
    this.bytes = 0;
    // The restored driver may be another one.
    this.#uploads = new UploadCheck(this.#gl);
    for (const item of this.#known.values()) {
      if (item.whole) item.version = -1;
      item.handle = null;
      item.whole = false;
      item.bytes = 0;
      item.job?.restart();
    }
  }

  dispose(): void {
    for (const item of [...this.#known.values()]) this.#free(item);
    if (this.#white) this.#gl.deleteTexture(this.#white);
    this.#white = null;
  }

  #check(asset: TextureAsset): void {
    const size = `${asset.width} x ${asset.height}`;
    const max = this.#capabilities.maxTextureSize;
    if (asset.width > max || asset.height > max) throw new RangeError(`texture of ${size} is larger than this GPU's ${max}`);
    if (asset.kind === 'picture') return;
    if (!this.#extensions.s3tc) throw new RangeError(`texture is ${asset.format}, which this GPU cannot read`);
    if (!isPowerOfTwo(asset.width, asset.height)) throw new RangeError(`compressed texture of ${size} is no power of two`);
  }

  #add(texture: Texture): GpuTexture {
    const item: GpuTexture = {
      texture,
      handle: null,
      bytes: 0,
      whole: false,
      version: -1,
      asset: undefined,
      keepsCopy: true,
      job: undefined,
      leveled: false,
      smooth: null,
      onDispose: () => this.#free(item),
    };
    texture.addEventListener('dispose', item.onDispose);
    this.#known.set(texture, item);
    return item;
  }

  /** Creates the upload job. `version` -2 marks a running job. */
  #jobFor(item: GpuTexture, asset: TextureAsset): UploadJob {
    item.version = -2;
    item.job?.cancel();
    item.job = new TextureUpload(
      this.#gl,
      this.#state,
      this.#extensions.s3tc,
      item.texture,
      asset,
      {
        onDone: (handle, bytes) => {
          item.leveled = hasLevels(item.texture, asset) && item.texture.minFilter !== NearestMipmapNearestFilter;
          this.#finish(item, handle, bytes);
        },
        onLost: () => {
          item.version = -1;
        },
      },
      this.#uploads,
    );
    return item.job;
  }

  #finish(item: GpuTexture, handle: WebGLTexture, bytes: number): void {
    if (item.handle) {
      this.#state.forgetTexture(item.handle);
      this.#gl.deleteTexture(item.handle);
    }
    this.bytes += bytes - item.bytes;
    item.handle = handle;
    item.job = undefined;
    item.bytes = bytes;
    item.whole = true;
    item.version = item.texture.version;
    if (item.keepsCopy) return;
    if (item.asset?.kind === 'picture') closePicture(item.asset);
    item.asset = undefined;
    item.texture.image = null;
    item.texture.mipmaps = [];
  }

  #free(item: GpuTexture): void {
    if (this.#known.get(item.texture) !== item) return;
    this.#known.delete(item.texture);
    item.texture.removeEventListener('dispose', item.onDispose);
    item.job?.cancel();
    // Pixels that still wait for their upload and belong only to this texture.
    if (!item.keepsCopy && item.asset?.kind === 'picture') closePicture(item.asset);
    this.#state.forgetTexture(item.handle);
    this.#gl.deleteTexture(item.handle);
    this.bytes -= item.bytes;
  }
}
