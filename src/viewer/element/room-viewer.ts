import type { PerspectiveCamera, Scene } from 'three';
import { type Clock, systemClock } from '../../core/clock.ts';
import { quote } from '../../core/errors.ts';
import type { EnterOptions, LiveRoom, Person } from '../../live/live-room.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { OutfitChange } from '../../room/avatars/outfit-change-queue.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { Anchor, AnchorTarget } from '../anchors/anchor-of.ts';
import { checkView, type View } from '../camera/camera-rig.ts';
import { InspectorPanel } from '../inspector/inspector-panel.ts';
import { readMetrics, type ViewerMetrics } from '../metrics/viewer-metrics.ts';
import { Overlay, type ViewerState } from '../status/overlay.ts';
import { Words } from '../strings/words.ts';
import { RoomPlayer } from '../visit/room-player.ts';
import { defaultHome } from '../visit/visitor.ts';
import { adoptStyles } from './adopt-styles.ts';
import { forgetViewer, noteViewer, type OpenViewer } from './open-viewers.ts';
import { OpeningGate } from './opening-gate.ts';
import { type PictureOptions, pictureSize } from './picture-options.ts';
import { ViewerAttributes } from './viewer-attributes.ts';
import type { RoomElement } from './viewer-events.ts';

/** HTMLElement, or a replacement without a DOM (a server that renders pages), so that the module can be imported everywhere. */
const ElementBase = (globalThis.HTMLElement ?? class {}) as { new (): RoomElement; prototype: RoomElement };

/**
 * `<room-viewer src="room.json" camera-controls></room-viewer>`: a room, streamed and drawn.
 *
 * Attributes: `src`, `poster`, `alt`, `loading`, `reveal`, `camera-controls`, `touch-action`, `min-distance`, `max-distance`, `fov`,
 * `auto-rotate`, `paused`, `sound`, `save-battery`, `quality`, `memory`, `controls`, `live`, `renderer`, `collector`. Events: `progress`, `interactive`,
 * `complete`, `error`, `resource-error`, `pick`; of a live room `join`, `leave`, `message`, `change`, `live`. All of it: docs/viewer.md.
 */
export class RoomViewer extends ElementBase {
  static readonly observedAttributes = [
    ...['src', 'poster', 'alt', 'camera-controls', 'controls', 'quality', 'memory', 'renderer', 'loading', 'reveal', 'paused'],
    ...['sound', 'touch-action', 'fov', 'min-distance', 'max-distance', 'auto-rotate', 'live', 'collector', 'save-battery'],
  ];
  /** Clock of viewers created from now on. Tests replace it. */
  static clock: Clock = systemClock;

  readonly #clock = RoomViewer.clock;
  readonly #attributes = new ViewerAttributes(this);
  readonly #words = new Words(this);
  readonly #gate = new OpeningGate(this, this.#attributes, () => this.#cameIntoSight());
  readonly #asOpen: OpenViewer = this.#openViewer();
  #overlay: Overlay | undefined;
  #inspector: InspectorPanel | undefined;
  /** Undefined until the element is added to a page. */
  #player: RoomPlayer | undefined;
  #opening = false;

  get src(): string | null {
    return this.getAttribute('src');
  }

  set src(url: string | null) {
    // React and Vue set undefined for a URL that they do not have yet.
    if (url == null) this.removeAttribute('src');
    else this.setAttribute('src', url);
  }

  get state(): ViewerState {
    return this.#player?.state ?? 'empty';
  }

  /**
   * The `THREE.Scene`. Undefined until a WebGL context exists. The viewer owns its objects; you may add your own. The scene itself does not
   * move.
   */
  get scene(): Scene | undefined {
    return this.#player?.resources?.stage.scene;
  }

  get camera(): PerspectiveCamera | undefined {
    return this.#player?.resources?.stage.camera;
  }

  /** The current visit: avatars, furniture, documents. */
  get session(): RoomSession | undefined {
    return this.#player?.session;
  }

  /** The live room. Undefined if the room's documents name no updates, with `live="off"`, and until its code has loaded. */
  get live(): LiveRoom | undefined {
    return this.#player?.following.live;
  }

  /** The visitor in the live room. Undefined while the visitor watches. */
  get me(): Person | undefined {
    return this.live?.me;
  }

