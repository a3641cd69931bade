/** A change of the source that is worth trying; what it saves is found out by compiling it. */
export interface Candidate {
  readonly title: string;
  /** What the change does and under which condition it draws the same picture. */
  readonly explanation: string;
  /** Line that it is about, from 1. */
  readonly line: number;
  readonly edits: readonly Edit[];
  /** Other ways to make the change; of all, the one that saves most is taken. */
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
  /** The whole source with the change made. */
  readonly rewritten: string;
  /** Slots, > 0. */
  readonly saves: number;
}

/**
 * @returns the source with all edits made; undefined where two overlap, which no rule means to do.
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
