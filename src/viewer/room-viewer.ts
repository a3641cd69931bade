import { type PerspectiveCamera, type Scene, Vector3 } from 'three';
import { createDecoder, type Decoder } from '../assets/decoder.ts';
import { UploadGovernor } from '../assets/upload-governor.ts';

import type { RoomDocument } from '../graph/room-documents.ts';
import { BrowserCache } from '../net/browser-cache.ts';
import { DownloadQueue, type QueueStats } from '../net/download-queue.ts';
import type { LiveAvatar } from '../room/live-avatar.ts';
import { RoomSession } from '../room/room-session.ts';
import { CameraInput } from './camera-input.ts';
import { CameraRig, type View } from './camera-rig.ts';
import { errorText, reason } from './error-text.ts';
import { LeanGpu } from './lean-gpu.ts';
import { Overlay, type ViewerState } from './overlay.ts';
import { avatarNear, pickAvatar } from './pick-avatar.ts';
import { HIDDEN_TICK_MS, Stage } from './stage.ts';

/** What a visit has cost so far, and what a frame costs. */
export interface ViewerMetrics {
  readonly state: ViewerState;
  /** From setting `src`; undefined until then. */
  readonly timeToInteractiveMs: number | undefined;
  readonly timeToCompleteMs: number | undefined;
  /** Over the network. */
  readonly bytes: number;
  readonly requests: number;
  readonly cacheHits: number;
  readonly retries: number;
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
  /** Of the latest frame. */
  readonly drawCalls: number;
  readonly triangles: number;
  /** Milliseconds from frame to frame, of the latest 240. */
  readonly frameMs: { readonly median: number; readonly p95: number };
}

/** Loading frames a second are few: the processor has better things to do. */
const LOADING_FRAME_GAP_MS = 66;
/** Metres from the eyes of somebody who is looked at. */
const LOOK_DISTANCE = 2.6;

const defaultHome: View = { position: [0, 1.7, 5], target: [0, 1.2, 0] };
const defaultLabel = 'A room in 3D';

const face = new Vector3();

interface Machinery {
  readonly stage: Stage;
  readonly rig: CameraRig;
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  readonly governor: UploadGovernor;
}

/** HTMLElement, or a stand-in where there is no DOM (a server that renders pages): the module can be imported everywhere. */
const ElementBase: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * `<room-viewer src="room.json" camera-controls></room-viewer>`: a room, streamed and drawn.
 *
 * Attributes: `src`, `poster`, `alt`, `camera-controls`, `quality`. Events: `progress`, `interactive`, `complete`, `error`,
 * `resource-error`. All of it: docs/viewer.md.
 */
export class RoomViewer extends ElementBase {
  static readonly observedAttributes = ['src', 'poster', 'alt', 'camera-controls', 'quality'];

