/** Safari's event for two fingers on a trackpad. It is not standardised, and the DOM's types lack it. */
interface GestureEvent extends UIEvent {
  /** Distance of the fingers relative to the beginning of the gesture. */
  readonly scale: number;
}

/**
 * Zooms by a pinch on a trackpad in Safari, which other browsers send as a wheel event with ctrl. Without this, the whole page would zoom.
 */
export class GesturePinch {
  #scale = 1;

  /** @param onZoom - a factor of the distance: below 1 comes nearer. */
  constructor(stage: HTMLElement, signal: AbortSignal, onZoom: (factor: number) => void) {
    const on = (type: string, listener: (event: GestureEvent) => void) =>
      stage.addEventListener(
        type,
        event => {
          event.preventDefault();
          listener(event as GestureEvent);
        },
        { signal, passive: false },
      );
    on('gesturestart', ({ scale }) => {
      this.#scale = scale;
    });
    on('gesturechange', ({ scale }) => {
      if (scale > 0 && this.#scale > 0) onZoom(this.#scale / scale);
      this.#scale = scale;
    });
    on('gestureend', () => {});
  }
}
