import { Vector3 } from 'three';
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import { FormatError } from '../../core/errors.ts';
import type { RoomDocument } from '../../graph/room-documents.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../room/room-session.ts';
import { type Anchor, type AnchorTarget, project, writeAnchor } from '../anchors/anchor-of.ts';
import type { View } from '../camera/camera-rig.ts';
import { InitialView } from '../camera/initial-view.ts';
import type { MeetingHost } from '../meeting/meeting-host.ts';
import type { RoomSound } from '../sound/room-sound.ts';
import { type CreateRenderer, chooseRenderer, createLean, type RendererName } from '../stage/choose-renderer.ts';
import type { Overlay, ViewerState } from '../status/overlay.ts';
import { StatusAnnouncer } from '../status/status-announcer.ts';
import { LiveFollowing } from './live-following.ts';
import { PictureLayers } from './picture-layers.ts';
import type { ViewerAttributes } from '../element/viewer-attributes.ts';
import type { RoomViewerEvents } from '../element/viewer-events.ts';
import { ViewerResources } from './viewer-resources.ts';
import { Visit } from './visit.ts';
import { defaultHome, Visitor } from './visitor.ts';

const point = new Vector3();
/** Least time between two changes of the progress bar: each draws the page anew. */
const PROGRESS_MS = 500;

export interface PlayerOptions {
  readonly host: MeetingHost;
  readonly overlay: Overlay;
  readonly attributes: ViewerAttributes;
  readonly clock: Clock;
  /** The visitor wants the room to stand still, or to go on. */
  readonly onPause: () => void;
  /** Tells the page. @returns false where it prevented what the viewer would do. */
  readonly emit: <K extends keyof RoomViewerEvents>(type: K, detail: RoomViewerEvents[K]['detail']) => boolean;
}

