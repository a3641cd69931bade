import type { Disposable } from '../../core/disposal.ts';
import { type Capabilities, type Extensions, type RenderCanvas, readCapabilities } from './context.ts';

export interface ContextRestoreOptions {
  readonly canvas: RenderCanvas;
  readonly gl: WebGLRenderingContext;
  /** The renderer's parts share this object: it gets the extensions of the new context. */
  readonly extensions: Extensions;
  /** Names of extensions to do without. */
  readonly refuse: readonly string[];
  onLost(): void;
  /** The context is back, empty, and perhaps with other capabilities. */
  onRestored(capabilities: Capabilities): void;
}

/** Follows the loss of a WebGL context: asks the browser to bring it back, and hands on what the new one can do. */
export class ContextRestore implements Disposable {
  readonly #abort = new AbortController();
  #isLost = false;

  constructor({ canvas, gl, extensions, refuse, onLost, onRestored }: ContextRestoreOptions) {
    const { signal } = this.#abort;
    const onEvent = (event: Event): void => {
      if (event.type === 'webglcontextlost') {
        // Without it the browser never restores it.
        event.preventDefault();
        this.#isLost = true;
        onLost();
        return;
      }
      const found = readCapabilities(gl, refuse);
      // The old extension objects are dead.
      Object.assign(extensions, found.extensions);
      this.#isLost = false;
      onRestored(found.capabilities);
    };
    canvas.addEventListener('webglcontextlost', onEvent, { signal });
    canvas.addEventListener('webglcontextrestored', onEvent, { signal });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  dispose(): void {
    this.#abort.abort();
  }
}
