import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import { ContextError } from '../../render/gl/context.ts';

/** A driver that was restarted gives contexts back within a second or two. */
const GONE_MS = 5000;

/** The reason of the `ContextError` where a context was lost and is not given back. */
export const TAKEN_AWAY = 'taken away';

/**
 * Hides a canvas whose context is lost, on which browsers draw a broken picture, and tells when it does not come back: a page that
 * shows more than 16 canvases has the oldest taken away, and a driver may stop for good.
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
