import type { PerspectiveCamera, Scene } from 'three';
import { type Clock, systemClock } from '../core/clock.ts';
import type { RoomDocument } from '../graph/room-documents.ts';
import type { OutfitChange } from '../room/dressing.ts';
import type { LiveAvatar } from '../room/live-avatar.ts';
import type { RoomSession } from '../room/room-session.ts';
import type { View } from './camera-rig.ts';
import { type CreateRenderer, chooseRenderer, createLean, type RendererName } from './choose-renderer.ts';
import { errorText } from './error-text.ts';
import { InspectorPanel } from './inspector-panel.ts';
import { Machinery } from './machinery.ts';
import { Overlay, type ViewerState } from './overlay.ts';
import { ViewerAttributes } from './viewer-attributes.ts';
import type { RoomElement, RoomViewerEvents } from './viewer-events.ts';
import { readMetrics, type ViewerMetrics } from './viewer-metrics.ts';
import { Visit } from './visit.ts';
import { defaultHome, Visitor } from './visitor.ts';

const defaultLabel = 'A room in 3D';

/** HTMLElement, or a stand-in where there is no DOM (a server that renders pages): the module can be imported everywhere. */
const ElementBase = (globalThis.HTMLElement ?? class {}) as { new (): RoomElement; prototype: RoomElement };

/**
 * `<room-viewer src="room.json" camera-controls></room-viewer>`: a room, streamed and drawn.
 *
 * Attributes: `src`, `poster`, `alt`, `camera-controls`, `quality`, `memory`, `renderer`. Events: `progress`, `interactive`,
 * `complete`, `error`, `resource-error`. All of it: docs/viewer.md.
 */
export class RoomViewer extends ElementBase {
  static readonly observedAttributes = ['src', 'poster', 'alt', 'camera-controls', 'quality', 'memory', 'renderer'];
  /** Time for the viewers made from now on; tests put in theirs. */
  static clock: Clock = systemClock;

  readonly #clock = RoomViewer.clock;
  readonly #attributes = new ViewerAttributes(this);
  #renderer: { readonly name: RendererName; readonly create: CreateRenderer } = { name: 'lean', create: createLean };
  #overlay: Overlay | undefined;
  #machinery: Machinery | undefined;
  #visitor: Visitor | undefined;
  #visit: Visit | undefined;
  #inspector: InspectorPanel | undefined;
  #state: ViewerState = 'empty';
  #opening = false;
  /** The room is entered again, by another renderer: what was looked at. */
  #returnTo: View | undefined;

  get src(): string | null {
    return this.getAttribute('src');
  }

  set src(url: string | null) {
    if (url === null) this.removeAttribute('src');
    else this.setAttribute('src', url);
  }

  get state(): ViewerState {
    return this.#state;
  }

  /** three's scene; undefined while there is no WebGL. Its objects belong to the viewer; add your own as you like. */
  get scene(): Scene | undefined {
    return this.#machinery?.stage.scene;
  }

  get camera(): PerspectiveCamera | undefined {
    return this.#machinery?.stage.camera;
  }

  /** The visit that is going on: avatars, furniture, documents. */
  get session(): RoomSession | undefined {
    return this.#state === 'error' ? undefined : this.#visit?.session;
  }

