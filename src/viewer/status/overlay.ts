import type { RoomProgress } from '../../room/resources/progress.ts';
import { adoptStyles } from '../element/adopt-styles.ts';
import css from '../element/viewer.css?inline';
import { viewerStrings } from '../strings/viewer/table.ts';
import type { Words } from '../strings/words.ts';
import type { Tools, ToolsOptions } from './tools.ts';

export type ViewerState = 'empty' | 'opening' | 'loading' | 'interactive' | 'complete' | 'resting' | 'error';

/** Returns a text in the current language. Called again when the language changes. */
export type Text = () => string;

const markup = `
<div class="root" part="root" data-state="empty">
  <div class="stage" part="stage" role="img"></div>
  <div class="ring"></div>
  <div class="layer"></div>
  <img class="still" alt="" hidden>
  <div class="tools" part="tools"></div>
  <div class="caption" part="caption" aria-hidden="true"><strong></strong><span></span></div>
  <div class="veil" part="veil">
    <div class="welcome" part="welcome">
      <h2></h2>
      <p class="status"></p>
      <p class="address" dir="ltr"></p>
      <button class="retry" type="button" hidden></button>
      <button class="retry reveal" type="button" hidden></button>
    </div>
  </div>
  <div class="notice" part="notice" hidden><span></span><button class="retry" type="button"></button></div>
  <div class="bar" part="bar" role="progressbar" aria-valuemin="0" aria-valuemax="100"></div>
  <p class="unseen" id="keys"></p>
  <p class="unseen" role="status"></p>
</div>`;

const CAPTION_MS = 6000;
const silence: Text = () => '';

export interface OverlayOptions extends Omit<ToolsOptions, 'words'> {
  /** Try again: the room (`room`), or its failed resources (`resources`). */
  readonly onRetry: (what: 'room' | 'resources') => void;
  /** The visitor opens the room (`reveal="interaction"`). */
  readonly onReveal: () => void;
}

/** The layers over the picture: veil, progress bar, messages, caption. Documents are untrusted, so their text is only set as text. */
export class Overlay {
  readonly stage: HTMLElement;
  readonly words: Words;
  readonly #tools: Omit<ToolsOptions, 'words'>;
  #loaded: Tools | undefined;
  #paused = false;
  #controls = false;
  /** What says something now, and what it says. */
  readonly #texts = new Map<Element, Text>();
  /** The layer that moves with the picture. */
  readonly layer: HTMLElement;
  readonly root: HTMLElement;
  readonly #veil: HTMLElement;
  readonly #title: HTMLElement;
  readonly #status: HTMLElement;
  readonly #address: HTMLElement;
  readonly #retry: HTMLButtonElement;
  readonly #reveal: HTMLButtonElement;
  readonly #still: HTMLImageElement;
  readonly #bar: HTMLElement;
  readonly #caption: HTMLElement;
  readonly #notice: HTMLElement;
  readonly #live: HTMLElement;
  #captionTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(shadow: ShadowRoot, words: Words, { onRetry, onReveal, ...tools }: OverlayOptions) {
    this.words = words;
    shadow.innerHTML = markup;
    adoptStyles(shadow, css);
    const find = <T extends HTMLElement>(selector: string): T => {
      const found = shadow.querySelector<T>(selector);
      if (!found) throw new Error(`the viewer's markup lacks ${selector}`);
      return found;
    };
    this.root = find('.root');
    this.stage = find('.stage');
    // The focus ring is for keyboard users. Browsers would also show it after a click, because the stage takes the focus.
    this.stage.addEventListener('pointerdown', () => this.stage.classList.add('pointed'));
    this.stage.addEventListener('blur', () => this.stage.classList.remove('pointed'));
    this.layer = find('.layer');
    this.#veil = find('.veil');
    this.#title = find('h2');
    this.#status = find('.status');
    this.#address = find('.address');
    this.#retry = find('.welcome .retry');
    this.#bar = find('.bar');
    this.#caption = find('.caption');
    this.#notice = find('.notice');
    this.#live = find('[role=status]');
    this.#retry.addEventListener('click', () => onRetry('room'));
    find('.notice .retry').addEventListener('click', () => onRetry('resources'));
    const retry = () => words.text(viewerStrings, 'retry');
    for (const button of shadow.querySelectorAll('.retry:not(.reveal)')) this.#say(button, retry);
    this.#reveal = find('.reveal');
    this.#reveal.addEventListener('click', onReveal);
    this.#say(this.#reveal, () => words.text(viewerStrings, 'reveal'));
    this.#still = find('.still');
    this.#tools = tools;
    this.#say(find('#keys'), () => words.text(viewerStrings, 'keys'));
    words.onChange(() => this.#translate());
    this.#translate();
  }

  set state(state: ViewerState) {
    this.root.dataset.state = state;
    this.#bar.setAttribute('aria-hidden', String(['complete', 'error', 'empty', 'resting'].includes(state)));
    this.stage.setAttribute('aria-busy', String(state === 'opening' || state === 'loading'));
  }

