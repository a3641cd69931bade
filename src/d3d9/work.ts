/** A place in the GLSL source, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A line as #line directives number it, and the number of the source string (0 unless #line gives one). */
export interface ReportedLine {
  readonly line: number;
  readonly string: number;
}

/** The source is no valid GLSL ES 1.00, or no shader of the target can be made of it. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
  readonly line: number;
  readonly column: number;
  /** Where a driver reports the error, once the front end knows the shader's #line directives. */
  reported?: ReportedLine;

  constructor(message: string, place: Place) {
    super(message);
    this.line = place.line;
    this.column = place.column;
  }
}

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