  get metrics(): ViewerMetrics {
    return readMetrics(this.#state, this.#visit, this.#machinery);
  }

  /** Where the camera is, and what it looks at or is about to. */
  get view(): View {
    return this.#visitor?.view ?? defaultHome;
  }

  /** Goes to a view; smoothly, unless `jump` or the visitor wants less motion. */
  lookFrom(view: View, { jump = false } = {}): void {
    this.#visitor?.look(view, jump);
  }

  /**
   * Draws the picture of one moment of the room, and stops there until `play()`: for pictures that must not differ.
   * @param seconds - since the room opened.
   */
  renderAt(seconds: number): void {
    const { session } = this;
    if (!this.#machinery || !session) return;
    const { stage } = this.#machinery;
    stage.paused = true;
    this.#visitor?.arrive();
    session.poseAt(seconds);
    session.update(0, stage.camera, stage.width, stage.height);
    stage.draw();
  }

  /**
   * Changes what somebody wears, in one frame, when it can be drawn: `viewer.dress('Mira', 'room.json#product/12')`.
   * The latest change counts. `RoomSession.dress` says the rest.
   *
   * @param who - an avatar of `session`, the URL of its edge, or its name.
   * @param change - URL of a product, relative to the room's document, or what goes on and off.
   * @throws RangeError where there is no such avatar; LoadError or FormatError, or the signal's reason: the old outfit stays.
   */
  async dress(who: LiveAvatar | string, change: OutfitChange | string, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const { session } = this;
    if (!session) throw new RangeError('no room is open');
    return session.dress(who, change, signal);
  }

  /** Goes on after `renderAt`. */
  play(): void {
    if (this.#machinery) this.#machinery.stage.paused = false;
  }

  /** Leaves the room and frees everything, GPU objects included. The element can be filled again by `src`. Twice is harmless. */
  dispose(): void {
    this.#leave();
    this.#disposeMachinery();
    this.#overlay?.dispose();
    this.#setState('empty');
  }

  connectedCallback(): void {
    if (!this.#overlay) {
      const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      this.#overlay = new Overlay(shadow, what => (what === 'room' ? this.#open() : this.#retryResources()));
      const inspect = () => this.#machinery && { machinery: this.#machinery, session: this.session };
      this.#inspector = new InspectorPanel(shadow, this.#overlay.stage, inspect);
    }
    this.#overlay.stage.onkeydown = event => {
      if (event.code === 'KeyI' && !event.ctrlKey && !event.metaKey && !event.altKey) void this.toggleInspector();
    };
    this.#overlay.poster = this.#attributes.url('poster');
    this.#overlay.label = this.#attributes.alt ?? defaultLabel;
    this.#overlay.controls = this.#attributes.controls;
    this.#scheduleOpen();
  }

  disconnectedCallback(): void {
    // An element that is only moved is connected again before this runs.
    queueMicrotask(() => {
      if (!this.isConnected) this.dispose();
    });
  }

  attributeChangedCallback(name: string): void {
    if (!this.#overlay) return;
    if (name === 'src' || name === 'renderer') this.#scheduleOpen();
    else if (name === 'poster') this.#overlay.poster = this.#attributes.url('poster');
    else if (name === 'alt') this.#overlay.label = this.#attributes.alt ?? defaultLabel;
    else if (name === 'quality' || name === 'memory') this.#applyQuality();
    else {
      this.#overlay.controls = this.#attributes.controls;
      if (this.#visitor) this.#visitor.controls = this.#attributes.controls;
    }
  }

  /** Shows or hides the streaming inspector (key I): what comes when, from where, and how fast the network is. */
  async toggleInspector(): Promise<void> {
    await this.#inspector?.toggle();
  }

  /** Attributes that are set one after the other open one room, not two. */
  #scheduleOpen(): void {
    const same = this.session?.url === this.#attributes.url('src') && this.#renderer.name === this.#attributes.renderer;
    if (this.#opening || same) return;
    this.#opening = true;
    queueMicrotask(() => {
      this.#opening = false;
      if (this.isConnected) this.#open();
    });
  }

  #open(): void {
    const view = this.session?.url === this.#attributes.url('src') ? this.view : undefined;
    this.#leave();
    this.#overlay?.hideError();
    const url = this.#attributes.url('src');
    if (url === null) {
      this.#setState('empty');
      return;
    }
    this.#returnTo = view;
    // Its canvas cannot be drawn on: another gets another context.
    if (this.#machinery?.stage.renderer.contextLost) this.#disposeMachinery();
    if (this.#renderer.name !== this.#attributes.renderer) {
      void this.#changeRenderer(this.#attributes.renderer, url);
      return;
    }
    this.#openHere(url);
  }

  /** A canvas has one context for ever: another renderer gets another canvas, and the room is entered again, from the cache. */
  async #changeRenderer(name: RendererName, url: string): Promise<void> {
    this.#disposeMachinery();
    this.#setState('opening');
    let create: CreateRenderer | undefined;
    let failure: unknown;
    try {
      create = await chooseRenderer(name);
    } catch (error) {
      failure = error;
    }
    // While it was loaded, the element may have been disposed of, taken out of the page, or told otherwise.
    if (!this.isConnected || this.#machinery || this.#state !== 'opening') return;
    if (name !== this.#attributes.renderer || url !== this.#attributes.url('src')) this.#open();
    else if (create) {
      this.#renderer = { name, create };
      this.#openHere(url);
    } else this.#refuse(failure, url);
  }

  #disposeMachinery(): void {
    this.#visitor?.dispose();
    this.#visitor = undefined;
    this.#inspector?.dispose();
    this.#machinery?.dispose();
    this.#machinery = undefined;
  }

  #openHere(url: string): void {
    try {
      this.#visit = this.#visitRoom(url);
    } catch (error) {
      this.#refuse(error, url);
      return;
    }
    if (this.#visitor) this.#visitor.session = this.#visit.session;
    this.#setState('opening');
    const text = navigator.onLine ? 'Opening the room' : 'No network: the room opens as soon as there is one';
    this.#overlay?.announce('', text);
    this.#overlay?.say(text);
    this.#visit.open();
  }

  #visitRoom(url: string): Visit {
    const visit = new Visit(url, this.#prepare(), this.#clock, {
      onRoom: data => this.#enter(data),
      onProgress: progress => {
        this.#overlay?.progress(progress);
        this.#emit('progress', progress);
      },
      onFailed: (failedUrl, error) => {
        this.#overlay?.showFailed(visit.notes.failed.length);
        this.#emit('resource-error', { url: failedUrl, error });
      },
      onArrived: state => this.#arrived(state),
      onRefused: error => this.#refuse(error, url),
    });
    return visit;
  }

  #enter(data: RoomDocument['data']): void {
    this.#visitor?.enter(data);
    if (this.#returnTo) this.#visitor?.look(this.#returnTo, true);
    this.#returnTo = undefined;
    this.#setState('loading');
    this.#overlay?.announce(data.name, '');
    if (this.#overlay && this.#attributes.alt === null) this.#overlay.label = data.name || defaultLabel;
  }

  /**
   * What outlives a room; made when first needed.
   * @throws ContextError when there is no WebGL.
   */
  #prepare(): Machinery {
    if (this.#machinery) return this.#machinery;
    const element = this.#overlay?.stage;
    if (!element) throw new Error('the viewer is not in a page');
    const machinery = new Machinery(element, {
      clock: this.#clock,
      createRenderer: this.#renderer.create,
      onFrame: seconds => this.#frame(seconds),
      isAttended: () => this.#visitor?.attends ?? false,
      onQuality: ({ poseSlowness }) => {
        if (this.session) this.session.poseSlowness = poseSlowness;
      },
      onContextRestored: () => (this.#state === 'error' ? this.#open() : this.session?.contextLost()),
      onContextGone: error => this.session && this.#refuse(error, this.session.url),
    });
    this.#machinery = machinery;
    this.#visitor = new Visitor(element, machinery.stage.camera, this.#clock, ({ info }) => {
      if (info.name) this.#overlay?.showCaption(info.name, 'Walk or drag to look elsewhere');
    });
    this.#visitor.controls = this.#attributes.controls;
    this.#applyQuality();
    return machinery;
  }

  #frame(seconds: number): void {
    if (!this.#machinery) return;
    const { stage, governor } = this.#machinery;
    this.#visitor?.update(seconds);
    const attended = this.#visitor?.attends ?? false;
    governor.frame(attended && (this.#state === 'interactive' || this.#state === 'complete'), seconds * 1000);
    this.session?.update(seconds, stage.camera, stage.width, stage.height);
  }

  #leave(): void {
    this.#visit?.dispose();
    this.#visit = undefined;
    this.#visitor?.leave();
    this.#overlay?.showFailed(0);
    this.#overlay?.progress({ bytesDone: 0, bytesKnown: 0, fraction: 0 });
  }

  #arrived(state: 'interactive' | 'complete'): void {
    const name = this.session?.root.name ?? '';
    if (state === 'interactive' && this.#attributes.controls) this.#overlay?.showCaption(name, hint());
    else if (state === 'interactive') this.#overlay?.say(`${name || defaultLabel} is there`);
    this.#setState(state);
    this.#emit(state, undefined);
  }

  /** The room cannot be shown. The notes of the visit stay, for `metrics`. */
  #refuse(error: unknown, url: string): void {
    this.#visit?.dispose();
    this.#visitor?.leave();
    const { title, text } = errorText(error);
    this.#setState('error');
    this.#overlay?.showError(title, text, url);
    this.#emit('error', { url, error });
  }

  #retryResources(): void {
    this.#overlay?.showFailed(0);
    this.#visit?.retry();
  }

  #setState(state: ViewerState): void {
    this.#state = state;
    if (this.#overlay) this.#overlay.state = state;
  }

  #applyQuality(): void {
    if (!this.#machinery) return;
    this.#machinery.stage.quality = this.#attributes.quality;
    this.#machinery.memory.limit = this.#attributes.memory;
  }

  #emit<K extends keyof RoomViewerEvents>(type: K, detail: RoomViewerEvents[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function hint(): string {
  return matchMedia('(pointer: coarse)').matches
    ? 'Drag to look around, pinch to come nearer, tap somebody'
    : 'Drag to look around, W A S D to walk, click somebody';
}

/** Makes `<room-viewer>` known to the page; once. */
export function defineRoomViewer(): void {
  if (globalThis.customElements && !customElements.get('room-viewer')) customElements.define('room-viewer', RoomViewer);
}
