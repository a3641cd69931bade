import type { ReportedLine } from '../../shader-error.ts';

/** Line numbers as `#line` directives set them. Rows count the source's lines from 1. */
export class LineNumbers {
  readonly #directives: { readonly row: number; readonly line: number; readonly string: number }[] = [];

  /** Applies `#line line string` in `row`: the next row gets the number `line`. */
  set(row: number, line: number, string: number | undefined): void {
    this.#directives.push({ row, line, string: string ?? this.#directives.at(-1)?.string ?? 0 });
  }

  /** Returns the number that a driver reports for a row. */
  of(row: number): ReportedLine {
    const last = this.#directives.findLast(d => d.row < row);
    return last ? { line: last.line + row - last.row - 1, string: last.string } : { line: row, string: 0 };
  }
}
