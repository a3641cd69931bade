import { adoptStyles } from '../element/adopt-styles.ts';
import { viewerStrings } from '../strings/viewer/table.ts';
import type { Words } from '../strings/words.ts';
import css from './tools.css?inline';

export interface ToolsOptions {
  readonly words: Words;
  readonly onPause: () => void;
  readonly onNext: () => void;
  readonly onHome: () => void;
}

const icon = (path: string) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
const PAUSE = icon('M7 5h3.5v14H7zM13.5 5H17v14h-3.5z');
const PLAY = icon('M8 5l11 7-11 7z');
const NEXT = icon('M9 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM2 20c0-4 3-6 7-6s7 2 7 6zM17 8l5 4-5 4z');
const HOME = icon('M3 12l9-8 9 8v8h-6v-5H9v5H3z');

/** Buttons over the picture, for visitors without a keyboard: pause, the next person, back to the door. */
export class Tools {
  readonly #words: Words;
  readonly #pause = document.createElement('button');
  readonly #next = document.createElement('button');
  readonly #home = document.createElement('button');
  #paused = false;

  /** @param place - where the buttons are put. */
  constructor(place: HTMLElement, { words, onPause, onNext, onHome }: ToolsOptions) {
    this.#words = words;
    const root = place.getRootNode();
    if (root instanceof ShadowRoot) adoptStyles(root, css);
    this.#next.innerHTML = NEXT;
    this.#home.innerHTML = HOME;
    for (const [button, part, onClick] of [
      [this.#pause, 'pause', onPause],
      [this.#next, 'next', onNext],
      [this.#home, 'home', onHome],
    ] as const) {
      button.type = 'button';
      button.setAttribute('part', part);
      button.addEventListener('click', onClick);
      place.append(button);
    }
    this.paused = false;
    words.onChange(() => this.#label());
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    this.#pause.innerHTML = paused ? PLAY : PAUSE;
    this.#label();
  }

  /** Whether the visitor may move the camera. */
  set controls(wanted: boolean) {
    this.#next.hidden = this.#home.hidden = !wanted;
  }

  #label(): void {
    const label = (button: HTMLElement, text: string) => {
      button.setAttribute('aria-label', text);
      button.title = text;
    };
    label(this.#pause, this.#words.text(viewerStrings, this.#paused ? 'tools.play' : 'tools.pause'));
    label(this.#next, this.#words.text(viewerStrings, 'tools.next'));
    label(this.#home, this.#words.text(viewerStrings, 'tools.home'));
  }
}
