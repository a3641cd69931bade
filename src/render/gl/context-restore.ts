import type { Disposable } from '../../core/disposal.ts';
import { type Capabilities, type Extensions, type RenderCanvas, readCapabilities } from './context.ts';

export interface ContextRestoreOptions {
  readonly canvas: RenderCanvas;
  readonly gl: WebGLRenderingContext;
  /** Shared by the renderer's parts. It receives the extensions of the new context. */
  readonly extensions: Extensions;
  /** Names of extensions to ignore. */
  readonly refuse: readonly string[];
  onLost(): void;
  /** Called when the context is restored. It is empty, and its capabilities may differ. */
  onRestored(capabilities: Capabilities): void;
}

/** Handles the loss of a WebGL context. It asks the browser to restore it, and reports the new context's capabilities. */
export class ContextRestore implements Disposable {
  readonly #abort = new AbortController();
  #isLost = false;

  constructor({ canvas, gl, extensions, refuse, onLost, onRestored }: ContextRestoreOptions) {
    const { signal } = this.#abort;
    const onEvent = (event: Event): void => {
      if (event.type === 'webglcontextlost') {
        // Without this call, the browser never restores the context.
        event.preventDefault();
        this.#isLost = true;
        onLost();
        return;
      }
      const found = readCapabilities(gl, refuse);
      // The old extension objects are invalid.
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