/** Opens rooms, shows one at a time in the overlay's stage, and leaves them: what the element does, without its being one. */
export class RoomPlayer implements Disposable {
  readonly #options: PlayerOptions;
  readonly #announcer: StatusAnnouncer;
  readonly #way = new InitialView();
  #renderer: { readonly name: RendererName; readonly create: CreateRenderer } = { name: 'lean', create: createLean };
  #resources: ViewerResources | undefined;
  #visitor: Visitor | undefined;
  #visit: Visit | undefined;
  #state: ViewerState = 'empty';
  readonly #layers: PictureLayers;
  /** The live room, and who waits for it. */
  readonly following: LiveFollowing;
  /** Its code comes where somebody may want to hear the room. */
  #sound: RoomSound | undefined;
  /** As page or visitor said; undefined: as the visitor's system wants. */
  #paused: boolean | undefined;
  readonly #lessMotion = matchMedia('(prefers-reduced-motion: reduce)');
  /** Of the latest progress. */
  #fraction = 0;
  /** When the progress bar was last changed. */
  #shownAt = Number.NEGATIVE_INFINITY;
  /** Seconds that the room has lived for the visitor. */
  #elapsed = 0;
  /** Where the room goes on that came to rest. */
  #resume: { readonly url: string; readonly seconds: number; readonly stopped: boolean } | undefined;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#layers = new PictureLayers({ ...options, early: () => this.#visitor?.early ?? [] });
    this.following = new LiveFollowing({ ...options, place: this });
    this.#announcer = new StatusAnnouncer(options.overlay, options.attributes);
    for (const name of ['poster', 'alt', 'camera-controls']) this.takeAttribute(name);
    if (options.attributes.paused) this.#paused = true;
    options.overlay.paused = this.paused;
  }

  get state(): ViewerState {
    return this.#state;
  }

  /** Canvas, queue, workers: there from the first room on, until `dispose`. */
  get resources(): ViewerResources | undefined {
    return this.#resources;
  }

  /** The latest: with its notes, also when it came to nothing. */
  get visit(): Visit | undefined {
    return this.#visit;
  }

  get session(): RoomSession | undefined {
    return this.#state === 'error' ? undefined : this.#visit?.session;
  }

  /** Who looks and walks: there as long as `resources`. */
  get visitor(): Visitor | undefined {
    return this.#visitor;
  }

  /** Where the camera is, or will be once the room is entered. */
  get view(): View {
    return this.#way.ahead(this.#options.attributes.src) ?? this.#visitor?.view ?? defaultHome;
  }

  look(view: View, jump: boolean): void {
    if (this.#way.ask(this.#options.attributes.src, view)) this.#visitor?.look(view, jump);
    this.#resources?.stage.frames.wake();
  }

  /** `RoomViewer.lookAt` */
  watch(who: LiveAvatar): void {
    this.#visitor?.watch(who);
    this.#resources?.stage.frames.wake();
  }

  /** `RoomViewer.anchorOf` */
  anchorOf(who: AnchorTarget): Anchor | undefined {
    const { session } = this;
    if (!this.#resources || !session || !writeAnchor(session, who, point)) return undefined;
    const { camera, canvas } = this.#resources.stage;
    const anchor: Anchor = { x: 0, y: 0, visible: false };
    project(camera, canvas.clientWidth, canvas.clientHeight, point, anchor);
    if (anchor.visible && this.#layers.covers(session, camera, point)) anchor.visible = false;
    return anchor;
  }

  /** Whether `open` would change nothing. */
  get isCurrent(): boolean {
    const { attributes } = this.#options;
    return this.session?.url === attributes.src && this.#renderer.name === attributes.renderer;
  }

  /** Opens the room that the attributes name; leaves the one before. */
  open(): void {
    const { attributes, overlay } = this.#options;
    const url = attributes.src;
    this.#way.open(url, this.view);
    this.#leave();
    overlay.hideError();
    if (url === null) this.#setState('empty');
    else if (url.trim() === '') this.#refuse(noRoom(url), '');
    else {
      this.following.opening();
      // A canvas whose context is lost cannot be drawn on: another gets another context.
      if (this.#resources?.stage.renderer.contextLost) this.#disposeResources();
      if (this.#renderer.name === attributes.renderer) this.#openHere(url);
      else void this.#changeRenderer(attributes.renderer, url);
    }
  }

  /** Tries again what of the room failed. */
  retry(): void {
    this.#options.overlay.showFailed(0);
    this.#visit?.retry();
  }

  /** Takes up what an attribute says now; `src` and `renderer` are for `open`. */
  takeAttribute(name: string): void {
    const { overlay, attributes } = this.#options;
    this.#resources?.stage.frames.wake();
    if (name === 'poster') overlay.poster = attributes.poster;
    else if (name === 'alt') this.#announcer.name();
    else if (name === 'controls') {
      void this.#layers.showButtons();
      if (this.#state === 'interactive' || this.#state === 'complete') this.#showButtons();
    } else if (name === 'sound') void this.#followSound();
    else if (name === 'live') {
      // Before, nothing is followed: who waits for the live room waits on.
      if (this.#state !== 'interactive' && this.#state !== 'complete') return;
      this.following.end();
      void this.following.begin();
    } else if (name === 'paused') this.paused = attributes.paused;
    else if (name === 'quality' || name === 'memory' || name === 'save-battery') {
      if (!this.#resources) return;
      this.#resources.stage.quality = attributes.quality;
      this.#resources.stage.frames.saveBattery = attributes.saveBattery;
      this.#resources.memory.limit = attributes.memory;
      if (this.#visit) this.#visit.session.sparing = attributes.sparing;
    } else if (name === 'collector') {
      if (this.#resources) this.#resources.queue.collector = attributes.collector;
    } else {
      if (name === 'camera-controls') overlay.controls = attributes.controls;
      if (this.#visitor) this.#visitor.manners = attributes;
      if (this.#resources) this.#resources.stage.fov = attributes.fov;
    }
  }

  /** The room stands still: who is in it, not the camera. */
  get paused(): boolean {
    return this.#paused ?? this.#lessMotion.matches;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    this.#options.overlay.paused = paused;
    this.#resources?.stage.frames.wake();
  }

  next(): void {
    this.#visitor?.next(1);
  }

  home(): void {
    this.#visitor?.home();
  }

  /** `RoomViewer.toBlob` */
  async toBlob(
    type: string,
    quality: number | undefined,
    size?: { readonly width: number; readonly height: number },
  ): Promise<Blob> {
    if (!this.#resources || !this.session) throw new RangeError('no room is open');
    return this.#resources.stage.toBlob(type, quality, size);
  }

  /**
   * Lets go of context and memory; a picture stays, and `open` comes back to the same view.
   * @param isSeen - asked once the picture is made: who is seen by then goes on.
   * @returns whether it rests.
   */
  async rest(isSeen: () => boolean): Promise<boolean> {
    const { overlay, attributes } = this.#options;
    const visit = this.#visit;
    if (!this.#resources) return false;
    if (this.#state === 'interactive' || this.#state === 'complete') {
      const picture = await this.#resources.stage.toBlob('image/webp', 0.95).catch(() => undefined);
      if (isSeen() || this.#visit !== visit || !this.#resources) return false;
      if (picture) overlay.still = picture;
    }
    this.#way.open(attributes.src, this.view);
    if (visit) this.#resume = { url: visit.session.url, seconds: this.#elapsed, stopped: this.#resources.stage.paused };
    this.#leave();
    this.#disposeResources();
    this.#setState('resting');
    return true;
  }

  /** `RoomViewer.renderAt` */
  renderAt(seconds: number): void {
    const { session } = this;
    if (!this.#resources || !session) return;
    const { stage } = this.#resources;
    stage.paused = true;
    this.#visitor?.arrive();
    this.#elapsed = seconds;
    session.poseAt(seconds);
    session.update(0, stage.camera, stage.width, stage.height);
    this.#layers.update(session, stage.camera);
    stage.draw();
  }

  /** `RoomViewer.play` */
  play(): void {
    this.paused = false;
    if (this.#resources) this.#resources.stage.paused = false;
  }

  dispose(): void {
    this.#way.forget();
    this.#options.overlay.still = null;
    this.#leave();
    this.#disposeResources();
    this.#setState('empty');
  }

  /** A canvas has one context for ever: another renderer gets another canvas, and the room is entered again, from the cache. */
  async #changeRenderer(name: RendererName, url: string): Promise<void> {
    const { attributes } = this.#options;
    this.#disposeResources();
    this.#setState('opening');
    let create: CreateRenderer | undefined;
    let failure: unknown;
    try {
      create = await chooseRenderer(name);
    } catch (error) {
      failure = error;
    }
    // While it was loaded, the viewer may have been disposed of or told otherwise.
    if (this.#resources || this.#state !== 'opening') return;
    if (name !== attributes.renderer || url !== attributes.src) this.open();
    else if (create) {
      this.#renderer = { name, create };
      this.#openHere(url);
    } else this.#refuse(failure, url);
  }

  #disposeResources(): void {
    this.#layers.dispose();
    this.#visitor?.dispose();
    this.#visitor = undefined;
    this.#resources?.dispose();
    this.#resources = undefined;
  }

  #openHere(url: string): void {
    try {
      this.#visit = this.#visitRoom(url);
    } catch (error) {
      this.#refuse(error, url);
      return;
    }
    if (this.#visitor) this.#visitor.session = this.#visit.session;
    // A new session is to pose as seldom, and to fetch as little, as quality says.
    this.takeAttribute('quality');
    this.#setState('opening');
    this.#fraction = 0;
    this.#announcer.opening();
    this.#visit.open();
  }

  #visitRoom(url: string): Visit {
    const { overlay, clock, emit } = this.#options;
    const visit = new Visit(url, this.#prepare(), clock, {
      onRoom: data => this.#enter(url, data),
      onProgress: progress => {
        const now = clock.now();
        // All bytes have arrived long before they are decoded: 1 is shown at once, but not with each resource again.
        const isFull = progress.fraction === 1 && this.#fraction < 1;
        this.#fraction = progress.fraction;
        // A complete room shows no bar, and in a live one something arrives all the time.
        if (this.#state !== 'complete' && (now - this.#shownAt >= PROGRESS_MS || isFull)) {
          this.#shownAt = now;
          overlay.progress(progress);
        }
        emit('progress', progress);
      },
      onFailed: (failedUrl, error) => {
        overlay.showFailed(visit.notes.failed.length);
        emit('resource-error', { url: failedUrl, error });
      },
      onArrived: state => {
        if (state === 'interactive') {
          this.#goOn(url);
          this.#announcer.interactive();
          if (this.#resources) void this.#layers.open(this.#resources.stage);
          void this.following.begin();
          // Without it there is the room still, to be looked at.
          this.#visitor?.admit().catch(() => {});
          this.#showButtons();
        }
        this.#setState(state);
        // What was drawn before may be a little sharper: it goes when the room is as sharp.
        if (state === 'complete' || this.#visitor?.attends) overlay.still = null;
        emit(state, undefined);
      },
      onRefused: error => this.#refuse(error, url),
    });
    return visit;
  }

  #enter(url: string, data: RoomDocument['data']): void {
    this.#visitor?.enter(data, this.#way.enter(url));
    this.#setState('loading');
    this.#announcer.entered(data.name);
  }

  /**
   * What outlives a room; made when first needed.
   * @throws ContextError when there is no WebGL.
   */
  #prepare(): ViewerResources {
    if (this.#resources) return this.#resources;
    const { clock, overlay } = this.#options;
    const resources = new ViewerResources(overlay.stage, {
      clock,
      createRenderer: this.#renderer.create,
      onFrame: seconds => this.#frame(seconds),
      isAttended: () => this.#visitor?.attends ?? false,
      onQuality: ({ poseSlowness }) => {
        if (this.session) this.session.poseSlowness = poseSlowness;
      },
      onContextRestored: () => (this.#state === 'error' ? this.open() : this.session?.reloadTextures()),
      onContextGone: error => this.session && this.#refuse(error, this.session.url),
    });
    this.#resources = resources;
    this.#visitor = new Visitor(overlay.stage, resources.stage.camera, clock, {
      onMeet: ({ info }) => this.#announcer.met(info.name),
      onPick: (pick, originalEvent) => {
        const { thing, ...detail } = pick;
        return this.#options.emit('pick', { ...detail, originalEvent }) && !this.#layers.picked(pick);
      },
      onPause: () => this.#options.onPause(),
    });
    for (const name of ['camera-controls', 'collector']) this.takeAttribute(name);
    return resources;
  }

  #frame(seconds: number): void {
    if (!this.#resources) return;
    const { stage, governor } = this.#resources;
    this.following.live?.update(seconds);
    this.#visitor?.update(seconds);
    const attended = this.#visitor?.attends ?? false;
    governor.frame(attended && (this.#state === 'interactive' || this.#state === 'complete'), seconds * 1000);
    const { session } = this;
    // Until the room's document has put the camera in its place, it must not decide what is seen.
    if (!session || this.#state === 'opening') return;
    const passed = this.paused ? 0 : seconds;
    this.#elapsed += passed;
    session.update(passed, stage.camera, stage.width, stage.height);
    this.#layers.update(session, stage.camera);
  }

  /** A room that came to rest goes on where it was: the same picture. */
  #goOn(url: string): void {
    const resume = this.#resume;
    this.#resume = undefined;
    this.#elapsed = 0;
    if (resume?.url !== url) return;
    this.#elapsed = resume.seconds;
    if (resume.stopped) this.renderAt(resume.seconds);
    else this.session?.poseAt(resume.seconds);
  }

  #showButtons(): void {
    const { overlay, attributes } = this.#options;
    void overlay.showTools(attributes.buttons);
    void this.#followSound();
  }

  async #followSound(): Promise<void> {
    const { attributes, host, overlay, emit } = this.#options;
    const { session } = this;
    if (!this.#sound && session && (attributes.sound || attributes.buttons)) {
      const module = await import('../sound/room-sound.ts').catch(() => undefined);
      if (module && session === this.session) this.#sound ??= new module.RoomSound({ session, host, overlay, emit });
    }
    if (this.#sound) this.#sound.wanted = attributes.sound;
  }

  #leave(): void {
    this.following.end();
    this.#sound?.dispose();
    this.#sound = undefined;
    this.#visit?.dispose();
    this.#visit = undefined;
    this.#visitor?.leave();
    this.#announcer.left();
  }

  /** The room cannot be shown. The notes of the visit stay, for `metrics`. */
  #refuse(error: unknown, url: string): void {
    this.following.end();
    this.#visit?.dispose();
    this.#visitor?.leave();
    this.#options.overlay.still = null;
    this.#setState('error');
    this.#announcer.refused(error, url);
    this.#options.emit('error', { url, error });
  }

  #setState(state: ViewerState): void {
    this.#state = state;
    this.#options.overlay.state = state;
  }
}

function noRoom(src: string): FormatError {
  return new FormatError('the viewer is told of no room', { url: document.baseURI, at: 'src', value: src });
}
