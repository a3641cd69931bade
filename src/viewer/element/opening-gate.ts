import type { Disposable } from '../../core/disposal.ts';
import { hasRoomForViewer, restUnseen } from './open-viewers.ts';
import type { ViewerAttributes } from './viewer-attributes.ts';

/** Says when a viewer may open its room: `loading` waits until it is seen, `reveal` until somebody wants it. */
export class OpeningGate implements Disposable {
  readonly #element: Element;
  readonly #attributes: ViewerAttributes;
  readonly #onSight: () => void;
  #observer: IntersectionObserver | undefined;
  /** Some of the element is in the window, as far as the browser has told. */
  inSight = false;
  /** Somebody wants the room: the visitor by a button, or the page. */
  revealed = false;

  /** @param onSight - the element came into the window. */
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

  /** Follows whether the element is seen, until `dispose`. Twice is harmless. */
  follow(): void {
    if (this.#observer) return;
    this.#observer = new IntersectionObserver(
      entries => {
        const before = this.inSight;
        const { isIntersecting, intersectionRatio } = entries[entries.length - 1];
        // What only touches the edge of the window is not seen.
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