  /** Whether keys move the camera. If not, the room is a picture, and Tab skips it. */
  set controls(wanted: boolean) {
    this.stage.setAttribute('role', wanted ? 'application' : 'img');
    this.stage.tabIndex = wanted ? 0 : -1;
    this.#controls = wanted;
    if (this.#loaded) this.#loaded.controls = wanted;
    if (wanted) this.stage.setAttribute('aria-describedby', 'keys');
    else this.stage.removeAttribute('aria-describedby');
  }

  /** Whether the room is paused. The button names its action. */
  set paused(paused: boolean) {
    this.#paused = paused;
    if (this.#loaded) this.#loaded.paused = paused;
  }

  /** Loads the buttons for pause, the next person and the door, if they are wanted. The style hides them without `controls`. */
  async showTools(wanted: boolean): Promise<void> {
    const place = this.root.querySelector<HTMLElement>('.tools');
    if (!wanted || this.#loaded) return;
    const module = await import('./tools.ts').catch(() => undefined);
    if (!module || !place || this.#loaded) return;
    this.#loaded = new module.Tools(place, { words: this.words, ...this.#tools });
    this.#loaded.paused = this.#paused;
    this.#loaded.controls = this.#controls;
  }

  /** Announces a text to screen readers. */
  say(text: Text): void {
    this.#say(this.#live, text);
  }

  /** Shows what is being opened, and the progress. */
  announce(title: Text, status: Text): void {
    this.#say(this.#title, title);
    this.#say(this.#status, status);
  }

  set label(text: string) {
    this.stage.setAttribute('aria-label', text);
  }

  set poster(url: string | null) {
    this.#veil.classList.toggle('poster', url !== null);
    this.#veil.style.backgroundImage = url === null ? '' : `url(${JSON.stringify(url)}), var(--foyer-placeholder, none)`;
  }

  /** Shows a picture instead of a room without a context. null removes it. */
  set still(picture: Blob | null) {
    URL.revokeObjectURL(this.#still.src);
    this.#still.hidden = picture === null;
    if (picture) this.#still.src = URL.createObjectURL(picture);
    else this.#still.removeAttribute('src');
    this.root.classList.toggle('stilled', picture !== null);
  }

  /** Shows a button that opens the room. */
  set revealing(wanted: boolean) {
    this.#reveal.hidden = !wanted;
  }

  progress({ bytesDone, bytesKnown, fraction }: RoomProgress): void {
    const text = () => this.#amount(bytesDone, bytesKnown);
    this.root.style.setProperty('--fraction', fraction.toFixed(4));
    this.#bar.setAttribute('aria-valuenow', String(Math.floor(fraction * 100)));
    this.#bar.setAttribute('aria-valuetext', text());
    if (bytesKnown > 0) this.#say(this.#status, text);
  }

  /** Shows that the room failed: what happened, where, and a button to try again. */
  showError(title: Text, text: Text, address: string): void {
    this.announce(title, text);
    this.#address.textContent = address;
    this.#retry.hidden = false;
    this.say(() => `${title()}. ${text()}`);
  }

  hideError(): void {
    const focused = this.root.getRootNode() instanceof ShadowRoot && this.#retry.matches(':focus');
    this.#retry.hidden = true;
    this.#address.textContent = '';
    this.say(silence);
    if (focused) this.stage.focus({ preventScroll: true });
  }

  /** Shows how many things failed in an open room. 0 removes the notice. */
  showFailed(count: number): void {
    this.#notice.hidden = count === 0;
    if (count === 0) return;
    const text = () => this.words.plural(viewerStrings, 'failed', count);
    this.#say(this.#notice.children[0], text);
    this.say(text);
  }

  /** Shows and announces a few words in the corner for some seconds. */
  showCaption(title: Text, text: Text): void {
    const [strong, span] = this.#caption.children;
    this.#say(strong, title);
    this.#say(span, text);
    this.#caption.classList.add('shown');
    this.say(() => `${title()}. ${text()}`);
    clearTimeout(this.#captionTimer);
    this.#captionTimer = setTimeout(() => this.#caption.classList.remove('shown'), CAPTION_MS);
  }

  /** Bytes in the unit that fits the whole: 512,345 of 4,000,000 are '0.5 of 4.0 MB', of 600,000 '512 of 600 kB'. */
  #amount(done: number, all: number): string {
    const { words } = this;
    const [unit, bytes, digits] = all < 1e6 ? (['progress.kB', 1e3, 0] as const) : (['progress.MB', 1e6, 1] as const);
    return words.text(viewerStrings, unit, {
      done: words.number(done / bytes, digits),
      all: words.number(all / bytes, digits),
    });
  }

  #say(element: Element, text: Text): void {
    this.#texts.set(element, text);
    element.textContent = text();
  }

  #translate(): void {
    const { words } = this;
    this.root.lang = words.tag;
    this.root.dir = words.direction;
    this.stage.setAttribute('aria-roledescription', words.text(viewerStrings, 'room.kind'));
    this.#bar.setAttribute('aria-label', words.text(viewerStrings, 'progress'));
    for (const [element, text] of this.#texts) element.textContent = text();
  }

  dispose(): void {
    clearTimeout(this.#captionTimer);
  }
}