  get metrics(): ViewerMetrics {
    return readMetrics(this.state, this.#player?.visit, this.#player?.resources);
  }

  /** The view that the camera has or moves to. Before the room is open, the initial view. */
  get view(): View {
    return this.#player?.view ?? defaultHome;
  }

  /**
   * Moves to a view: smoothly, unless `jump` is set or the visitor prefers less motion. Before the room is open, sets the initial view.
   * @throws RangeError if a coordinate is not a finite number.
   */
  lookFrom(view: View, { jump = false } = {}): void {
    checkView(view);
    this.#prepare().look(view, jump);
  }

  /**
   * Draws one moment of the room and stops there until `play()`, for pictures that must not differ.
   * @param seconds - since the room opened, >= 0.
   * @throws RangeError for any other number.
   */
  renderAt(seconds: number): void {
    if (!(seconds >= 0 && Number.isFinite(seconds))) throw new RangeError(`a moment is 0 seconds or more, got ${quote(seconds)}`);
    this.#player?.picture.renderAt(seconds);
  }

  /**
   * Changes what an avatar wears, in one frame, as soon as it can be drawn: `viewer.dress('Mira', 'room.json#product/12')`.
   * The latest change counts. See `RoomSession.dress`.
   *
   * @param who - an avatar of `session`, the URL of its edge, or its name.
   * @param change - URL of a product, relative to the room's document, or a change.
   * @throws RangeError if there is no such avatar; LoadError, FormatError or the signal's reason. The old outfit stays then.
   */
  async dress(
    who: LiveAvatar | string,
    change: OutfitChange | string,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const { session } = this;
    if (!session) throw new RangeError('no room is open');
    return session.dress(who, change, signal);
  }

  /**
   * Looks at an avatar and follows it until the visitor moves the camera.
   * @param who - an avatar of `session`, the URL of its edge, or its name.
   * @throws RangeError if there is no such avatar.
   */
  lookAt(who: LiveAvatar | string): void {
    const avatar = typeof who === 'string' ? this.session?.avatar(who) : who;
    if (!avatar) throw new RangeError(`nobody in the room is called ${quote(who)}`);
    this.#player?.watch(avatar);
  }

  /**
   * Returns the place in the picture of an avatar (above its head), a piece of furniture (the middle of its top) or a point.
   * @param who - an avatar, a name, the URL of an edge, or a point in metres.
   * @returns CSS pixels from the element's left and top edge, and whether it is visible. Undefined if nothing has that name or URL.
   */
  anchorOf(who: AnchorTarget): Anchor | undefined {
    return this.#player?.picture.anchorOf(who);
  }

  /** Whether the people in the room stand still. The camera still moves. True by default for visitors who prefer less motion. */
  get paused(): boolean {
    return this.#player?.paused ?? this.hasAttribute('paused');
  }

  set paused(paused: boolean) {
    this.toggleAttribute('paused', paused);
    if (this.#player) this.#player.paused = paused;
  }

  /** Whether the room's sound plays. Browsers allow it once the visitor has interacted with the page. */
  get sound(): boolean {
    return this.#attributes.sound;
  }

  set sound(sound: boolean) {
    this.toggleAttribute('sound', sound);
  }

  /** Opens a room whose `reveal` is `interaction` or `manual`. */
  reveal(): void {
    this.#gate.revealed = true;
    this.#scheduleOpen();
  }

  /**
   * Returns the current picture as a file. (`canvas.toBlob()` is blank after the canvas was shown.)
   * @param options.type - `image/png` (default), `image/webp` or `image/jpeg`. For unknown types, browsers make PNG.
   * @param options.quality - 0..1, for lossy types.
   * @param options.width - pixels, and `height`. Those of the canvas by default. One alone keeps the canvas's shape.
   * @throws RangeError if no room is open, or the size is not 1 to 8192; EncodingError if the browser made no picture.
   */
  async toBlob(options: PictureOptions = {}): Promise<Blob> {
    const { type = 'image/png', quality } = options;
    const size = pictureSize(options, this.camera?.aspect ?? 1);
    if (!this.#player) throw new RangeError('no room is open');
    return this.#player.picture.toBlob(type, quality, size);
  }

  /** Continues after `renderAt` or a pause. */
  play(): void {
    this.paused = false;
    this.#player?.play();
  }

  /** Leaves the room and frees everything, including GPU objects. Setting `src` opens a room again. Calling it twice is harmless. */
  dispose(): void {
    this.#inspector?.dispose();
    this.#player?.dispose();
    this.#overlay?.dispose();
    this.#words.dispose();
    this.#gate.dispose();
    forgetViewer(this.#asOpen);
  }

  connectedCallback(): void {
    // If the page set `src` before this code had loaded, an own property of the element would hide the accessor for ever.
    const early = Object.getOwnPropertyDescriptor(this, 'src');
    if (early) {
      Reflect.deleteProperty(this, 'src');
      this.src = early.value;
    }
    this.#prepare();
    this.#words.follow();
    this.#gate.follow();
    this.#scheduleOpen();
  }

  /** The viewer was moved into another document: an iframe, a window of its own (picture in picture). */
  adoptedCallback(): void {
    if (this.shadowRoot) adoptStyles(this.shadowRoot);
  }

  disconnectedCallback(): void {
    // An element that was only moved is connected again before this runs.
    queueMicrotask(() => {
      if (!this.isConnected) this.dispose();
    });
  }

  attributeChangedCallback(name: string): void {
    if (['src', 'renderer', 'loading', 'reveal'].includes(name)) this.#scheduleOpen();
    else this.#player?.takeAttribute(name);
  }

  /**
   * Enters a live room under a name. Others see the visitor at the door. Waits until the room is interactive.
   *
   * @throws RangeError if no live room is open; LiveError, for instance with code `room-full`.
   */
  async enter(options: EnterOptions): Promise<Person> {
    const live = await this.#prepare().following.whenLive();
    return live.enter(options);
  }

  /** Leaves the live room. The visitor goes on watching. Harmless for a visitor who did not enter. */
  async leave(): Promise<void> {
    await this.live?.leave();
  }

  /** Shows or hides the streaming inspector (key I): the downloads, their sources, and the speed of the network. */
  async toggleInspector(): Promise<void> {
    await this.#inspector?.toggle();
  }

  /** Creates the content of the element when it is first needed. Constructors of custom elements must not touch it. */
  #prepare(): RoomPlayer {
    if (this.#player) return this.#player;
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    const overlay = new Overlay(shadow, this.#words, {
      onRetry: what => (what === 'room' ? this.#open() : this.#player?.retry()),
      onReveal: () => this.reveal(),
      onPause: () => this.#togglePause(),
      onNext: () => this.#player?.next(),
      onHome: () => this.#player?.home(),
    });
    this.#player = new RoomPlayer({
      overlay,
      attributes: this.#attributes,
      clock: this.#clock,
      onPause: () => this.#togglePause(),
      host: this,
      emit: (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail, cancelable: type === 'pick' })),
    });
    this.#overlay = overlay;
    this.#inspector = new InspectorPanel(shadow, overlay.stage, this.#words, () => {
      const resources = this.#player?.resources;
      return resources && { resources, session: this.session };
    });
    return this.#player;
  }

  /** Opens the room in a microtask, so that several changed attributes open one room, not two. */
  #scheduleOpen(): void {
    if (this.#opening || !this.#player || this.#player.isCurrent) return;
    this.#opening = true;
    queueMicrotask(() => {
      this.#opening = false;
      if (!this.isConnected) return;
      const { allows, revealed } = this.#gate;
      if (this.#overlay) this.#overlay.revealing = this.#attributes.reveal === 'interaction' && !revealed;
      if (allows || this.src === null) this.#open();
    });
  }

  #open(): void {
    if (this.#attributes.src !== null) noteViewer(this.#asOpen);
    this.#player?.open();
  }

  #cameIntoSight(): void {
    if (this.#player?.resources) noteViewer(this.#asOpen);
    else if (this.state === 'empty' || this.state === 'resting') this.#scheduleOpen();
  }

  #togglePause(): void {
    this.paused = !this.paused;
  }

  #openViewer(): OpenViewer {
    const gate = this.#gate;
    return {
      get inSight() {
        return gate.inSight;
      },
      rest: () => {
        const isSeen = () => gate.inSight;
        // If it is visible again before it rests, it is still open.
        void this.#player?.rest(isSeen).then(rests => {
          if (!rests && this.#player?.resources) noteViewer(this.#asOpen);
        });
      },
    };
  }
}

/** Defines `<room-viewer>`, once for the page. */
export function defineRoomViewer(): void {
  if (globalThis.customElements && !customElements.get('room-viewer')) customElements.define('room-viewer', RoomViewer);
}
