/** Names as a room's documents take them: at most 200 characters, each once. */
import { MAX_NAME } from '../core/document-limits.ts';

/**
 * `base`, cut to 200 characters, with a number behind it where that name is taken: `uniqueName('hand', n => n === 'hand')` is `hand 2`.
 * No half of a surrogate pair is left at the cut.
 */
export function uniqueName(base: string, isTaken: (name: string) => boolean): string {
  let name = cut(base, MAX_NAME);
  for (let n = 2; isTaken(name); n++) name = `${cut(base, MAX_NAME - String(n).length - 1)} ${n}`;
  return name;
}

/** At most `length` characters of `name`. */
export function cut(name: string, length: number): string {
  return name.length > length ? name.slice(0, length).replace(/[\ud800-\udbff]$/, '') : name;
}
