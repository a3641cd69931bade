import { Color, Fog, type Object3D, PerspectiveCamera, Scene } from 'three';
import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { RoomDocument } from '../../graph/room-documents.ts';
import { browserStorage } from '../../net/cache/cache-ledger.ts';
import type { RenderBackend } from '../../render/backend.ts';
import { type Quality, QualityGovernor, type QualityMode, STEPS } from '../../render/quality-governor.ts';
import { type CreateRenderer, createLean } from './choose-renderer.ts';
import { type Drawable, FrameLoop, type FrameLoopOptions } from './frame-loop.ts';
import { noteStep, recallStep } from './steady-quality.ts';

export interface StageOptions extends FrameLoopOptions {
  /** Called when detail is reduced or restored to hold the frame time. */
  readonly onQuality: (quality: Quality) => void;
  /** Called before the first frame after the context was restored. */
  readonly onContextRestored: () => void;
  /** Counts what the renderer keeps for itself. */
  readonly memory?: MemoryBudget;
  /** Default LeanRenderer. */
  readonly createRenderer?: CreateRenderer;
}

/** More than two device pixels a CSS pixel cost time and are not visible. */
const MAX_PIXEL_RATIO = 2;
/** Default field of view from top to bottom, degrees. */
const FIELD_OF_VIEW = 50;
const defaultBackground = new Color(0xd9c7ae);

/** Holds canvas, renderer, scene and camera in an element, and follows its size. `frames` draws them. */
export class Stage implements Disposable, Drawable {
  readonly canvas = document.createElement('canvas');
  readonly scene = new Scene();
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.05, 200);
  readonly renderer: RenderBackend;
  readonly frames: FrameLoop;
  #environment: RoomDocument['data'] | undefined;
  readonly #quality = new QualityGovernor({ step: recallStep(browserStorage()) });
  readonly #options: StageOptions;
  readonly #parent: HTMLElement;
  readonly #abort = new AbortController();
  readonly #resize: ResizeObserver;
  #resolution = 1;
  #fov = FIELD_OF_VIEW;

  /** @throws ContextError when there is no WebGL. */
  constructor(parent: HTMLElement, options: StageOptions) {
    this.#options = options;
    this.#parent = parent;
    const { onContextRestored, memory, createRenderer = createLean } = options;
    // The element describes the canvas in words.
    this.canvas.setAttribute('aria-hidden', 'true');
    this.#resolution = this.#quality.quality.resolution;
    // A context creates its buffers again at each change of a side, and the page waits 20 ms for each (SwiftShader).
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
    const { signal } = this.#abort;
    // A page is hidden before it is left.
    document.addEventListener('visibilitychange', () => this.#note(), { signal });
    // Moving to a screen of another density, and zooming the page, change the ratio but not the size in CSS pixels.
    window.addEventListener('resize', () => this.#fit(), { signal });
    this.#obey(this.#quality.quality);
    this.frames = new FrameLoop(parent, this, options);
  }

  /** Device pixels. */
  get width(): number {
    return this.canvas.width;
  }

  get height(): number {
    return this.canvas.height;
  }

  /** A paused stage draws only when `draw` is called, always in the best quality. */
  set paused(paused: boolean) {
    this.frames.paused = paused;
    this.renderer.steady = paused;
    this.#obey(paused ? STEPS[0] : this.#quality.quality);
  }

  get paused(): boolean {
    return this.frames.paused;
  }

  /** `auto` reduces detail while frames are slow. A paused stage always draws the best quality. */
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

  /** Sets background and fog as the room's document says. */
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

  draw(): void {
    this.renderer.render(this.scene, this.camera);
  }

  /** Reduces or restores detail by the time between frames. */
  measured(ms: number): void {
    if (this.#quality.frame(ms)) this.#obey(this.#quality.quality);
  }

  /**
   * Returns the current picture as a file. It is drawn again, because a canvas that was shown is blank.
   * @param size - in pixels; default that of the canvas.
   * @throws EncodingError (a DOMException) where the browser made none.
   */
  async toBlob(
    type: string,
    quality: number | undefined,
    size?: { readonly width: number; readonly height: number },
  ): Promise<Blob> {
    const { canvas } = this;
    if (size) {
      this.renderer.setSize(size.width, size.height, 1);
      this.#aim(size.width / size.height);
    }
    this.draw();
    // Read in the task that drew it. The canvas may return to the page's size right after.
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
    this.#note();
    this.#abort.abort();
    this.#resize.disconnect();
    this.frames.dispose();
    this.renderer.dispose();
    this.canvas.remove();
  }

  /** Remembers the quality that this device holds, for the next visit. */
  #note(): void {
    noteStep(browserStorage(), this.#quality.steady);
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.#parent;
    if (clientWidth === 0 || clientHeight === 0) return;
    const { width, height } = this;
    this.renderer.setSize(clientWidth, clientHeight, this.#pixelRatio);
    this.#aim(clientWidth / clientHeight);
    // A canvas that changes its size is blank until it is drawn again. It is drawn at once, or it would flash.
    if (this.width !== width || this.height !== height) this.draw();
  }

  get #pixelRatio(): number {
    return Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio || 1) * this.#resolution;
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
}
