/** What can be had for less, in the units of those who obey. */
export interface Quality {
  /** Share of the canvas's pixels in each direction, 0.5..1. */
  readonly resolution: number;
  /** `LeanRenderer.lodTolerance`, pixels. */
  readonly lodTolerance: number;
  /** `LeanRenderer.impostorPixels`: avatars of at most so many pixels are pictures. */
  readonly impostorPixels: number;
  /** `PoseScheduler.slowness`: 1 as fast as size on screen asks, 2 half as often. */
  readonly poseSlowness: number;
}

/** From best to cheapest; each step gives up what is seen least of what is left. */
export const STEPS: readonly Quality[] = [
  { resolution: 1, lodTolerance: 2, impostorPixels: 0, poseSlowness: 1 },
  { resolution: 1, lodTolerance: 2.5, impostorPixels: 24, poseSlowness: 1.5 },
  { resolution: 1, lodTolerance: 3.5, impostorPixels: 32, poseSlowness: 1.5 },
  { resolution: 0.85, lodTolerance: 5, impostorPixels: 32, poseSlowness: 2 },
  { resolution: 0.85, lodTolerance: 7, impostorPixels: 40, poseSlowness: 2 },
  { resolution: 0.7, lodTolerance: 7, impostorPixels: 40, poseSlowness: 2.5 },
  { resolution: 0.6, lodTolerance: 8.5, impostorPixels: 48, poseSlowness: 3 },
  { resolution: 0.5, lodTolerance: 11, impostorPixels: 48, poseSlowness: 4 },
];

export type QualityMode = 'low' | 'auto' | 'high';

/** The step that `quality="low"` stays on. */
const LOW = 5;

export interface GovernorOptions {
  /** Milliseconds a frame that must be held; default 1000 / 30. */
  readonly targetMs?: number;
  readonly mode?: QualityMode;
}

/** Frames whose median decides. */
const WINDOW = 15;
/** Slower than this share of the target: a step down. Faster: a step up may be tried. Between: all is well. */
const TOO_SLOW = 1.12;
const FAST = 0.7;
/** Frames of ease before a step up is tried; doubled each time a try has to be taken back, up to the longest. */
const PATIENCE = 60;
const LONGEST_PATIENCE = 1920;
/** A frame that took longer than this was a hidden tab or a debugger, not the drawing, unless the one before was as long; */
const PAUSE_MS = 1000;
/** one that took longer than this always was. */
const LONGEST_FRAME_MS = 10_000;

/**
 * Holds the frame time by giving up detail in steps, with hysteresis: it goes down after a quarter of a second of slow frames,
 * up only after a long spell of fast ones, and waits longer each time that going up was wrong. Knows no clock: it is told how
 * long each frame took.
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
  /** The latest frame was longer than `PAUSE_MS`. */
  #paused = false;
  #patience = PATIENCE;
  /** Frames since the last step up; a step down soon after takes it back. */
  #sinceUp = Number.POSITIVE_INFINITY;

  /** @throws RangeError for a target that is no positive number. */
  constructor({ targetMs = 1000 / 30, mode = 'auto' }: GovernorOptions = {}) {
    if (!(targetMs > 0)) throw new RangeError(`targetMs must be positive, got ${targetMs}`);
    this.#target = targetMs;
    this.#mode = mode;
    this.#step = mode === 'low' ? LOW : 0;
  }

  get quality(): Quality {
    return STEPS[this.#step];
  }

  /** 0 is best; for the inspector. */
  get step(): number {
    return this.#step;
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

  /** @param ms - from the last frame to this one. @returns true when `quality` has changed. */
  frame(ms: number): boolean {
    if (this.#mode !== 'auto' || !(ms > 0) || ms > LONGEST_FRAME_MS) return false;
    const paused = this.#paused;
    this.#paused = ms > PAUSE_MS;
    // Seconds a frame: nobody waits for a window of them.
    if (this.#paused) return paused && this.#down();
    this.#times[this.#next] = ms;
    this.#next = (this.#next + 1) % WINDOW;
    this.#filled = Math.min(WINDOW, this.#filled + 1);
    this.#sinceUp++;
    const median = this.medianMs;
    if (median === 0) return false;
    if (median > this.#target * TOO_SLOW) return this.#down();
    this.#ease = median < this.#target * FAST ? this.#ease + 1 : 0;
    return this.#ease >= this.#patience && this.#up();
  }

  #down(): boolean {
    this.#forget();
    if (this.#step === STEPS.length - 1) return false;
    this.#patience = this.#sinceUp < 2 * PATIENCE ? Math.min(LONGEST_PATIENCE, this.#patience * 2) : PATIENCE;
    this.#step++;
    return true;
  }

  #up(): boolean {
    this.#forget();
    if (this.#step === 0) return false;
    this.#step--;
    this.#sinceUp = 0;
    return true;
  }

  /** Frames of another quality say nothing about this one. */
  #forget(): void {
    this.#filled = this.#ease = 0;
  }
}
