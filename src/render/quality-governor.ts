/** Holds the frame time by lowering quality in steps. */
import { TOLERANCE_PIXELS } from './frame/level-of-detail.ts';

/** Detail settings that the governor lowers to save time. Units are those of the parts that read them. */
export interface Quality {
  /** Share of the canvas's pixels in each direction, 0.5..1. */
  readonly resolution: number;
  /** `LeanRenderer.lodTolerance`, pixels. */
  readonly lodTolerance: number;
  /** `LeanRenderer.impostorPixels`: avatars up to this height in pixels are drawn as impostors. */
  readonly impostorPixels: number;
  /** `PoseScheduler.slowness`: 1 poses as often as the size on screen requires, 2 half as often. */
  readonly poseSlowness: number;
}

/** Quality steps from best to cheapest. Each step gives up the least visible detail that is left. */
export const STEPS: readonly Quality[] = [
  { resolution: 1, lodTolerance: TOLERANCE_PIXELS, impostorPixels: 0, poseSlowness: 1 },
  { resolution: 1, lodTolerance: 2.5, impostorPixels: 24, poseSlowness: 1.5 },
  { resolution: 1, lodTolerance: 3.5, impostorPixels: 32, poseSlowness: 1.5 },
  { resolution: 0.85, lodTolerance: 5, impostorPixels: 32, poseSlowness: 2 },
  { resolution: 0.85, lodTolerance: 7, impostorPixels: 40, poseSlowness: 2 },
  { resolution: 0.7, lodTolerance: 7, impostorPixels: 40, poseSlowness: 2.5 },
  { resolution: 0.6, lodTolerance: 8.5, impostorPixels: 48, poseSlowness: 3 },
  { resolution: 0.5, lodTolerance: 11, impostorPixels: 48, poseSlowness: 4 },
];

export type QualityMode = 'low' | 'auto' | 'high';

/** The fixed step of `quality="low"`. */
const LOW = 5;

export interface GovernorOptions {
  /** Target frame time, ms. Default 1000 / 30. */
  readonly targetMs?: number;
  readonly mode?: QualityMode;
  /** First step of `auto`, usually the `steady` one of an earlier visit. Brought into the range of steps. Default 0. */
  readonly step?: number;
}

/** Number of frames whose median decides. */
const WINDOW = 15;
/** A frame longer than this many target times is far too slow. Three in a row decide at once, without a whole window. */
const FAR = 4;
const FAR_FRAMES = 3;
/** A step that has lasted so many frames is steady. */
const STEADY = 30;
/** Above this share of the target time, quality steps down. Below the second, it may try a step up. Between, it stays. */
const TOO_SLOW = 1.12;
const FAST = 0.7;
/** Fast frames before a step up is tried. Each failed try doubles the count, up to the second value. */
const PATIENCE = 60;
const LONGEST_PATIENCE = 1920;
/** A longer frame is a pause (a hidden tab, a debugger), not drawing, unless the previous frame was as long. Milliseconds. */
const PAUSE_MS = 1000;
/** A frame longer than this is always a pause. Milliseconds. */
const LONGEST_FRAME_MS = 10_000;

/**
 * Holds the frame time by lowering detail in steps, with hysteresis. It steps down after 15 slow frames. After three frames that
 * take more than four times the target it takes several steps at once. It steps up only after many fast frames, and waits longer
 * after each step up that failed. It reads no clock: the caller passes each frame's duration.
 *
 * ```ts
 * const governor = new QualityGovernor();
 * if (governor.frame(elapsedMs)) apply(governor.quality);
 * ```
 */
