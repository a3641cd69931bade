import { DataTexture, LinearFilter, type Texture } from 'three';
import type { GlState } from './gl-state.ts';

/** Pixels: of the atlas (16 MB, its depths 8 MB, once somebody is small enough), and of one picture. 1,024 pictures. */
export const ATLAS_SIZE = 2048;
export const TILE_SIZE = 64;
const COLUMNS = ATLAS_SIZE / TILE_SIZE;
export const TILE_COUNT = COLUMNS * COLUMNS;

/** A texture that figures are drawn into. Nothing is on the GPU until the first is. */
export class ImpostorAtlas {
  /** Stands for the atlas in materials. */
  readonly texture: Texture;
  readonly #gl: WebGLRenderingContext;
  readonly #state: GlState;
  #frame: WebGLFramebuffer | null = null;
  #depth: WebGLRenderbuffer | null = null;
  #handle: WebGLTexture | null = null;

  constructor(gl: WebGLRenderingContext, state: GlState) {
    this.#gl = gl;
    this.#state = state;
    this.texture = new DataTexture(new Uint8Array(4), 1, 1);
    this.texture.magFilter = this.texture.minFilter = LinearFilter;
  }

  get handle(): WebGLTexture | null {
    return this.#handle;
  }

  /** What is drawn until `end` lands in a tile, which is emptied. @returns false where the driver cannot. */
  begin(tile: number): boolean {
    const gl = this.#gl;
    if (!this.#frame && !this.#create()) return false;
    const x = (tile % COLUMNS) * TILE_SIZE;
    const y = Math.floor(tile / COLUMNS) * TILE_SIZE;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#frame);
    gl.viewport(x, y, TILE_SIZE, TILE_SIZE);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x, y, TILE_SIZE, TILE_SIZE);
    this.#state.setDepth(true, true);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    return true;
  }

  /** Back to the canvas. */
  end(): void {
    const gl = this.#gl;
    gl.disable(gl.SCISSOR_TEST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  /** After a lost context: nothing is there any more. */
  forget(): void {
    this.#frame = this.#depth = this.#handle = null;
  }

  dispose(): void {
    this.#state.forgetTexture(this.#handle);
    this.#gl.deleteFramebuffer(this.#frame);
    this.#gl.deleteRenderbuffer(this.#depth);
    this.#gl.deleteTexture(this.#handle);
    this.forget();
  }

  #create(): boolean {
    const gl = this.#gl;
    const handle = gl.createTexture();
    this.#state.bindTexture(handle);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, ATLAS_SIZE, ATLAS_SIZE, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE);
    this.#handle = handle;
    this.#depth = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, this.#depth);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT16, ATLAS_SIZE, ATLAS_SIZE);
    this.#frame = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, handle, 0);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, this.#depth);
    const whole = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    if (!whole) this.dispose();
    return whole;
  }
}
