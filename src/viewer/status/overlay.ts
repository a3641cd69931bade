import type { RoomProgress } from '../../room/resources/progress.ts';
import css from '../element/viewer.css?inline';

export type ViewerState = 'empty' | 'opening' | 'loading' | 'interactive' | 'complete' | 'error';

const markup = `
<div class="root" part="root" lang="en" data-state="empty">
  <div class="stage" part="stage" role="img" aria-roledescription="3D room"></div>
  <div class="ring"></div>
  <div class="caption" part="caption" aria-hidden="true"><strong></strong><span></span></div>
  <div class="veil" part="veil">
    <div class="welcome" part="welcome">
      <h2></h2>
      <p class="status"></p>
      <button class="retry" type="button" hidden>Try again</button>
    </div>
  </div>
  <div class="notice" part="notice" hidden><span></span><button class="retry" type="button">Try again</button></div>
  <div class="bar" part="bar" role="progressbar" aria-label="Loading the room" aria-valuemin="0" aria-valuemax="100"></div>
  <p class="unseen" id="keys">Arrow keys look around, W A S D walk, plus and minus zoom, N looks at the next person, Home goes back to the door.</p>
  <p class="unseen" role="status"></p>
</div>`;

const CAPTION_MS = 6000;

/** What lies over the picture: veil, progress bar, messages, caption. Text comes from documents: it is only ever set as text. */
export class Overlay {
  readonly stage: HTMLElement;
  readonly #root: HTMLElement;
  readonly #veil: HTMLElement;
  readonly #title: HTMLElement;
  readonly #status: HTMLElement;
  readonly #retry: HTMLButtonElement;
  readonly #bar: HTMLElement;
  readonly #caption: HTMLElement;
  readonly #notice: HTMLElement;
  readonly #live: HTMLElement;
  #captionTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param onRetry - the room again (`room`), or what of it failed (`resources`). */
  constructor(shadow: ShadowRoot, onRetry: (what: 'room' | 'resources') => void) {
    // As a sheet that is no element, which a content security policy without 'unsafe-inline' lets through; Safari before 16.4 has none.
    const sheets = 'adoptedStyleSheets' in shadow && 'replaceSync' in CSSStyleSheet.prototype;
    shadow.innerHTML = sheets ? markup : `<style>${css}</style>${markup}`;
    if (sheets) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      shadow.adoptedStyleSheets = [sheet];
    }
    const find = <T extends HTMLElement>(selector: string): T => {
      const found = shadow.querySelector<T>(selector);
      if (!found) throw new Error(`the viewer's markup lacks ${selector}`);
      return found;
    };
    this.#root = find('.root');
    this.stage = find('.stage');
    this.#veil = find('.veil');
    this.#title = find('h2');
    this.#status = find('.status');
    this.#retry = find('.welcome .retry');
    this.#bar = find('.bar');
    this.#caption = find('.caption');
    this.#notice = find('.notice');
    this.#live = find('[role=status]');
    this.#retry.addEventListener('click', () => onRetry('room'));
    find('.notice .retry').addEventListener('click', () => onRetry('resources'));
  }

  set state(state: ViewerState) {
    this.#root.dataset.state = state;
    this.#bar.setAttribute('aria-hidden', String(state === 'complete' || state === 'error' || state === 'empty'));
    this.stage.setAttribute('aria-busy', String(state === 'opening' || state === 'loading'));
  }

  /** Whether keys move the camera; without them the room is a picture, and Tab goes past it. */
  set controls(wanted: boolean) {
    this.stage.setAttribute('role', wanted ? 'application' : 'img');
    this.stage.tabIndex = wanted ? 0 : -1;
    if (wanted) this.stage.setAttribute('aria-describedby', 'keys');
    else this.stage.removeAttribute('aria-describedby');
  }

  /** Spoken by a screen reader, when it has nothing better to say. */
  say(text: string): void {
    this.#live.textContent = text;
  }

  /** What is being opened, and how far that is. */
  announce(title: string, status: string): void {
    this.#title.textContent = title;
    this.#status.textContent = status;
  }

  set label(text: string) {
    this.stage.setAttribute('aria-label', text);
  }

  set poster(url: string | null) {
    this.#veil.classList.toggle('poster', url !== null);
    this.#veil.style.backgroundImage = url === null ? '' : `url(${JSON.stringify(url)})`;
  }

  progress({ bytesDone, bytesKnown, fraction }: RoomProgress): void {
    const text = `${amount(bytesDone, bytesKnown)} of ${amount(bytesKnown, bytesKnown)} ${bytesKnown < 1e6 ? 'kB' : 'MB'}`;
    this.#root.style.setProperty('--fraction', fraction.toFixed(4));
    this.#bar.setAttribute('aria-valuenow', String(Math.floor(fraction * 100)));
    this.#bar.setAttribute('aria-valuetext', text);
    if (bytesKnown > 0) this.#status.textContent = text;
  }

  /** The room cannot be shown: what happened, where, and a button where trying again may help. */
  showError(title: string, text: string, address: string): void {
    this.announce(title, text);
    const where = document.createElement('span');
    where.className = 'address';
    where.textContent = address;
    this.#status.append(where);
    this.#retry.hidden = false;
    this.say(`${title}. ${text}`);
  }

  hideError(): void {
    const focused = this.#root.getRootNode() instanceof ShadowRoot && this.#retry.matches(':focus');
    this.#retry.hidden = true;
    this.say('');
    if (focused) this.stage.focus({ preventScroll: true });
  }

  /** A few things failed, the room is there. 0 takes the notice away. */
  showFailed(count: number): void {
    this.#notice.hidden = count === 0;
    if (count === 0) return;
    const [text] = this.#notice.children;
    text.textContent = count === 1 ? 'One thing could not be loaded.' : `${count} things could not be loaded.`;
    this.say(text.textContent);
  }

  /** A few words in the corner, for a few seconds; spoken too, so that what is seen is not read a second time. */
  showCaption(title: string, text: string): void {
    const [strong, span] = this.#caption.children;
    strong.textContent = title;
    span.textContent = text;
    this.#caption.classList.add('shown');
    this.say(`${title}. ${text}`);
    clearTimeout(this.#captionTimer);
    this.#captionTimer = setTimeout(() => this.#caption.classList.remove('shown'), CAPTION_MS);
  }

  dispose(): void {
    clearTimeout(this.#captionTimer);
  }
}

/** Bytes in the unit that fits the whole: `amount(512_345, 4e6) // '0.5'`, `amount(512_345, 6e5) // '512'` */
function amount(bytes: number, whole: number): string {
  return whole < 1e6 ? (bytes / 1e3).toFixed(0) : (bytes / 1e6).toFixed(1);
}
