import type { PerspectiveCamera, Scene } from 'three';
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { RenderBackend } from '../../render/backend.ts';
import { SIGNS } from '../camera/user-activity.ts';
import { FrameTimes } from '../metrics/frame-times.ts';
import { FramePace, type Pace } from './frame-pace.ts';
import type { Idle } from './idle.ts';

export interface FrameLoopOptions {
  readonly clock: Clock;
  /** Called before each frame. @param seconds - since the last one, at most 0.1. */
  readonly onFrame: (seconds: number) => void;
  /**
   * Called instead of a frame, while nobody sees the stage or frames are few on purpose, so that uploads go on.
   * @param ms - uploads may take a tenth of it; 0 where the display shows a frame of others.
   */
  readonly onUndrawn: (ms: number) => void;
  /** Whether the visitor is doing something. Then no frame is left out. */
  readonly isAttended: () => boolean;
  /** Number of things that wait to be decoded or uploaded. */
  readonly backlog: () => number;
}

/** What the loop draws. */
export interface Drawable {
  readonly canvas: HTMLCanvasElement;
  readonly scene: Scene;
  readonly camera: PerspectiveCamera;
  readonly renderer: RenderBackend;
  draw(): void;
  /** A frame after the one before it. @param ms - the time between them. */
  measured(ms: number): void;
}

const LONGEST_STEP = 0.1;
const HIDDEN_TICK_MS = 100;
/** While frames are few, uploads do not wait for the display's frames, which are rare where the GPU is busy. */
const UPLOAD_TICK_MS = 8;
/**
 * Least time between two pictures behind the veil. Without a GPU each takes the processor from what loads: eight pictures were 0.6 s of
 * processor time in the GPU process (the lounge, SwiftShader).
 */
const VEILED_PICTURE_MS = 1000;
/** Numbers that the picture depends on besides the scene. */
const dependsOn = [0, 0, 0, 0];

/** Decides when a picture is drawn: by whether it is seen, what loads, and whether anything moves. */
export class FrameLoop implements Disposable {
  readonly times = new FrameTimes();
  /** True limits frames to 30 a second while nobody touches; undefined: where the device runs on its battery. */
  saveBattery: boolean | undefined;
  readonly #drawable: Drawable;
  readonly #options: FrameLoopOptions;
  readonly #pace = new FramePace();
  readonly #abort = new AbortController();
  readonly #sight: IntersectionObserver;
  #inSight = true;
  #paused = false;
  /** Whether frames were left out since the latest. Their distance then says nothing about speed. */
  #skipped = false;
  #request = 0;
  /** Its code is loaded once the room is complete. Until then there is always something new. */
  #idle: Idle | undefined;
  /** Whether nothing moves, and no frame is requested. */
  #still = false;
  /** An interval, or the time until the next look at a room that stands still. */
  #tick: ReturnType<typeof setTimeout> | undefined;
  #last = Number.NaN;
  /** When the latest picture behind the veil was drawn. */
  #pictureAt = Number.NaN;

  /** @param element - what the picture is in. */
  constructor(element: HTMLElement, drawable: Drawable, options: FrameLoopOptions) {
    this.#drawable = drawable;
    this.#options = options;
    this.#sight = new IntersectionObserver(entries => {
      this.#inSight = entries[entries.length - 1].isIntersecting;
      this.#schedule();
    });
    this.#sight.observe(element);
    const { signal } = this.#abort;
    document.addEventListener('visibilitychange', () => this.#schedule(), { signal });
    // The canvas is blank. The renderer was made before, so it has restored its context by now.
    const onRestored = () => {
      this.#schedule();
      if (this.#paused) drawable.draw();
    };
    drawable.canvas.addEventListener('webglcontextrestored', onRestored, { signal });
    const wake = () => this.wake();
    for (const sign of SIGNS) element.addEventListener(sign, wake, { signal, passive: true });
    // A button of the page may change the room.
    for (const sign of ['click', 'keydown', 'input'])
      window.addEventListener(sign, wake, { signal, passive: true, capture: true });
    this.#schedule();
  }

  /** Sets how many frames are drawn. */
  set pace(pace: Pace) {
    const opens = this.#pace.pace === 'loading' && pace !== 'loading';
    this.#pace.pace = pace;
    this.#schedule();
    // Draw the first picture when the veil is removed.
    if (opens && this.#isSeen && !this.#paused) this.#drawable.draw();
    if (pace === 'live') void this.#loadIdle();
  }

  /** A paused loop draws no frames by itself. */
  set paused(paused: boolean) {
    this.#paused = paused;
    this.#schedule();
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Requests frames again at once, because something is about to move. */
  wake(): void {
    if (this.#still) this.#schedule(false);
  }

  dispose(): void {
    this.#abort.abort();
    this.#sight.disconnect();
    cancelAnimationFrame(this.#request);
    clearInterval(this.#tick);
    this.#still = false;
  }

  get #isSeen(): boolean {
    return this.#inSight && !document.hidden;
  }

  /** @param anew - false: the current picture stays. */
  #schedule(anew = true): void {
    if (anew) this.#idle?.forget();
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

  /** The room goes on behind the veil, so that what the camera sees is requested first. Pictures of it are few. */
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
    this.#drawable.draw();
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
      this.#drawable.measured(elapsed);
    }
    this.#skipped = false;
    this.#options.onFrame(elapsed >= 0 ? Math.min(LONGEST_STEP, elapsed / 1000) : 0);
    if (!this.#isSame()) this.#drawable.draw();
    else {
      this.#skipped = true;
      if (!isAttended()) this.#rest();
    }
  };

  /** Whether the picture would be the same as the latest one. */
  #isSame(): boolean {
    const { renderer, scene, camera, canvas } = this.#drawable;
    if (!this.#idle || this.#options.backlog() > 0 || renderer.contextLost) this.#idle?.forget();
    else {
      dependsOn[0] = canvas.width;
      dependsOn[1] = canvas.height;
      dependsOn[2] = renderer.lodTolerance;
      dependsOn[3] = renderer.impostorPixels;
      return this.#idle.isSame(scene, camera, dependsOn);
    }
    return false;
  }

  /** Requests no more frames. The room goes on at long intervals, to see whether something moves. */
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
