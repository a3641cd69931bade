/** Caches WebGL's state and skips redundant calls, because the browser validates each call. */
export class GlState {
  readonly #gl: WebGLRenderingContext;
  #program: WebGLProgram | null = null;
  #texture: WebGLTexture | null = null;
  #lightMap: WebGLTexture | null = null;
  #cull = -1;
  #blend = -1;
  #opacity = 1;
  #depthWrite = -1;
  #depthTest = -1;
  /** Calls that reached WebGL since a caller reset it to 0. */
  changes = 0;

  constructor(gl: WebGLRenderingContext) {
    this.#gl = gl;
    this.reset();
  }

  /** Sets all state again, after a lost context or after other code drew with this context. */
  reset(): void {
    const gl = this.#gl;
    this.#program = null;
    this.#texture = null;
    this.#lightMap = null;
    this.#cull = this.#blend = this.#depthWrite = this.#depthTest = -1;
    gl.activeTexture(gl.TEXTURE0);
    gl.depthFunc(gl.LEQUAL);
    gl.frontFace(gl.CCW);
    this.#opacity = 1;
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  }

  useProgram(program: WebGLProgram): void {
    if (program === this.#program) return;
    this.#program = program;
    this.changes++;
    this.#gl.useProgram(program);
  }

  bindTexture(texture: WebGLTexture): void {
    if (texture === this.#texture) return;
    this.#texture = texture;
    this.changes++;
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, texture);
  }

  /** Binds a light map to unit 1. Unit 0 stays active for all other textures. */
  bindLightMap(texture: WebGLTexture): void {
    if (texture === this.#lightMap) return;
    const gl = this.#gl;
    this.#lightMap = texture;
    this.changes++;
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.activeTexture(gl.TEXTURE0);
  }

  /** Forgets a deleted texture, so that it no longer counts as bound. */
  forgetTexture(texture: WebGLTexture | null): void {
    if (this.#texture === texture) this.#texture = null;
    if (this.#lightMap === texture) this.#lightMap = null;
  }

  /**
   * Sets culling.
   *
   * @param face - gl.BACK, gl.FRONT, or 0 to draw both sides.
   */
  setCull(face: number): void {
    if (face === this.#cull) return;
    const gl = this.#gl;
    this.changes++;
    if (face === 0) gl.disable(gl.CULL_FACE);
    else {
      if (this.#cull <= 0) gl.enable(gl.CULL_FACE);
      gl.cullFace(face);
    }
    this.#cull = face;
  }

  /**
   * Turns blending on or off. The canvas stays opaque.
   *
   * @param opacity - of all pixels of the draw call. At 1 the pixels' own straight alpha counts.
   */
  setBlend(on: boolean, opacity = 1): void {
    const gl = this.#gl;
    if (opacity !== this.#opacity) {
      this.#opacity = opacity;
      this.changes++;
      gl.blendColor(0, 0, 0, opacity);
      if (opacity < 1) gl.blendFuncSeparate(gl.CONSTANT_ALPHA, gl.ONE_MINUS_CONSTANT_ALPHA, gl.ZERO, gl.ONE);
      else gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    }
    if (Number(on) === this.#blend) return;
    this.#blend = Number(on);
    this.changes++;
    if (on) gl.enable(gl.BLEND);
    else gl.disable(gl.BLEND);
  }

  setDepth(test: boolean, write: boolean): void {
    const gl = this.#gl;
    if (Number(test) !== this.#depthTest) {
      this.#depthTest = Number(test);
      this.changes++;
      if (test) gl.enable(gl.DEPTH_TEST);
      else gl.disable(gl.DEPTH_TEST);
    }
    if (Number(write) !== this.#depthWrite) {
      this.#depthWrite = Number(write);
      this.changes++;
      gl.depthMask(write);
    }
  }
}
