import type { ViewerAttributes } from '../element/viewer-attributes.ts';
import { errorText } from './error-text.ts';
import type { Overlay } from './overlay.ts';

const defaultLabel = 'A room in 3D';

/** Says in words what becomes of a room: over the picture, and to a screen reader. */
export class StatusAnnouncer {
  readonly #overlay: Overlay;
  readonly #attributes: ViewerAttributes;
  #room = '';

  constructor(overlay: Overlay, attributes: ViewerAttributes) {
    this.#overlay = overlay;
    this.#attributes = attributes;
  }

  /** What the picture is called: as the page says, else by the room's name. */
  name(): void {
    this.#overlay.label = this.#attributes.alt ?? (this.#room || defaultLabel);
  }

  opening(): void {
    const text = navigator.onLine ? 'Opening the room' : 'No network: the room opens as soon as there is one';
    this.#overlay.announce('', text);
    this.#overlay.say(text);
  }

  /** @param room - its name; '' where it has none. */
  entered(room: string): void {
    this.#room = room;
    this.#overlay.announce(room, '');
    this.name();
  }

  /** One can walk around now, or at least look. */
  interactive(): void {
    const room = this.#room || defaultLabel;
    if (this.#attributes.controls) this.#overlay.showCaption(room, hint());
    else this.#overlay.say(`${room} is there`);
  }

  met(name: string): void {
    if (name) this.#overlay.showCaption(name, 'Walk or drag to look elsewhere');
  }

  /** @param url - what could not be shown; '' where none was given. */
  refused(error: unknown, url: string): void {
    const { title, text } = errorText(error);
    this.#overlay.showError(title, text, url);
  }

  left(): void {
    this.#room = '';
    this.name();
    this.#overlay.showFailed(0);
    this.#overlay.progress({ bytesDone: 0, bytesKnown: 0, fraction: 0 });
  }
}

function hint(): string {
  return matchMedia('(pointer: coarse)').matches
    ? 'Drag to look around, pinch to come nearer, tap somebody'
    : 'Drag to look around, W A S D to walk, click somebody';
}
