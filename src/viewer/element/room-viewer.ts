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
import { forgetViewer, noteViewer, type OpenViewer } from './open-viewers.ts';
import { OpeningGate } from './opening-gate.ts';
import { ViewerAttributes } from './viewer-attributes.ts';
import type { RoomElement } from './viewer-events.ts';

/** HTMLElement, or a stand-in where there is no DOM (a server that renders pages): the module can be imported everywhere. */
const ElementBase = (globalThis.HTMLElement ?? class {}) as { new (): RoomElement; prototype: RoomElement };

/** What `toBlob` is asked for. */
export interface PictureOptions {
  readonly type?: string;
  readonly quality?: number;
  readonly width?: number;
  readonly height?: number;
}

const MOST_PIXELS = 8192;

/**
 * `<room-viewer src="room.json" camera-controls></room-viewer>`: a room, streamed and drawn.
 *
 * Attributes: `src`, `poster`, `alt`, `loading`, `reveal`, `camera-controls`, `touch-action`, `min-distance`, `max-distance`, `fov`,
 * `auto-rotate`, `paused`, `sound`, `save-battery`, `quality`, `memory`, `controls`, `live`, `renderer`, `collector`. Events: `progress`, `interactive`,
 * `complete`, `error`, `resource-error`, `pick`; of a live room `join`, `leave`, `message`, `change`, `live`. All of it: docs/viewer.md.
 */
export class RoomViewer extends ElementBase {
  static readonly observedAttributes = [
    ...[
      'src',
      'poster',
      'alt',
      'camera-controls',
      'controls',
      'quality',
      'memory',
      'renderer',
      'loading',
      'reveal',
      'paused',
      'sound',
    ],
    ...['touch-action', 'fov', 'min-distance', 'max-distance', 'auto-rotate', 'live', 'collector', 'save-battery'],
  ];
  /** Time for the viewers made from now on; tests put in theirs. */
  static clock: Clock = systemClock;

  readonly #clock = RoomViewer.clock;
  readonly #attributes = new ViewerAttributes(this);
  readonly #words = new Words(this);
  readonly #gate = new OpeningGate(this, this.#attributes, () => this.#cameIntoSight());
  readonly #asOpen: OpenViewer = this.#openViewer();
  #overlay: Overlay | undefined;
  #inspector: InspectorPanel | undefined;
  /** There once the element has been in a page. */
  #player: RoomPlayer | undefined;
  #opening = false;

  get src(): string | null {
    return this.getAttribute('src');
  }

  set src(url: string | null) {
    if (url === null) this.removeAttribute('src');
    else this.setAttribute('src', url);
  }

  get state(): ViewerState {
    return this.#player?.state ?? 'empty';
  }

  /**
   * three's scene; undefined while there is no WebGL. Its objects belong to the viewer; add your own as you like. The scene itself does
   * not move.
   */
  get scene(): Scene | undefined {
    return this.#player?.resources?.stage.scene;
  }

  get camera(): PerspectiveCamera | undefined {
    return this.#player?.resources?.stage.camera;
  }

  /** The visit that is going on: avatars, furniture, documents. */
  get session(): RoomSession | undefined {
    return this.#player?.session;
  }

  /** Who else is here and what one can do: undefined where the room's documents name no updates, where `live="off"`, and until its code has arrived. */
  get live(): LiveRoom | undefined {
    return this.#player?.following.live;
  }

  /** You in the live room; undefined while you watch. */
  get me(): Person | undefined {
    return this.live?.me;
  }

