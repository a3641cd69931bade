/** Detects uploads that the driver refuses. */

/** The way that pixels reach the GPU. A driver may refuse one while the others work. */
export type UploadWay = 'bitmap' | 'element' | 'data' | 'compressed';

/** The driver took no picture of this texture, so it must not count as shown. */
export class UploadRefusedError extends Error {
  override readonly name = 'UploadRefusedError';
  /** WebGL error code: 1281 is INVALID_VALUE, 1285 OUT_OF_MEMORY. */
  readonly code: number;

  constructor(way: UploadWay, code: number) {
    super(`the GPU refuses this texture (${way}, WebGL error ${code})`);
    this.code = code;
  }
}

/**
 * Checks once for each way whether the driver took the texture. WebKitGTK refuses every ImageBitmap that a worker decoded (error
 * 1281), and draws black. It checks only once, because `getError` waits for all pending GPU work.
 */
export class UploadCheck {
  readonly #gl: WebGLRenderingContext;
  readonly #codes = new Map<UploadWay, number>();

  constructor(gl: WebGLRenderingContext) {
    this.#gl = gl;
  }

  /** Reports whether the driver has refused this way. */
  refuses(way: UploadWay): boolean {
    return (this.#codes.get(way) ?? 0) !== 0;
  }

  /**
   * Runs `upload`.
   *
   * @returns whether the driver took it, judged by the first upload of its way.
   */
  took(way: UploadWay, upload: () => void): boolean {
    if (this.#codes.has(way)) {
      upload();
      return !this.refuses(way);
    }
    const gl = this.#gl;
    // Clear the errors of other calls. A lost context returns errors for ever, so a few reads are enough.
    for (let i = 0; i < 8 && gl.getError() !== 0; i++);
    upload();
    const code = gl.getError();
    if (gl.isContextLost()) return true;
    // Memory may be available next time.
    if (code !== 0 && code === gl.OUT_OF_MEMORY) throw new UploadRefusedError(way, code);
    this.#codes.set(way, code);
    return code === 0;
  }

  /**
   * Runs `upload`, like `took`.
   *
   * @throws UploadRefusedError if the driver did not take it.
   */
  upload(way: UploadWay, upload: () => void): void {
    if (!this.took(way, upload)) throw new UploadRefusedError(way, this.#codes.get(way) ?? 0);
  }
}
