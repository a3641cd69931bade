import { DataTexture, LinearFilter, type Texture } from 'three';
import type { Holding, MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { GlState } from '../gl/gl-state.ts';

/** Sides of the atlas and of one picture, pixels. The atlas holds 1,024 pictures. */
export const ATLAS_SIZE = 2048;
export const TILE_SIZE = 64;
/** Bytes of the atlas (RGBA8) and of the square that pictures are drawn in (RGBA8, 16-bit depths). */
const BYTES = { gpu: ATLAS_SIZE * ATLAS_SIZE * 4 + TILE_SIZE * TILE_SIZE * 6, cpu: 0 };
/** Maximum share of a room's memory limit. If the limit is 64 MB, textures are worth more. */
const MOST_OF_LIMIT = 1 / 7;
const COLUMNS = ATLAS_SIZE / TILE_SIZE;
export const TILE_COUNT = COLUMNS * COLUMNS;

/**
 * A texture that holds pictures of figures. Each is drawn in a small square and copied, so depths take 8 KB instead of 8 MB. It
 * takes no GPU memory before the first picture.
 */
export class ImpostorAtlas {
  /** Represents the atlas in materials. */
  readonly texture: Texture;
  readonly #gl: WebGLRenderingContext;
  readonly #state: GlState;
  readonly #memory: MemoryBudget | undefined;
  #frame: WebGLFramebuffer | null = null;
  #square: WebGLTexture | null = null;
  #depth: WebGLRenderbuffer | null = null;
  #handle: WebGLTexture | null = null;
  #holding: Holding | undefined;

  /**
   * Creates an empty atlas.
   *
   * @param memory - counts the atlas; without it there is no limit.
   */
  constructor(gl: WebGLRenderingContext, state: GlState, memory: MemoryBudget | undefined) {
    this.#gl = gl;
    this.#state = state;
    this.#memory = memory;
    this.texture = new DataTexture(new Uint8Array(4), 1, 1);
    this.texture.magFilter = this.texture.minFilter = LinearFilter;
  }

  get handle(): WebGLTexture | null {
    return this.#handle;
  }

  /** Current bytes on the GPU. */
  get bytes(): number {
    return this.#handle ? BYTES.gpu : 0;
  }

  /**
   * Starts a picture; draw calls until `end` go into it.
   *
   * @returns false if the driver cannot, or memory has no room.
   */
  begin(): boolean {
    const gl = this.#gl;
    if (!this.#frame && !this.#create()) return false;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#frame);
    gl.viewport(0, 0, TILE_SIZE, TILE_SIZE);
    this.#state.setDepth(true, true);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    return true;
  }

  /** Copies the picture to a tile and returns to the canvas. */
  end(tile: number): void {
    const gl = this.#gl;
    if (this.#handle) {
      this.#state.bindTexture(this.#handle);
      const x = (tile % COLUMNS) * TILE_SIZE;
      const y = Math.floor(tile / COLUMNS) * TILE_SIZE;
      gl.copyTexSubImage2D(gl.TEXTURE_2D, 0, x, y, 0, 0, TILE_SIZE, TILE_SIZE);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  /** Forgets all GPU objects after a lost context. */
  forget(): void {
    this.#frame = this.#depth = this.#square = this.#handle = null;
    if (this.#holding) this.#memory?.release(this.#holding);
    this.#holding = undefined;
  }

  dispose(): void {
    for (const texture of [this.#handle, this.#square]) {
      this.#state.forgetTexture(texture);
      this.#gl.deleteTexture(texture);
    }
    this.#gl.deleteFramebuffer(this.#frame);
    this.#gl.deleteRenderbuffer(this.#depth);
    this.forget();
  }

  #create(): boolean {
    const gl = this.#gl;
    const memory = this.#memory;
    if (memory && (BYTES.gpu > memory.limit * MOST_OF_LIMIT || !memory.fits(BYTES))) return false;
    this.#holding = memory?.hold({ ...BYTES, visibility: 0 }, 'fixed');
    this.#handle = this.#emptyTexture(ATLAS_SIZE);
    this.#square = this.#emptyTexture(TILE_SIZE);
    this.#depth = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, this.#depth);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT16, TILE_SIZE, TILE_SIZE);
    this.#frame = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.#square, 0);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, this.#depth);
    const whole = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    if (!whole) this.dispose();
    return whole;
  }

  #emptyTexture(size: number): WebGLTexture {
    const gl = this.#gl;
    const handle = gl.createTexture();
    this.#state.bindTexture(handle);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, size, size, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE);
    return handle;
  }
}
