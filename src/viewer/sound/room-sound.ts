import * as v from 'valibot';
import type { Disposable } from '../../core/disposal.ts';
import { LoadError } from '../../core/errors.ts';
import { link, node } from '../../graph/documents.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { Overlay } from '../status/overlay.ts';
import { viewerStrings } from '../strings/viewer/table.ts';

/** What the room's document says of its sound. The schema of rooms drops it: only this code, which is loaded on demand, wants it. */
const soundDocument = node(v.object({}), v.object({ sound: v.optional(link) }));

const ICON =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 9v6h4l5 5V4L7 9z"/><path class="waves" d="M15 8.5a4.5 4.5 0 0 1 0 7M17.5 5.5a8.5 8.5 0 0 1 0 13" fill="none" stroke="currentColor" stroke-width="2"/><path class="cross" d="M15.5 9.5l5 5m0-5l-5 5" fill="none" stroke="currentColor" stroke-width="2"/></svg>';

/** The part of an audio element that is used. */
export type SoundPlayer = Pick<
  HTMLAudioElement,
  'play' | 'pause' | 'src' | 'loop' | 'preload' | 'addEventListener' | 'removeAttribute'
>;

export interface RoomSoundOptions {
  readonly session: RoomSession;
  /** The element: its attribute `sound` is what the button changes. It is heard only while it is in the window. */
  readonly host: HTMLElement;
  readonly overlay: Pick<Overlay, 'root' | 'words'>;
  readonly emit: (type: 'resource-error', detail: { readonly url: string; readonly error: unknown }) => void;
  readonly createPlayer?: () => SoundPlayer;
}

/**
 * The sound of a room, from `relations.sound` of its document, over and over. Nothing is requested before somebody asks for it. It rests
 * while the page is hidden or the viewer is out of the window.
 */
export class RoomSound implements Disposable {
  readonly #options: RoomSoundOptions;
  readonly #player: SoundPlayer;
  readonly #button = document.createElement('button');
  readonly #abort = new AbortController();
  #stopWords: (() => void) | undefined;
  #sight: IntersectionObserver | undefined;
  /** Undefined where the room has no sound, or its document has not been read yet. */
  #url: string | undefined;
  #wanted = false;
  #inSight = true;
  #awaitsTouch = false;

  constructor(options: RoomSoundOptions) {
    this.#options = options;
    this.#player = options.createPlayer?.() ?? new Audio();
    this.#player.loop = true;
    this.#player.preload = 'none';
    void this.#open();
  }

  async #open(): Promise<void> {
    const { session, host, overlay, emit } = this.#options;
    const { signal } = this.#abort;
    let url: string | undefined;
    try {
      url = (await session.graph.get(session.url, soundDocument)).relations.sound;
    } catch (error) {
      if (!signal.aborted) emit('resource-error', { url: session.url, error });
    }
    if (url === undefined || signal.aborted) return;
    this.#url = url;
    this.#player.addEventListener('error', () => this.#fail(), { signal });
    this.#button.type = 'button';
    this.#button.setAttribute('part', 'sound');
    this.#button.innerHTML = ICON;
    this.#button.addEventListener('click', () => host.toggleAttribute('sound'), { signal });
    overlay.root.querySelector('.tools')?.append(this.#button);
    this.#stopWords = overlay.words.onChange(() => this.#label());
    document.addEventListener('visibilitychange', () => this.#follow(), { signal });
    this.#sight = new IntersectionObserver(seen => {
      this.#inSight = seen[seen.length - 1].isIntersecting;
      this.#follow();
    });
    this.#sight.observe(host);
    this.#label();
    this.#follow();
  }

  /** Whether it is to be heard. */
  set wanted(wanted: boolean) {
    this.#wanted = wanted;
    this.#label();
    this.#follow();
  }

  dispose(): void {
    this.#abort.abort();
    this.#sight?.disconnect();
    this.#stopWords?.();
    this.#button.remove();
    this.#player.pause();
    // A player without an address ends its request.
    this.#player.removeAttribute('src');
  }

  #follow(): void {
    if (this.#url === undefined) return;
    if (!this.#wanted || !this.#inSight || document.hidden) {
      this.#player.pause();
      return;
    }
    if (this.#player.src !== this.#url) this.#player.src = this.#url;
    this.#player.play().catch((error: unknown) => {
      // Browsers let nothing be heard before the visitor touched the page. What fails for another reason is told by `error`.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#waitForTouch();
    });
  }

  #waitForTouch(): void {
    if (this.#awaitsTouch || this.#abort.signal.aborted) return;
    this.#awaitsTouch = true;
    const again = () => {
      if (!this.#awaitsTouch) return;
      this.#awaitsTouch = false;
      this.#follow();
    };
    for (const type of ['pointerup', 'keydown'])
      document.addEventListener(type, again, { once: true, signal: this.#abort.signal });
  }

  #fail(): void {
    const url = this.#url;
    if (url === undefined || this.#abort.signal.aborted) return;
    this.#url = undefined;
    this.#button.remove();
    this.#options.emit('resource-error', { url, error: new LoadError('the sound cannot be played', { url }) });
  }

  #label(): void {
    const text = this.#options.overlay.words.text(viewerStrings, 'tools.sound');
    this.#button.setAttribute('aria-label', text);
    this.#button.setAttribute('aria-pressed', String(this.#wanted));
    this.#button.title = text;
  }
}
