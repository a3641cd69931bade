import { type Place, ShaderError } from './shader-error.ts';

/** More work than any real shader takes. Counted in steps, not in seconds, so that the same source always ends the same way. */
export const MAX_WORK = 1_500_000;

/** The work budget of one compilation: every token, statement and node takes from it, so hostile input ends in an error. */
export class Work {
  #left: number;
  place: Place = { line: 1, column: 1 };

  constructor(steps = MAX_WORK) {
    this.#left = steps;
  }

  /** @throws ShaderError when the budget is spent. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0)
      throw new ShaderError('the shader takes too much work to compile (loops or macros too large)', this.place);
  }
}
