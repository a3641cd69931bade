import { systemClock } from '../../core/clock.ts';
import { element } from '../element.ts';
import type { Stage } from '../permalink.ts';
import { measure } from './timing.ts';
import { TimingView } from './timing-view.ts';

/** The counted frames of each shader: enough that one outlier does not decide the p95. */
const FRAMES = 60;
const MAX_DRAWS = 500;

/** Times one or two shaders on the visitor's GPU. */
export class TimingPanel {
  readonly #view = new TimingView(element('timing', HTMLDivElement));
  readonly #status = element('timing-status', HTMLOutputElement);
  readonly #draws = element('draws', HTMLInputElement);
  #measuring: AbortController | undefined;

  /** @param given - returns the shaders to measure: A, or A and B. */
  constructor(gl: () => WebGLRenderingContext | null, given: () => { stage: Stage; sources: readonly string[] }) {
    element('measure', HTMLButtonElement).addEventListener('click', () => void this.#measure(gl(), given()));
  }

  async #measure(
    gl: WebGLRenderingContext | null,
    { stage, sources }: { stage: Stage; sources: readonly string[] },
  ): Promise<void> {
    this.#measuring?.abort(new Error('measured anew'));
    const { signal } = (this.#measuring = new AbortController());
    if (!gl) {
      this.#status.textContent = 'This browser has no WebGL here.';
      return;
    }
    const avatars = Math.min(MAX_DRAWS, Math.max(1, Math.round(this.#draws.valueAsNumber) || 1));
    this.#draws.valueAsNumber = avatars;
    this.#status.className = '';
    this.#status.textContent = 'measuring …';
    try {
      const timings = await measure({ gl, clock: systemClock, stage, sources, avatars, frames: FRAMES, signal });
      await this.#view.show(['A', 'B'], timings, stage);
      this.#status.textContent = `${avatars} draws a frame, ${FRAMES} frames${sources.length > 1 ? ' each, in turn' : ''}`;
    } catch (error) {
      if (signal.aborted) return;
      this.#status.className = 'bad';
      this.#status.textContent = error instanceof Error ? error.message : String(error);
    }
  }
}
