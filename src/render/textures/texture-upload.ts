import {
  ClampToEdgeWrapping,
  CompressedTexture,
  DataTexture,
  MirroredRepeatWrapping,
  NearestFilter,
  NearestMipmapNearestFilter,
  RGB_S3TC_DXT1_Format,
  type Texture,
} from 'three';
import type { UploadJob } from '../../assets/memory/upload-job.ts';
import { isPowerOfTwo, mipBytes } from '../../assets/textures/mip-levels.ts';
import type { CompressedTexture as CompressedAsset, PictureTexture, TextureAsset } from '../../assets/textures/texture-asset.ts';
import type { GlState } from '../gl/gl-state.ts';
import type { UploadCheck } from './upload-check.ts';

export interface UploadListener {
  onDone(handle: WebGLTexture, bytes: number): void;
  /** The context was lost during the upload. The next draw of the texture starts again. */
  onLost(): void;
}

/** Reports whether the texture will have mip levels on the GPU, and so the filter that reads the nearest of them. */
export function hasLevels(texture: Texture, asset: TextureAsset): boolean {
  if (texture.minFilter === NearestFilter || !isPowerOfTwo(asset.width, asset.height)) return false;
  return asset.kind === 'compressed' ? asset.levels.length > 1 : texture.generateMipmaps;
}

/**
 * Uploads one texture: a large picture in bands of rows, a small one whole, compressed data level by level. The GPU makes the mip
 * levels of a picture at the end.
 */
export class TextureUpload implements UploadJob {
  readonly #gl: WebGLRenderingContext;
  readonly #state: GlState;
  readonly #s3tc: WEBGL_compressed_texture_s3tc | null;
  readonly #texture: Texture;
  readonly #asset: TextureAsset;
  readonly #listener: UploadListener;
  readonly #check: UploadCheck;
  #handle: WebGLTexture | null = null;
  /** Number of uploaded rows or bands (pictures), or levels (compressed). */
  #next = 0;
  done = false;

  constructor(
    gl: WebGLRenderingContext,
    state: GlState,
    s3tc: WEBGL_compressed_texture_s3tc | null,
    texture: Texture,
    asset: TextureAsset,
    listener: UploadListener,
    check: UploadCheck,
  ) {
    this.#gl = gl;
    this.#state = state;
    this.#s3tc = s3tc;
    this.#texture = texture;
    this.#asset = asset;
    this.#listener = listener;
    this.#check = check;
  }

  step(maxBytes: number): number {
    if (this.done) return 0;
    const gl = this.#gl;
    if (gl.isContextLost()) {
      this.#listener.onLost();
      this.cancel();
      return 0;
    }
    const begun = this.#handle !== null;
    this.#handle ??= gl.createTexture();
    this.#state.bindTexture(this.#handle as WebGLTexture);
    if (!begun) this.#setParameters();
    try {
      return this.#asset.kind === 'picture' ? this.#stepPicture(this.#asset, maxBytes) : this.#stepLevels(this.#asset, maxBytes);
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  /**
   * Restarts at the next step, after the context was lost and restored. (Calling `gl.isTexture` in each step also detects this,
   * but waits for all GPU work: up to 500 ms on a software GPU.)
   */
  restart(): void {
    this.#handle = null;
    this.#next = 0;
  }

  /** Cancels the upload and discards what was uploaded. */
  cancel(): void {
    if (this.done) return;
    this.done = true;
    this.#state.forgetTexture(this.#handle);
    this.#gl.deleteTexture(this.#handle);
  }

  #stepPicture(asset: PictureTexture, maxBytes: number): number {
    const gl = this.#gl;
    const { width, height, image, bands } = asset;
    if (bands) return this.#stepBands(asset, bands, maxBytes);
    const flip = this.#texture.flipY && !(typeof ImageBitmap !== 'undefined' && image instanceof ImageBitmap);
    // A bitmap without bands is small. WebGL 1 takes a part of it only through a canvas, where pixels of alpha 0 lose their colour.
    const whole = flip || !('data' in image);
    const rows = whole ? height : Math.min(height - this.#next, Math.max(1, Math.floor(maxBytes / (width * 4))));
    if (rows === height) {
      if (flip) gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, true);
      if ('data' in image)
        this.#check.upload('data', () =>
          gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, image.data),
        );
      else this.#send(image, source => gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, source));
      if (flip) gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    } else if ('data' in image) {
      if (this.#next === 0) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      const band = image.data.subarray(this.#next * width * 4, (this.#next + rows) * width * 4);
      this.#check.upload('data', () =>
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, this.#next, width, rows, gl.RGBA, gl.UNSIGNED_BYTE, band),
      );
    }
    this.#next += rows;
    if (this.#next >= height) this.#finishPicture(asset);
    return rows * width * 4;
  }

