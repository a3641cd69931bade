import { Color, Fog, type Object3D, PerspectiveCamera, Scene } from 'three';
import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { RoomDocument } from '../../graph/room-documents.ts';
import { browserStorage } from '../../net/cache/cache-ledger.ts';
import type { RenderBackend } from '../../render/backend.ts';
import { type Quality, QualityGovernor, type QualityMode, STEPS } from '../../render/quality-governor.ts';
import { SIGNS } from '../camera/user-activity.ts';
import { FrameTimes } from '../metrics/frame-times.ts';
import { type CreateRenderer, createLean } from './choose-renderer.ts';
import { FramePace, type Pace } from './frame-pace.ts';
import type { Idle } from './idle.ts';
import { noteStep, recallStep } from './steady-quality.ts';

export interface StageOptions {
  readonly clock: Clock;
  /** Before each frame. @param seconds - since the last one, at most 0.1. */
  readonly onFrame: (seconds: number) => void;
  /**
   * Instead of a frame, while nobody sees the stage or frames are few on purpose: uploads go on.
   * @param ms - that this may be a tenth of; 0 where the display shows a frame of others.
   */
  readonly onUndrawn: (ms: number) => void;
  /** Whether somebody looks around now: no frame is left out. */
  readonly isAttended: () => boolean;
  /** How many things wait to be decoded or uploaded. */
  readonly backlog: () => number;
  /** Detail is given up, or comes back, to hold the frame time. */
  readonly onQuality: (quality: Quality) => void;
  /** Before the first frame after the context came back. */
  readonly onContextRestored: () => void;
  /** Counts what the renderer keeps of its own accord. */
  readonly memory?: MemoryBudget;
  /** Default LeanRenderer. */
  readonly createRenderer?: CreateRenderer;
}

/** More pixels than two a CSS pixel are not seen, but paid for. */
const MAX_PIXEL_RATIO = 2;
const LONGEST_STEP = 0.1;
/** Degrees from top to bottom, where the page does not say. */
const FIELD_OF_VIEW = 50;
const HIDDEN_TICK_MS = 100;
/** While frames are few, uploads do not wait for the display's turn, which comes seldom where the GPU is busy. */
const UPLOAD_TICK_MS = 8;
/**
 * Least time between two pictures behind the veil. Without a GPU each takes the processor from what loads: eight pictures were 0.6 s of
 * processor time in the GPU process (the lounge, SwiftShader).
 */
const VEILED_PICTURE_MS = 1000;
/** Numbers that the picture depends on besides the scene. */
const dependsOn = [0, 0, 0, 0];
const defaultBackground = new Color(0xd9c7ae);

