import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import { ContextError } from '../../render/gl/context.ts';

/** A driver that restarts restores contexts within a second or two. */
const GONE_MS = 5000;

/** The reason of the `ContextError` where a lost context is not restored. */
export const TAKEN_AWAY = 'taken away';

/**
 * Hides a canvas whose context is lost, because browsers draw a broken picture on it, and reports a context that is not restored.
 * On a page with more than 16 canvases the oldest context is lost. A driver may also stop for good.
 */
export class ContextWatch implements Disposable {
  readonly #abort = new AbortController();
  #stop: (() => void) | undefined;

  constructor(canvas: HTMLCanvasElement, clock: Clock, onGone: (error: ContextError) => void) {
    const { signal } = this.#abort;
    const onEvent = ({ type }: Event) => {
      const lost = type === 'webglcontextlost';
      canvas.style.visibility = lost ? 'hidden' : '';
      this.#stop?.();
      this.#stop = lost ? clock.after(GONE_MS, () => onGone(new ContextError(TAKEN_AWAY))) : undefined;
    };
    canvas.addEventListener('webglcontextlost', onEvent, { signal });
    canvas.addEventListener('webglcontextrestored', onEvent, { signal });
  }

  dispose(): void {
    this.#abort.abort();
    this.#stop?.();
  }
}