  /** Uploads at least one band. `#next` counts bands here. */
  #stepBands(asset: PictureTexture, bands: readonly ImageBitmap[], maxBytes: number): number {
    const gl = this.#gl;
    const { width, height } = asset;
    if (this.#next === 0) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    let sent = 0;
    do {
      const band = bands[this.#next];
      const first = this.#next * bands[0].height;
      this.#send(band, source => gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, first, gl.RGBA, gl.UNSIGNED_BYTE, source));
      sent += width * band.height * 4;
      this.#next++;
    } while (this.#next < bands.length && sent + width * bands[this.#next].height * 4 <= maxBytes);
    if (this.#next === bands.length) this.#finishPicture(asset);
    return sent;
  }

  /**
   * Uploads a picture, through a canvas if the driver refuses bitmaps.
   *
   * @throws UploadRefusedError if it refuses that too.
   */
  #send(source: TexImageSource, send: (source: TexImageSource) => void): void {
    const bitmap = typeof ImageBitmap !== 'undefined' && source instanceof ImageBitmap;
    if (!bitmap) this.#check.upload('element', () => send(source));
    else if (this.#check.refuses('bitmap') || !this.#check.took('bitmap', () => send(source)))
      this.#check.upload('element', () => send(canvasOf(source)));
  }

  #finishPicture(asset: PictureTexture): void {
    const { width, height } = asset;
    const mips = hasLevels(this.#texture, asset);
    if (mips) this.#gl.generateMipmap(this.#gl.TEXTURE_2D);
    this.#finish(mips ? mipBytes(width, height, 1, 4) : width * height * 4);
  }

  /** Uploads at least one level. The largest of a 2048 x 2048 DXT1 texture is 2 MB, which WebGL copies without decoding. */
  #stepLevels(asset: CompressedAsset, maxBytes: number): number {
    const gl = this.#gl;
    const s3tc = this.#s3tc as WEBGL_compressed_texture_s3tc;
    const format = asset.format === 'dxt1' ? s3tc.COMPRESSED_RGB_S3TC_DXT1_EXT : s3tc.COMPRESSED_RGBA_S3TC_DXT5_EXT;
    let sent = 0;
    do {
      const level = this.#next++;
      const data = asset.levels[level];
      const width = Math.max(1, asset.width >> level);
      const height = Math.max(1, asset.height >> level);
      this.#check.upload('compressed', () => gl.compressedTexImage2D(gl.TEXTURE_2D, level, format, width, height, 0, data));
      sent += data.byteLength;
    } while (this.#next < asset.levels.length && sent + asset.levels[this.#next].byteLength <= maxBytes);
    if (this.#next === asset.levels.length) this.#finish(asset.levels.reduce((sum, level) => sum + level.byteLength, 0));
    return sent;
  }

  #setParameters(): void {
    const gl = this.#gl;
    const { width, height } = this.#asset;
    const tiles = isPowerOfTwo(width, height);
    const { minFilter, magFilter } = this.#texture;
    const nearest = magFilter === NearestFilter;
    const set = (name: number, value: number) => gl.texParameteri(gl.TEXTURE_2D, name, value);
    set(gl.TEXTURE_WRAP_S, tiles ? wrap(gl, this.#texture.wrapS) : gl.CLAMP_TO_EDGE);
    set(gl.TEXTURE_WRAP_T, tiles ? wrap(gl, this.#texture.wrapT) : gl.CLAMP_TO_EDGE);
    set(gl.TEXTURE_MAG_FILTER, nearest ? gl.NEAREST : gl.LINEAR);
    // One mip level, not two blended: half the texture reads, and the step is invisible on a wall (docs/performance/frames.md).
    const blends = this.#asset.sampling?.minify === 'blend';
    const sharp = minFilter === NearestMipmapNearestFilter ? gl.NEAREST_MIPMAP_NEAREST : gl.LINEAR_MIPMAP_NEAREST;
    const read = blends ? gl.LINEAR_MIPMAP_LINEAR : sharp;
    const single = nearest || minFilter === NearestFilter ? gl.NEAREST : gl.LINEAR;
    set(gl.TEXTURE_MIN_FILTER, hasLevels(this.#texture, this.#asset) ? read : single);
  }

  #finish(bytes: number): void {
    this.done = true;
    this.#listener.onDone(this.#handle as WebGLTexture, bytes);
  }
}

function wrap(gl: WebGLRenderingContext, mode: number): number {
  if (mode === ClampToEdgeWrapping) return gl.CLAMP_TO_EDGE;
  return mode === MirroredRepeatWrapping ? gl.MIRRORED_REPEAT : gl.REPEAT;
}

let scratch: OffscreenCanvas | HTMLCanvasElement | undefined;

/** Copies a bitmap to a canvas, for drivers that take no bitmap. Pixels of alpha 0 lose their colour. */
function canvasOf(image: ImageBitmap): OffscreenCanvas | HTMLCanvasElement {
  scratch ??= typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(1, 1);
  scratch.width = image.width;
  scratch.height = image.height;
  const context = scratch.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  return scratch;
}

/**
 * Returns the asset of a texture that three's users made; undefined while it has no picture.
 *
 * @throws TypeError for data that is not four bytes a pixel.
 */
export function assetOf(texture: Texture): TextureAsset | undefined {
  if (texture instanceof CompressedTexture) {
    const format = texture.format === RGB_S3TC_DXT1_Format ? 'dxt1' : 'dxt5';
    const levels = texture.mipmaps.map(level => level.data as unknown as Uint8Array);
    return { kind: 'compressed', format, width: texture.image.width, height: texture.image.height, levels };
  }
  const image = texture.image as (ImageBitmap & { data?: unknown; naturalWidth?: number }) | null;
  if (!image?.width || !image.height || image.naturalWidth === 0) return undefined;
  const { width, height } = image;
  const { data } = image;
  if (texture instanceof DataTexture || data instanceof Uint8Array) {
    if (!data) return undefined;
    if (!(data instanceof Uint8Array && data.length >= width * height * 4))
      throw new TypeError(`the data of texture "${texture.name}" must be a Uint8Array of four bytes a pixel`);
    return { kind: 'picture', width, height, image: { data, width, height } };
  }
  return { kind: 'picture', width, height, image };
}