  get metrics(): ViewerMetrics {
    return readMetrics(this.state, this.#player?.visit, this.#player?.resources);
  }

  /** Where the camera is, and what it looks at or is about to; before the room is there, where it comes in. */
  get view(): View {
    return this.#player?.view ?? defaultHome;
  }

  /**
   * Goes to a view; smoothly, unless `jump` or the visitor wants less motion. Before the room is there: comes in there, not by the door.
   * @throws RangeError where a coordinate is no finite number.
   */
  lookFrom(view: View, { jump = false } = {}): void {
    checkView(view);
    this.#prepare().look(view, jump);
  }

  /**
   * Draws the picture of one moment of the room, and stops there until `play()`: for pictures that must not differ.
   * @param seconds - since the room opened, >= 0.
   * @throws RangeError for any other number.
   */
  renderAt(seconds: number): void {
    if (!(seconds >= 0 && Number.isFinite(seconds))) throw new RangeError(`a moment is 0 seconds or more, got ${quote(seconds)}`);
    this.#player?.picture.renderAt(seconds);
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

  /**
   * Looks at somebody and follows them, until the visitor takes the camera.
   * @param who - an avatar of `session`, the URL of its edge, or its name.
   * @throws RangeError where there is no such avatar.
   */
  lookAt(who: LiveAvatar | string): void {
    const avatar = typeof who === 'string' ? this.session?.avatar(who) : who;
    if (!avatar) throw new RangeError(`nobody in the room is called ${quote(who)}`);
    this.#player?.watch(avatar);
  }

  /**
   * Where somebody, a piece of furniture or a point of the room is in the picture now: above a head, on the middle of a top.
   * @param who - an avatar, a name, the URL of an edge, or a point in metres.
   * @returns CSS pixels from the element's left and top edge, and whether it is seen; undefined where nothing is called that.
   */
  anchorOf(who: AnchorTarget): Anchor | undefined {
    return this.#player?.picture.anchorOf(who);
  }

  /** Whether the room stands still. The camera moves on. Where the visitor wants less motion, it does until they say otherwise. */
  get paused(): boolean {
    return this.#player?.paused ?? this.hasAttribute('paused');
  }

  set paused(paused: boolean) {
    this.toggleAttribute('paused', paused);
    if (this.#player) this.#player.paused = paused;
  }

  /** Whether the room's sound is to be heard. Browsers let it be heard once the visitor has touched the page. */
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
   * The picture of now as a file: `canvas.toBlob()` of a canvas that was shown is blank.
   * @param options.type - `image/png` (default), `image/webp` or `image/jpeg`; the browser makes PNG of what it does not know.
   * @param options.quality - 0..1, of what is lossy.
   * @param options.width - pixels, with `height`; default those of the canvas.
   * @throws RangeError where no room is open, or the size is not 1 to 8192; EncodingError where the browser made no picture.
   */
  async toBlob({ type = 'image/png', quality, width, height }: PictureOptions = {}): Promise<Blob> {
    const size = width === undefined || height === undefined ? undefined : { width, height };
    if (size && ![size.width, size.height].every(side => side >= 1 && side <= MOST_PIXELS))
      throw new RangeError(`a picture is 1 to ${MOST_PIXELS} pixels a side, got ${quote(size)}`);
    if (!this.#player) throw new RangeError('no room is open');
    return this.#player.picture.toBlob(type, quality, size);
  }

  /** Goes on after `renderAt`, or where it is paused. */
  play(): void {
    this.paused = false;
    this.#player?.play();
  }

  /** Leaves the room and frees everything, GPU objects included. The element can be filled again by `src`. Twice is harmless. */
  dispose(): void {
    this.#inspector?.dispose();
    this.#player?.dispose();
    this.#overlay?.dispose();
    this.#words.dispose();
    this.#gate.dispose();
    forgetViewer(this.#asOpen);
  }

  connectedCallback(): void {
    // Set before this code was there: a property of the element's own, which would stand before the one that is an attribute for ever.
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

  disconnectedCallback(): void {
    // An element that is only moved is connected again before this runs.
    queueMicrotask(() => {
      if (!this.isConnected) this.dispose();
    });
  }

  attributeChangedCallback(name: string): void {
    if (['src', 'renderer', 'loading', 'reveal'].includes(name)) this.#scheduleOpen();
    else this.#player?.takeAttribute(name);
  }

  /**
   * Comes into a live room under a name: others see you at the door. Waits until the room is interactive.
   *
   * @throws RangeError where no live room is open; LiveError: code `room-full`, for one.
   */
  async enter(options: EnterOptions): Promise<Person> {
    const live = await this.#prepare().following.whenLive();
    return live.enter(options);
  }

  /** Goes out of the live room; you watch on. Harmless where you are not in. */
  async leave(): Promise<void> {
    await this.live?.leave();
  }

  /** Shows or hides the streaming inspector (key I): what comes when, from where, and how fast the network is. */
  async toggleInspector(): Promise<void> {
    await this.#inspector?.toggle();
  }

  /** What is in the element; made when first needed, for constructors of elements must not touch what is in them. */
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

  /** Attributes that are set one after the other open one room, not two. */
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
        // It may be seen again before it rests: then it is open still.
        void this.#player?.rest(isSeen).then(rests => {
          if (!rests && this.#player?.resources) noteViewer(this.#asOpen);
        });
      },
    };
  }
}

/** Makes `<room-viewer>` known to the page; once. */
export function defineRoomViewer(): void {
  if (globalThis.customElements && !customElements.get('room-viewer')) customElements.define('room-viewer', RoomViewer);
}
