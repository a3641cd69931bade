/** Hints and the edits that they make. */

/** A change of the source that may save slots. Compiling it shows how many. */
export interface Candidate {
  readonly title: string;
  /** The effect of the change, and the condition under which the picture stays the same. */
  readonly explanation: string;
  /** The line of the change, from 1. */
  readonly line: number;
  readonly edits: readonly Edit[];
  /** Alternative edits for the change. The one that saves most is used. */
  readonly otherwise?: readonly (readonly Edit[])[];
}

/** Replaces source[start, end) by `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change that was compiled. */
export interface Hint {
  readonly title: string;
  readonly explanation: string;
  readonly line: number;
  /** The whole source after the change. */
  readonly rewritten: string;
  /** The number of slots saved, > 0. */
  readonly saves: number;
}

/**
 * Applies edits to a source.
 * @returns the edited source, or undefined where two edits overlap, which no rule intends.
 *
 * ```ts
 * applyEdits('a * b', [{ start: 0, end: 1, text: 'c' }]) // 'c * b'
 * ```
 */
export function applyEdits(source: string, edits: readonly Edit[]): string | undefined {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let out = '';
  let at = 0;
  for (const { start, end, text } of ordered) {
    if (start < at || end < start || end > source.length) return undefined;
    out += source.slice(at, start) + text;
    at = end;
  }
  return out + source.slice(at);
}
