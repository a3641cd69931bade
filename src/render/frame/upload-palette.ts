import type { Program } from '../gl/programs.ts';

/** Uploads joint matrices (palettes) to the uniforms of programs: three rows of vec4s. */
export class PaletteUpload {
  readonly #gl: WebGLRenderingContext;
  /** Packed joints of one piece. */
  readonly #some: Float32Array;

  /**
   * Creates an uploader.
   *
   * @param maxJoints - maximum joints of a program.
   */
  constructor(gl: WebGLRenderingContext, maxJoints: number) {
    this.#gl = gl;
    this.#some = new Float32Array(maxJoints * 4);
  }

  /** Uploads the joints in use. It skips the upload if the program already has this palette of this frame. */
  uploadAll(program: Program, rows: readonly Float32Array[], frame: number): void {
    if (program.sentPalette === rows && program.sentPaletteFrame === frame) return;
    program.sentPalette = rows;
    program.sentPaletteFrame = frame;
    this.#gl.uniform4fv(program.rows[0], rows[0]);
    this.#gl.uniform4fv(program.rows[1], rows[1]);
    this.#gl.uniform4fv(program.rows[2], rows[2]);
  }

  /**
   * Uploads the joints of one piece of a skin that exceeds the GPU's limit.
   *
   * @param places - palette places of the piece's joints.
   */
  uploadSome(program: Program, rows: readonly Float32Array[], places: Uint8Array): void {
    program.sentPalette = null;
    for (let row = 0; row < 3; row++) {
      const from = rows[row];
      for (let i = 0; i < places.length; i++) for (let k = 0; k < 4; k++) this.#some[i * 4 + k] = from[places[i] * 4 + k];
      this.#gl.uniform4fv(program.rows[row], this.#some);
    }
  }
}