/** Canvas, renderer, scene and camera in an element, and the frame loop that follows its size and whether it is seen. */
export class Stage implements Disposable {
  readonly canvas = document.createElement('canvas');
  readonly scene = new Scene();
  #environment: RoomDocument['data'] | undefined;
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.05, 200);
  readonly renderer: RenderBackend;
  readonly times = new FrameTimes();
  readonly #quality = new QualityGovernor({ step: recallStep(browserStorage()) });
  readonly #pace = new FramePace();
  /** Frames have been left out since the latest: how far apart they are tells nothing. */
  #skipped = false;
  readonly #options: StageOptions;
  readonly #parent: HTMLElement;
  readonly #abort = new AbortController();
  readonly #resize: ResizeObserver;
  readonly #sight: IntersectionObserver;
  #inSight = true;
  #paused = false;
  #resolution = 1;
  #fov = FIELD_OF_VIEW;
  #request = 0;
  /** Its code comes once the room is complete: until then there is always something new. */
  #idle: Idle | undefined;
  /** Whether nothing moves, and no frame is asked for. */
  #still = false;
  /** Few frames while nobody touches; undefined: where the device runs on its battery. */
  saveBattery: boolean | undefined;
  /** An interval, or the time until the next look at a room that stands still. */
  #tick: ReturnType<typeof setTimeout> | undefined;
  #last = Number.NaN;
  /** When the latest picture behind the veil was drawn. */
  #pictureAt = Number.NaN;

  /** @throws ContextError when there is no WebGL. */
  constructor(parent: HTMLElement, options: StageOptions) {
    this.#options = options;
    this.#parent = parent;
    const { onContextRestored, memory, createRenderer = createLean } = options;
    // The canvas is a picture of what the stage says in words.
    this.canvas.setAttribute('aria-hidden', 'true');
    this.#resolution = this.#quality.quality.resolution;
    // A context makes its buffers anew at each change of a side, and the page waits 20 ms for each (SwiftShader).
    const { clientWidth, clientHeight } = parent;
    if (clientWidth > 0 && clientHeight > 0) {
      this.canvas.width = Math.round(clientWidth * this.#pixelRatio);
      this.canvas.height = Math.round(clientHeight * this.#pixelRatio);
    }
    this.renderer = createRenderer({ canvas: this.canvas, onContextRestored, ...(memory && { memory }) });
    parent.append(this.canvas);
    this.scene.background = defaultBackground;
    this.#resize = new ResizeObserver(() => this.#fit());
    this.#resize.observe(parent);
    this.#sight = new IntersectionObserver(entries => {
      this.#inSight = entries[entries.length - 1].isIntersecting;
      this.#schedule();
    });
    this.#sight.observe(parent);
    const { signal } = this.#abort;
    document.addEventListener('visibilitychange', () => this.#schedule(), { signal });
    // The canvas is blank. The renderer, which was made before, has taken its context up by now.
    const onRestored = () => {
      this.#schedule();
      if (this.#paused) this.draw();
    };
    this.canvas.addEventListener('webglcontextrestored', onRestored, { signal });
    // Moving to a screen of another density, and zooming the page, change the ratio but not the size in CSS pixels.
    window.addEventListener('resize', () => this.#fit(), { signal });
    const wake = () => this.wake();
    for (const sign of SIGNS) parent.addEventListener(sign, wake, { signal, passive: true });
    // A button of the page may change the room.
    for (const sign of ['click', 'keydown', 'input'])
      window.addEventListener(sign, wake, { signal, passive: true, capture: true });
    this.#obey(this.#quality.quality);
    this.#schedule();
  }

  /** Device pixels. */
  get width(): number {
    return this.canvas.width;
  }

  get height(): number {
    return this.canvas.height;
  }

  /** How many frames are drawn. */
  set pace(pace: Pace) {
    const opens = this.#pace.pace === 'loading' && pace !== 'loading';
    this.#pace.pace = pace;
    this.#schedule();
    // The first picture is there when the veil goes.
    if (opens && this.#isSeen && !this.#paused) this.draw();
    if (pace === 'live') void this.#loadIdle();
  }

  /** A paused stage draws only what `draw` is called for. */
  set paused(paused: boolean) {
    this.#paused = paused;
    this.renderer.steady = paused;
    this.#obey(paused ? STEPS[0] : this.#quality.quality);
    this.#schedule();
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** `auto` gives up detail while frames are slow; a paused stage always draws the best. */
  set quality(mode: QualityMode) {
    this.#quality.mode = mode;
    this.#obey(this.#quality.quality);
  }

  /** Degrees from top to bottom of a picture that is not higher than wide. Default 50. */
  set fov(degrees: number) {
    if (degrees === this.#fov) return;
    this.#fov = degrees;
    this.#fit();
  }

  /** Background and fog as the room's document says. */
  setEnvironment(data: RoomDocument['data'] | undefined): void {
    if (data === this.#environment) return;
    this.#environment = data;
    const background = data?.light?.background;
    const fog = data?.light?.fog;
    this.scene.background = background ? new Color(...background) : defaultBackground;
    this.scene.fog = fog ? new Fog(new Color(...fog.color), fog.near, fog.far) : null;
  }

  /**
   * Adds a room, which stays where it is. three's scene has the matrices of all its objects multiplied in each frame. The objects of the page
   * need that (three's helpers, for some), and the room does not.
   */
  add(room: Object3D): void {
    const { updateMatrixWorld } = room;
    room.matrixAutoUpdate = false;
    room.updateMatrixWorld = () => updateMatrixWorld.call(room);
    this.scene.add(room);
  }

  /** Something is about to move: frames are asked for again, at once. */
  wake(): void {
    if (this.#still) this.#schedule(false);
  }

  draw(): void {
    this.renderer.render(this.scene, this.camera);
  }

  /**
   * The picture of now as a file. Drawn anew, for a canvas that was shown is blank.
   * @param size - in pixels; default that of the canvas.
   * @throws EncodingError (a DOMException) where the browser made none.
   */
  async toBlob(
    type: string,
    quality: number | undefined,
    size?: { readonly width: number; readonly height: number },
  ): Promise<Blob> {
    const { canvas } = this;
    if (size) this.#sizeTo(size.width, size.height);
    this.draw();
    // Read in the task that drew it; the size of the page may come back at once.
    const blob = new Promise<Blob | null>(resolve => canvas.toBlob(resolve, type, quality));
    if (size) {
      this.#fit();
      this.draw();
    }
    const made = await blob;
    if (!made) throw new DOMException(`the browser made no picture of the type ${type}`, 'EncodingError');
    return made;
  }

  dispose(): void {
    if (this.#abort.signal.aborted) return;
    noteStep(browserStorage(), this.#quality.steady);
    this.#abort.abort();
    this.#resize.disconnect();
    this.#sight.disconnect();
    cancelAnimationFrame(this.#request);
    clearInterval(this.#tick);
    this.#still = false;
    this.renderer.dispose();
    this.canvas.remove();
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.#parent;
    if (clientWidth === 0 || clientHeight === 0) return;
    const { width, height } = this;
    this.renderer.setSize(clientWidth, clientHeight, this.#pixelRatio);
    this.#aim(clientWidth / clientHeight);
    // A canvas that changes its size is blank until drawn again: at once, or it would flash.
    if (this.width !== width || this.height !== height) this.draw();
  }

  get #pixelRatio(): number {
    return Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio || 1) * this.#resolution;
  }

  #sizeTo(width: number, height: number): void {
    this.renderer.setSize(width, height, 1);
    this.#aim(width / height);
  }

  #aim(aspect: number): void {
    this.camera.aspect = aspect;
    // A narrow window sees as much to both sides as a square one, to a limit: at 1.6 a phone's picture was 40 % ceiling.
    const narrow = Math.max(1, 1 / this.camera.aspect);
    this.camera.fov = (2 * Math.atan(Math.tan((this.#fov * Math.PI) / 360) * Math.min(1.35, narrow)) * 180) / Math.PI;
    this.camera.updateProjectionMatrix();
  }

  #obey(quality: Quality): void {
    this.renderer.lodTolerance = quality.lodTolerance;
    this.renderer.impostorPixels = quality.impostorPixels;
    this.#resolution = quality.resolution;
    this.#options.onQuality(quality);
    this.#fit();
  }

  get #isSeen(): boolean {
    return this.#inSight && !document.hidden;
  }

  /** @param anew - false: the picture of now is still shown. */
  #schedule(anew = true): void {
    if (anew) this.#idle?.forget();
    // A page that is left is hidden first.
    if (document.hidden) noteStep(browserStorage(), this.#quality.steady);
    cancelAnimationFrame(this.#request);
    clearInterval(this.#tick);
    this.#tick = undefined;
    this.#last = Number.NaN;
    this.#still = false;
    if (this.#abort.signal.aborted) return;
    if (!this.#isSeen || this.#paused) this.#tick = setInterval(() => this.#options.onUndrawn(HIDDEN_TICK_MS), HIDDEN_TICK_MS);
    else if (this.#pace.pace === 'loading') {
      // No frames of the display: each costs the compositor, though nothing has changed.
      this.#pictureAt = this.#options.clock.now();
      this.#tick = setInterval(this.#veiledFrame, UPLOAD_TICK_MS);
    } else {
      this.#request = requestAnimationFrame(this.#frame);
      if (this.#pace.pace === 'refining')
        this.#tick = setInterval(() => {
          if (this.#skipped && !this.#options.isAttended()) this.#options.onUndrawn(0);
        }, UPLOAD_TICK_MS);
    }
  }

  /** The room goes on behind the veil: what the camera sees is asked for first. Pictures of it are few. */
  readonly #veiledFrame = (): void => {
    const now = this.#options.clock.now();
    const elapsed = now - this.#last;
    const { backlog, isAttended, onUndrawn, onFrame } = this.#options;
    const attended = isAttended();
    if (this.#pace.isTooEarly(elapsed, backlog(), attended)) {
      onUndrawn(0);
      return;
    }
    this.#last = now;
    onFrame(elapsed >= 0 ? Math.min(LONGEST_STEP, elapsed / 1000) : 0);
    if (!attended && now - this.#pictureAt < VEILED_PICTURE_MS) return;
    this.#pictureAt = now;
    this.#skipped = true;
    this.draw();
  };

  readonly #frame = (now: number): void => {
    this.#request = requestAnimationFrame(this.#frame);
    const elapsed = now - this.#last;
    const { backlog, isAttended, onUndrawn } = this.#options;
    const saves = this.#idle?.saves(this.saveBattery) === true;
    if (this.#pace.isTooEarly(elapsed, backlog(), isAttended(), saves)) {
      this.#skipped = true;
      onUndrawn(0);
      return;
    }
    this.#last = now;
    this.#pace.drawn();
    if (elapsed >= 0 && !this.#skipped) {
      this.times.add(elapsed);
      if (this.#quality.frame(elapsed)) this.#obey(this.#quality.quality);
    }
    this.#skipped = false;
    this.#options.onFrame(elapsed >= 0 ? Math.min(LONGEST_STEP, elapsed / 1000) : 0);
    if (!this.#isSame()) this.draw();
    else {
      this.#skipped = true;
      if (!isAttended()) this.#rest();
    }
  };

  /** Whether the picture would be the same as the latest one. */
  #isSame(): boolean {
    const { renderer, scene, camera } = this;
    if (!this.#idle || this.#options.backlog() > 0 || renderer.contextLost) this.#idle?.forget();
    else {
      dependsOn[0] = this.width;
      dependsOn[1] = this.height;
      dependsOn[2] = renderer.lodTolerance;
      dependsOn[3] = renderer.impostorPixels;
      return this.#idle.isSame(scene, camera, dependsOn);
    }
    return false;
  }

  /** Asks for no more frames. The room goes on at long intervals, to see whether something moves. */
  #rest(): void {
    cancelAnimationFrame(this.#request);
    clearInterval(this.#tick);
    this.#still = true;
    const ms = this.#idle?.lookMs ?? 0;
    this.#tick = setTimeout(() => {
      this.#options.onUndrawn(0);
      this.#options.onFrame(ms / 1000);
      if (!this.#still) return;
      if (this.#isSame()) this.#rest();
      else this.#schedule();
    }, ms);
  }

  async #loadIdle(): Promise<void> {
    const code = await import('./idle.ts').catch(() => undefined);
    if (code && !this.#abort.signal.aborted) this.#idle ??= new code.Idle();
  }
}
