import type { Disposable } from '../../core/disposal.ts';
import { FormatError } from '../../core/errors.ts';
import type { RoomDocument } from '../../graph/room-documents.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { View } from '../camera/camera-rig.ts';
import { InitialView } from '../camera/initial-view.ts';
import { SoundFollowing } from '../sound/sound-following.ts';
import { type CreateRenderer, chooseRenderer, createLean, type RendererName } from '../stage/choose-renderer.ts';
import type { ViewerState } from '../status/overlay.ts';
import { ProgressBar } from '../status/progress-bar.ts';
import { StatusAnnouncer } from '../status/status-announcer.ts';
import { applyAttribute } from './apply-attribute.ts';
import { LiveFollowing } from './live-following.ts';
import { PictureLayers } from './picture-layers.ts';
import type { PlayerOptions } from './player-options.ts';
import { RoomPicture } from './room-picture.ts';
import { ViewerResources } from './viewer-resources.ts';
import { Visit } from './visit.ts';
import { defaultHome, Visitor } from './visitor.ts';

/**
 * Opens rooms, shows one at a time in the overlay's stage, and leaves them. It does the work of the element `<room-viewer>`.
 */
export class RoomPlayer implements Disposable {
  readonly announcer: StatusAnnouncer;
  readonly layers: PictureLayers;
  readonly picture: RoomPicture = new RoomPicture(this);
  readonly sound: SoundFollowing;
  /** The live room, and the callers that wait for it. */
  readonly following: LiveFollowing;
  readonly #options: PlayerOptions;
  readonly #way = new InitialView();
  #renderer: { readonly name: RendererName; readonly create: CreateRenderer } = { name: 'lean', create: createLean };
  #resources: ViewerResources | undefined;
  #visitor: Visitor | undefined;
  #visit: Visit | undefined;
  #state: ViewerState = 'empty';
  /** The choice of the page or the visitor. Undefined: the system's preference for less motion decides. */
  #paused: boolean | undefined;
  readonly #lessMotion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #progress: ProgressBar;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.layers = new PictureLayers({ ...options, early: () => this.#visitor?.early ?? [] });
    this.following = new LiveFollowing({ ...options, place: this });
    this.sound = new SoundFollowing({ ...options, place: this });
    this.#progress = new ProgressBar(options);
    this.announcer = new StatusAnnouncer(options.overlay, options.attributes);
    for (const name of ['poster', 'alt', 'camera-controls']) this.takeAttribute(name);
    if (options.attributes.paused) this.#paused = true;
    options.overlay.paused = this.paused;
  }

  get state(): ViewerState {
    return this.#state;
  }

  /** Canvas, queue and workers: from the first room on, until `dispose`. */
  get resources(): ViewerResources | undefined {
    return this.#resources;
  }

  /** The latest visit. Its notes remain also where it failed. */
  get visit(): Visit | undefined {
    return this.#visit;
  }

  get session(): RoomSession | undefined {
    return this.#state === 'error' ? undefined : this.#visit?.session;
  }

  /** The camera and its input. It exists as long as `resources`. */
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
    else if (url.trim() === '')
      this.#refuse(new FormatError('src names no room', { url: document.baseURI, at: 'src', value: url }), '');
    else {
      this.following.opening();
      // A canvas whose context is lost cannot be drawn on. Another canvas gets another context.
      if (this.#resources?.stage.renderer.contextLost) this.#disposeResources();
      if (this.#renderer.name === attributes.renderer) this.#openHere(url);
      else void this.#changeRenderer(attributes.renderer, url);
    }
  }

  /** Requests again everything of the room that failed. */
  retry(): void {
    this.#options.overlay.showFailed(0);
    this.#visit?.retry();
  }

  /** Applies an attribute. `src` and `renderer` are for `open`. */
  takeAttribute(name: string): void {
    applyAttribute(name, this.#options.attributes, this.#options.overlay, this);
  }

  /** Whether the people in the room stand still. The camera always moves. */
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

  /**
   * Frees context and memory. A picture remains, and `open` returns to the same view.
   * @param isSeen - asked once the picture is drawn. A room that is visible again by then stays open.
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
    if (visit) this.picture.rest(visit.session.url, this.#resources.stage.paused);
    this.#leave();
    this.#disposeResources();
    this.#setState('resting');
    return true;
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

  /** Opens the room again from the cache, on another canvas: a canvas keeps one context for ever. */
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
    // While the code loaded, the viewer may have been disposed of or got another room.
    if (this.#resources || this.#state !== 'opening') return;
    if (name !== attributes.renderer || url !== attributes.src) this.open();
    else if (create) {
      this.#renderer = { name, create };
      this.#openHere(url);
    } else this.#refuse(failure, url);
  }

  #disposeResources(): void {
    this.layers.dispose();
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
    // A new session follows the quality setting from the start: how often it poses, and how much it requests.
    this.takeAttribute('quality');
    this.#setState('opening');
    this.#progress.restart();
    this.announcer.opening();
    this.#visit.open();
  }

  #visitRoom(url: string): Visit {
    const { overlay, clock, emit } = this.#options;
    const visit = new Visit(url, this.#prepare(), clock, {
      onRoom: data => this.#enter(url, data),
      onProgress: progress => {
        // A complete room shows no bar: in a live room something arrives all the time.
        if (this.#state !== 'complete') this.#progress.show(progress);
        emit('progress', progress);
      },
      onFailed: (failedUrl, error) => {
        overlay.showFailed(visit.notes.failed.length);
        emit('resource-error', { url: failedUrl, error });
      },
      onArrived: state => {
        if (state === 'interactive') {
          this.picture.begin(url);
          this.announcer.interactive();
          if (this.#resources) void this.layers.open(this.#resources.stage);
          void this.following.begin();
          // Without this code the room can still be looked at.
          this.#visitor?.admit().catch(() => {});
          this.showButtons();
        }
        this.#setState(state);
        // The picture drawn before may be a little sharper. It goes once the room is as sharp.
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
    // At once: what the camera sees from the door is requested first, and the next frame is up to 0.3 s away.
    this.picture.update(0);
    this.announcer.entered(data.name);
  }

  /**
   * Creates what outlives a room, when it is first needed.
   * @throws ContextError when there is no WebGL.
   */
  #prepare(): ViewerResources {
    if (this.#resources) return this.#resources;
    const { clock, overlay } = this.#options;
    const resources = new ViewerResources(overlay.stage, {
      clock,
      createRenderer: this.#renderer.create,
      onFrame: seconds => this.picture.update(seconds),
      isAttended: () => this.#visitor?.attends ?? false,
      onQuality: ({ poseSlowness }) => {
        if (this.session) this.session.poseSlowness = poseSlowness;
      },
      onContextRestored: () => (this.#state === 'error' ? this.open() : this.session?.reloadTextures()),
      onContextGone: error => this.session && this.#refuse(error, this.session.url),
    });
    this.#resources = resources;
    this.#visitor = new Visitor(overlay.stage, resources.stage.camera, clock, {
      onMeet: ({ info }) => this.announcer.met(info.name),
      onPick: (pick, originalEvent) => {
        const { thing, ...detail } = pick;
        return this.#options.emit('pick', { ...detail, originalEvent }) && !this.layers.picked(pick);
      },
      onPause: () => this.#options.onPause(),
    });
    for (const name of ['camera-controls', 'collector']) this.takeAttribute(name);
    return resources;
  }

  /** Shows or hides the buttons, as the attribute `controls` says. */
  showButtons(): void {
    const { overlay, attributes } = this.#options;
    void overlay.showTools(attributes.buttons);
    void this.sound.update();
  }

  #leave(): void {
    this.following.end();
    this.sound.end();
    this.#visit?.dispose();
    this.#visit = undefined;
    this.#visitor?.leave();
    this.announcer.left();
  }

  /** Shows that the room cannot be opened. The visit's notes remain for `metrics`. */
  #refuse(error: unknown, url: string): void {
    this.following.end();
    this.sound.end();
    this.#visit?.dispose();
    this.#visitor?.leave();
    this.#options.overlay.still = null;
    this.#setState('error');
    this.announcer.refused(error, url);
    this.#options.emit('error', { url, error });
  }

  #setState(state: ViewerState): void {
    this.#state = state;
    this.#options.overlay.state = state;
  }
}
