/** How pixels reach the GPU: each may be refused by a driver while the others work. */
export type UploadWay = 'bitmap' | 'element' | 'data' | 'compressed';

/** The driver took no picture of this texture: it must not count as shown. */
export class UploadRefusedError extends Error {
  override readonly name = 'UploadRefusedError';
  /** Of WebGL: 1281 is INVALID_VALUE, 1285 OUT_OF_MEMORY. */
  readonly code: number;

  constructor(way: UploadWay, code: number) {
    super(`the GPU takes no texture from its ${way}: WebGL error ${code}`);
    this.code = code;
  }
}

/**
 * Asks the driver once for each way whether it took the texture. WebKitGTK refuses every ImageBitmap that a worker decoded (error 1281),
 * and draws black. Once only: `getError` waits for all that the GPU has to do.
 */
export class UploadCheck {
  readonly #gl: WebGLRenderingContext;
  readonly #codes = new Map<UploadWay, number>();

  constructor(gl: WebGLRenderingContext) {
    this.#gl = gl;
  }

  /** Whether the driver has refused this way. */
  refuses(way: UploadWay): boolean {
    return (this.#codes.get(way) ?? 0) !== 0;
  }

  /** Runs `upload`. @returns whether the driver took it, as far as the first of its way told. */
  took(way: UploadWay, upload: () => void): boolean {
    if (this.#codes.has(way)) {
      upload();
      return !this.refuses(way);
    }
    const gl = this.#gl;
    // Errors of other calls are not this one's. A lost context answers with errors for ever: a few are enough.
    for (let i = 0; i < 8 && gl.getError() !== 0; i++);
    upload();
    const code = gl.getError();
    if (gl.isContextLost()) return true;
    // Memory may be there the next time.
    if (code !== 0 && code === gl.OUT_OF_MEMORY) throw new UploadRefusedError(way, code);
    this.#codes.set(way, code);
    return code === 0;
  }

  /** As `took`. @throws UploadRefusedError where the driver did not take it. */
  upload(way: UploadWay, upload: () => void): void {
    if (!this.took(way, upload)) throw new UploadRefusedError(way, this.#codes.get(way) ?? 0);
  }
}
