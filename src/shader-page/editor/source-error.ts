/** A compiler error. Lines and columns count from 1. */
export interface SourceError {
  /** The line that a driver reports: #line directives count. */
  readonly line: number;
  readonly column: number;
  /** The line in the editor, where it differs. */
  readonly row?: number;
  readonly message: string;
}
