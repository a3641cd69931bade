import type { ViewerAttributes } from '../element/viewer-attributes.ts';
import { isTouched } from '../strings/pointer.ts';
import type { ViewerString } from '../strings/viewer/english.ts';
import { viewerStrings } from '../strings/viewer/table.ts';
import { errorText } from './error-text.ts';
import type { Overlay, Text } from './overlay.ts';

/** Describes the state of a room in words: over the picture, and to screen readers. */
export class StatusAnnouncer {
  readonly #overlay: Overlay;
  readonly #attributes: ViewerAttributes;
  #room = '';

  constructor(overlay: Overlay, attributes: ViewerAttributes) {
    this.#overlay = overlay;
    this.#attributes = attributes;
    overlay.words.onChange(() => this.name());
  }

  /** Updates the name of the picture: from the page, or the room's name. */
  name(): void {
    this.#overlay.label = this.#attributes.alt ?? this.#label();
  }

  opening(): void {
    const text = this.#text(navigator.onLine ? 'open.opening' : 'open.offline');
    this.#overlay.announce(() => '', text);
    this.#overlay.say(text);
  }

  /** @param room - its name; '' if it has none. */
  entered(room: string): void {
    this.#room = room;
    this.#overlay.announce(
      () => room,
      () => '',
    );
    this.name();
  }

  /** The visitor can walk around now, or at least look. */
  interactive(): void {
    const { words } = this.#overlay;
    if (this.#attributes.controls) this.#overlay.showCaption(this.#label, this.#text(isTouched() ? 'hint.touch' : 'hint.mouse'));
    else this.#overlay.say(() => words.text(viewerStrings, 'open.there', { room: this.#label() }));
  }

  met(name: string): void {
    if (name) this.#overlay.showCaption(() => name, this.#text('hint.met'));
  }

  /** @param url - of the room; '' if none was given. */
  refused(error: unknown, url: string): void {
    const { words } = this.#overlay;
    this.#overlay.showError(
      () => errorText(error, words).title,
      () => errorText(error, words).text,
      url,
    );
  }

  left(): void {
    this.#room = '';
    this.name();
    this.#overlay.showFailed(0);
    this.#overlay.progress({ toward: 'interactive', bytesDone: 0, bytesKnown: 0, fraction: 0 });
  }

  readonly #label: Text = () => this.#room || this.#overlay.words.text(viewerStrings, 'room');

  #text(name: ViewerString): Text {
    return () => this.#overlay.words.text(viewerStrings, name);
  }
}
