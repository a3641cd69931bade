/** Errors of a shader's source, with the place where they occur. */

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
