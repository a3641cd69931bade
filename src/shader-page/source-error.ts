/** An error of the compiler; lines and columns from 1. */
export interface SourceError {
  /** As a driver reports it: #line directives count. */
  readonly line: number;
  readonly column: number;
  /** The line in the editor, where it is another one. */
  readonly row?: number;
  readonly message: string;
}
