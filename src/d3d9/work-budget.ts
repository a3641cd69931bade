/** A step limit for one compilation, so that hostile sources end in an error. */
import { type Place, ShaderError } from './shader-error.ts';

/**
 * The default budget: more steps than any real shader takes. Steps, unlike seconds, give every run of a source the same result.
 */
const MAX_WORK = 1_500_000;

/** The work budget of one compilation. Every token, statement and node takes steps from it. */
export class Work {
  #left: number;
  place: Place = { line: 1, column: 1 };

  constructor(steps = MAX_WORK) {
    this.#left = steps;
  }

  /** Takes `steps` from the budget. @throws ShaderError when the budget is spent. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0)
      throw new ShaderError('the shader takes too much work to compile (loops or macros too large)', this.place);
  }
}