  #overlay: Overlay | undefined;
  #machinery: Machinery | undefined;
  #input: CameraInput | undefined;
  #session: RoomSession | undefined;
  #closeInspector: (() => void) | undefined;
  /** The queue counts over all rooms; a visit is what came since. */
  #statsBefore: QueueStats | undefined;
  #state: ViewerState = 'empty';
  #home: View = defaultHome;
  #watched: LiveAvatar | undefined;
  #failed: { readonly url: string; readonly reason: string }[] = [];
  #opened = 0;
  #interactiveAt: number | undefined;
  #completeAt: number | undefined;
  #opening = false;

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
    return this.#session;
  }

  get metrics(): ViewerMetrics {
    const { stage, queue } = this.#machinery ?? {};
    const since = (time: number | undefined) => (time === undefined ? undefined : time - this.#opened);
    const count = (name: 'received' | 'requests' | 'cacheHits' | 'retries') =>
      (queue?.stats[name] ?? 0) - (this.#statsBefore?.[name] ?? 0);
    return {
      state: this.#state,
      timeToInteractiveMs: since(this.#interactiveAt),
      timeToCompleteMs: since(this.#completeAt),
      bytes: count('received'),
      requests: count('requests'),
      cacheHits: count('cacheHits'),
      retries: count('retries'),
      failed: [...this.#failed],
      drawCalls: stage?.renderer.info.drawCalls ?? 0,
      triangles: stage?.renderer.info.triangles ?? 0,
      frameMs: stage?.times.summary ?? { median: 0, p95: 0 },
    };
  }

  /** Where the camera is, and what it looks at or is about to. */
  get view(): View {
    if (!this.#machinery) return this.#home;
    const { stage, rig } = this.#machinery;
    return { position: triple(stage.camera.position), target: triple(rig.target) };
  }

  /** Goes to a view; smoothly, unless `jump` or the visitor wants less motion. */
  lookFrom(view: View, { jump = false } = {}): void {
    this.#watched = undefined;
    if (jump) this.#machinery?.rig.jump(view);
    else this.#machinery?.rig.fly(view);
  }

  /**
   * Draws the picture of one moment of the room, and stops there until `play()`: for pictures that must not differ.
   * @param seconds - since the room opened.
   */
  renderAt(seconds: number): void {
    if (!this.#machinery || !this.#session) return;
    const { stage, rig } = this.#machinery;
    stage.paused = true;
    rig.update(Number.POSITIVE_INFINITY);
    this.#session.poseAt(seconds);
    this.#session.update(0, stage.camera, stage.width, stage.height);
    stage.draw();
  }

  /** Goes on after `renderAt`. */
  play(): void {
    if (this.#machinery) this.#machinery.stage.paused = false;
  }

  /** Leaves the room and frees everything, GPU objects included. The element can be filled again by `src`. Twice is harmless. */
  dispose(): void {
    this.#leave();
    this.#input?.dispose();
    this.#input = undefined;
    this.#closeInspector?.();
    this.#closeInspector = undefined;
    const machinery = this.#machinery;
    this.#machinery = undefined;
    machinery?.stage.dispose();
    machinery?.queue.dispose();
    machinery?.decoder.dispose();
    machinery?.governor.dispose();
    this.#overlay?.dispose();
    this.#setState('empty');
  }

  connectedCallback(): void {
    if (!this.#overlay) {
      const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      this.#overlay = new Overlay(shadow, what => (what === 'room' ? this.#open() : this.#retryResources()));
    }
    this.#overlay.stage.onkeydown = event => {
      if (event.code === 'KeyI' && !event.ctrlKey && !event.metaKey && !event.altKey) void this.toggleInspector();
    };
    this.#overlay.poster = this.#url('poster');
    this.#overlay.label = this.getAttribute('alt') ?? defaultLabel;
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
    if (name === 'src') this.#scheduleOpen();
    else if (name === 'poster') this.#overlay.poster = this.#url('poster');
    else if (name === 'alt') this.#overlay.label = this.getAttribute('alt') ?? defaultLabel;
    else if (name === 'quality') this.#applyQuality();
    else this.#takeInput();
  }

  /** Attributes that are set one after the other open one room, not two. */
  #scheduleOpen(): void {
    if (this.#opening || (this.#session && this.#session.url === this.#url('src'))) return;
    this.#opening = true;
    queueMicrotask(() => {
      this.#opening = false;
      if (this.isConnected) this.#open();
    });
  }

  #open(): void {
    this.#leave();
    this.#overlay?.hideError();
    const url = this.#url('src');
    if (url === null) {
      this.#setState('empty');
      return;
    }
    this.#opened = performance.now();
    this.#interactiveAt = this.#completeAt = undefined;
    try {
      this.#visit(url, this.#prepare());
    } catch (error) {
      this.#refuse(error, url);
    }
  }

  #visit(url: string, { queue, decoder, governor, stage }: Machinery): void {
    const session = new RoomSession(url, { queue, decoder, gpu: new LeanGpu(stage.renderer), uploads: governor });
    this.#session = session;
    this.#statsBefore = queue.stats;
    this.#setState('opening');
    this.#overlay?.announce('', 'Opening the room');
    stage.frameGap = LOADING_FRAME_GAP_MS;
    stage.scene.add(session.root);
    session.events.on('room', data => this.#enter(data));
    session.events.on('progress', progress => {
      this.#overlay?.progress(progress);
      this.#emit('progress', progress);
    });
    session.events.on('failed', ({ url: failedUrl, error }) => {
      this.#failed.push({ url: failedUrl, reason: reason(error) });
      this.#overlay?.showFailed(this.#failed.length);
      this.#emit('resource-error', { url: failedUrl, error });
    });
    // Shaders are compiled before the veil goes, not in the first frames after it.
    let ready = Promise.resolve();
    session.events.on('interactive', () => {
      ready = stage.renderer.warmUp(stage.scene).then(() => this.#arrive('interactive', session));
    });
    session.events.on('complete', () => void ready.then(() => this.#arrive('complete', session)));
    session.open().catch(error => {
      if (this.#session === session) this.#refuse(error, url);
    });
  }

  /** The room's own document is there: its light, its door. */
  #enter(data: RoomDocument['data']): void {
    const { stage, rig } = this.#prepare();
    stage.dress(data);
    this.#home = data.spawn ?? defaultHome;
    rig.bounds = data.bounds;
    rig.inside = data.bounds !== undefined && isInside(this.#home.position, data.bounds);
    rig.jump(this.#home);
    this.#setState('loading');
    this.#overlay?.announce(data.name, '');
    if (this.#overlay && !this.hasAttribute('alt')) this.#overlay.label = data.name || defaultLabel;
  }

  /**
   * What outlives a room: canvas, renderer, queue, workers; made when first needed.
   * @throws ContextError when there is no WebGL.
   */
  #prepare(): Machinery {
    if (this.#machinery) return this.#machinery;
    const element = this.#overlay?.stage;
    if (!element) throw new Error('the viewer is not in a page');
    const stage = new Stage(element, {
      onFrame: seconds => this.#frame(seconds),
      onHiddenTick: () => this.#machinery?.governor.frame(false, HIDDEN_TICK_MS),
      onQuality: ({ poseSlowness }) => {
        if (this.#session) this.#session.poseSlowness = poseSlowness;
      },
      onContextRestored: () => this.#session?.contextLost(),
    });
    const rig = new CameraRig(stage.camera);
    rig.immediate = matchMedia('(prefers-reduced-motion: reduce)').matches;
    rig.jump(this.#home);
    this.#machinery = {
      stage,
      rig,
      queue: new DownloadQueue({ cache: new BrowserCache() }),
      decoder: createDecoder(),
      governor: new UploadGovernor(),
    };
    this.#takeInput();
    this.#applyQuality();
    return this.#machinery;
  }

  #frame(seconds: number): void {
    if (!this.#machinery) return;
    const { stage, rig, governor } = this.#machinery;
    this.#input?.update(seconds);
    if (this.#watched) {
      this.#watched.face(face);
      rig.follow(face);
    }
    rig.update(seconds);
    governor.frame(this.#state === 'interactive' || this.#state === 'complete', seconds * 1000);
    this.#session?.update(seconds, stage.camera, stage.width, stage.height);
  }

  #leave(): void {
    this.#session?.dispose();
    this.#session = undefined;
    this.#watched = undefined;
    this.#failed = [];
    this.#overlay?.showFailed(0);
    this.#overlay?.progress({ bytesDone: 0, bytesKnown: 0, fraction: 0 });
    this.#machinery?.stage.dress(undefined);
    this.#machinery?.stage.times.reset();
  }

  #arrive(state: 'interactive' | 'complete', session: RoomSession): void {
    if (this.#session !== session) return;
    const { stage } = this.#prepare();
    const now = performance.now();
    if (state === 'interactive') {
      this.#interactiveAt = now;
      stage.frameGap = 0;
      stage.times.reset();
      if (this.hasAttribute('camera-controls')) this.#overlay?.showCaption(session.root.name, hint());
    } else this.#completeAt = now;
    performance.mark(`foyer:${state}`);
    this.#setState(state);
    this.#emit(state, undefined);
  }

  #refuse(error: unknown, url: string): void {
    this.#session?.dispose();
    this.#session = undefined;
    const { title, text } = errorText(error);
    this.#setState('error');
    this.#overlay?.showError(title, text, url);
    this.#emit('error', { url, error });
  }

  #retryResources(): void {
    this.#failed = [];
    this.#overlay?.showFailed(0);
    this.#session?.retry();
  }

  #setState(state: ViewerState): void {
    this.#state = state;
    if (this.#overlay) this.#overlay.state = state;
  }

  #applyQuality(): void {
    const quality = this.getAttribute('quality');
    if (this.#machinery) this.#machinery.stage.quality = quality === 'low' || quality === 'high' ? quality : 'auto';
  }

  #takeInput(): void {
    this.#input?.dispose();
    this.#input = undefined;
    const stage = this.#overlay?.stage;
    if (!stage || !this.#machinery || !this.hasAttribute('camera-controls')) return;
    this.#input = new CameraInput(stage, this.#machinery.rig, {
      onClick: (x, y) => this.#click(x, y),
      onHover: (x, y) => stage.classList.toggle('pointing', this.#avatarAt(x, y) !== undefined),
      onTake: () => {
        this.#watched = undefined;
      },
      onHome: () => this.lookFrom(this.#home),
    });
  }

  /** Shows or hides the streaming inspector (key I): what comes when, from where, and how fast the network is. */
  async toggleInspector(): Promise<void> {
    if (this.#closeInspector) {
      this.#closeInspector();
      this.#closeInspector = undefined;
      return;
    }
    const { openInspector } = await import('./inspector.ts');
    const root = this.shadowRoot;
    if (root && this.#machinery && !this.#closeInspector) this.#closeInspector = openInspector(root, this.#machinery.queue);
  }

  #avatarAt(x: number, y: number): LiveAvatar | undefined {
    const camera = this.camera;
    return camera && this.#session && avatarNear(this.#session.avatars, camera, 2 * x - 1, 1 - 2 * y);
  }

  #click(x: number, y: number): void {
    const camera = this.camera;
    const avatar = camera && this.#session && pickAvatar(this.#session, camera, 2 * x - 1, 1 - 2 * y);
    if (!avatar) return;
    this.#watched = avatar;
    avatar.face(face);
    const rig = this.#machinery?.rig;
    rig?.lookAt(face, Math.min(LOOK_DISTANCE, rig.distance));
    if (avatar.info.name) this.#overlay?.showCaption(avatar.info.name, 'Walk or drag to look elsewhere');
  }

  #url(attribute: string): string | null {
    const value = this.getAttribute(attribute);
    if (value === null || value === '') return null;
    return URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).href : value;
  }

  #emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function hint(): string {
  return matchMedia('(pointer: coarse)').matches
    ? 'Drag to look around, pinch to come nearer, tap somebody'
    : 'Drag to look around, W A S D to walk, click somebody';
}

function isInside(
  [x, y, z]: View['position'],
  { min, max }: { readonly min: View['position']; readonly max: View['position'] },
): boolean {
  return x >= min[0] && x <= max[0] && y >= min[1] && y <= max[1] && z >= min[2] && z <= max[2];
}

function triple({ x, y, z }: Vector3): View['position'] {
  return [x, y, z];
}

/** Makes `<room-viewer>` known to the page; once. */
export function defineRoomViewer(): void {
  if (globalThis.customElements && !customElements.get('room-viewer')) customElements.define('room-viewer', RoomViewer);
}
