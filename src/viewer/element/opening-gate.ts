import type { Disposable } from '../../core/disposal.ts';
import { hasRoomForViewer, restUnseen } from './open-viewers.ts';
import type { ViewerAttributes } from './viewer-attributes.ts';

/** Decides when a viewer may open its room: `loading` waits until it is visible, `reveal` until the visitor or page asks. */
export class OpeningGate implements Disposable {
  readonly #element: Element;
  readonly #attributes: ViewerAttributes;
  readonly #onSight: () => void;
  #observer: IntersectionObserver | undefined;
  /** Whether part of the element is in the window, as far as the browser has reported. */
  inSight = false;
  /** Whether the visitor pressed the button, or the page called `reveal()`. */
  revealed = false;

  /** @param onSight - called when the element enters the window. */
  constructor(element: Element, attributes: ViewerAttributes, onSight: () => void) {
    this.#element = element;
    this.#attributes = attributes;
    this.#onSight = onSight;
  }

  get allows(): boolean {
    const { reveal, loading } = this.#attributes;
    if (reveal !== 'auto' && !this.revealed) return false;
    return this.inSight || loading === 'eager' || (loading === 'auto' && hasRoomForViewer());
  }

  /** Tracks whether the element is visible, until `dispose`. Calling it twice is harmless. */
  follow(): void {
    if (this.#observer) return;
    this.#observer = new IntersectionObserver(
      entries => {
        const before = this.inSight;
        const { isIntersecting, intersectionRatio } = entries[entries.length - 1];
        // An element that only touches the edge of the window is not visible.
        this.inSight = isIntersecting && intersectionRatio > 0;
        if (this.inSight && !before) this.#onSight();
        else if (before && !this.inSight) restUnseen();
      },
      { threshold: [0, 0.01] },
    );
    this.#observer.observe(this.#element);
  }

  dispose(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.inSight = false;
  }
}