export class QualityGovernor {
  readonly #target: number;
  readonly #times = new Float64Array(WINDOW);
  readonly #sorted = new Float64Array(WINDOW);
  #mode: QualityMode;
  #step: number;
  #filled = 0;
  #next = 0;
  #ease = 0;
  /** True if the latest frame was longer than `PAUSE_MS`. */
  #paused = false;
  /** Frames in a row that were far too slow, and the shortest of them in milliseconds. */
  #far = 0;
  #farMs = 0;
  /** Frames since the step changed. */
  #held = 0;
  #patience = PATIENCE;
  /** Frames since the last step up. A step down soon afterwards reverts it. */
  #sinceUp = Number.POSITIVE_INFINITY;

  /**
   * Creates a governor.
   *
   * @throws RangeError if the target is not a positive number.
   */
  constructor({ targetMs = 1000 / 30, mode = 'auto', step = 0 }: GovernorOptions = {}) {
    if (!(targetMs > 0)) throw new RangeError(`targetMs must be positive, got ${targetMs}`);
    this.#target = targetMs;
    this.#mode = mode;
    this.#step = mode === 'low' ? LOW : Math.min(STEPS.length - 1, Math.max(0, Math.trunc(step) || 0));
  }

  get quality(): Quality {
    return STEPS[this.#step];
  }

  /** Current step, 0 is best; for the inspector. */
  get step(): number {
    return this.#step;
  }

  /** The step, if `auto` has held it for 30 frames; otherwise undefined. A later visit on the same device can start with it. */
  get steady(): number | undefined {
    return this.#mode === 'auto' && this.#held >= STEADY ? this.#step : undefined;
  }

  get mode(): QualityMode {
    return this.#mode;
  }

  set mode(mode: QualityMode) {
    this.#mode = mode;
    if (mode !== 'auto') this.#step = mode === 'low' ? LOW : 0;
    this.#forget();
  }

  /** Median of the latest frames, ms; 0 while there are too few. */
  get medianMs(): number {
    if (this.#filled < WINDOW) return 0;
    this.#sorted.set(this.#times);
    return this.#sorted.sort()[WINDOW >> 1];
  }

  /**
   * Records a frame.
   *
   * @param ms - time since the previous frame.
   * @returns true if `quality` has changed.
   */
  frame(ms: number): boolean {
    if (this.#mode !== 'auto' || !(ms > 0) || ms > LONGEST_FRAME_MS) return false;
    const paused = this.#paused;
    this.#paused = ms > PAUSE_MS;
    // Frames take seconds here, so do not wait for a whole window of them.
    if (this.#paused) return paused && this.#down(ms);
    this.#held++;
    this.#farMs = this.#far > 0 ? Math.min(this.#farMs, ms) : ms;
    this.#far = ms > this.#target * FAR ? this.#far + 1 : 0;
    if (this.#far === FAR_FRAMES) return this.#down(this.#farMs);
    this.#times[this.#next] = ms;
    this.#next = (this.#next + 1) % WINDOW;
    this.#filled = Math.min(WINDOW, this.#filled + 1);
    this.#sinceUp++;
    const median = this.medianMs;
    if (median === 0) return false;
    if (median > this.#target * TOO_SLOW) return this.#down(median);
    this.#ease = median < this.#target * FAST ? this.#ease + 1 : 0;
    return this.#ease >= this.#patience && this.#up();
  }

  /** @param ms - duration of a frame: each factor of two over the target beyond the first takes one more step. */
  #down(ms: number): boolean {
    this.#forget();
    if (this.#step === STEPS.length - 1) return false;
    this.#patience = this.#sinceUp < 2 * PATIENCE ? Math.min(LONGEST_PATIENCE, this.#patience * 2) : PATIENCE;
    this.#step = Math.min(STEPS.length - 1, this.#step + Math.max(1, Math.floor(Math.log2(ms / this.#target))));
    this.#held = 0;
    return true;
  }

  #up(): boolean {
    this.#forget();
    if (this.#step === 0) return false;
    this.#step--;
    this.#sinceUp = this.#held = 0;
    return true;
  }

  /** Discards the recorded frames, because frames at another quality say nothing about this one. */
  #forget(): void {
    this.#filled = this.#ease = this.#far = 0;
  }
}
