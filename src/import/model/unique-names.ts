/** Makes names valid for a room's documents: at most 200 characters, each unique. */
import { MAX_NAME } from '../../core/document-limits.ts';

/**
 * Cuts `base` to 200 characters and appends a number where that name is taken: `uniqueName('hand', n => n === 'hand')` is `hand
 * 2`. The cut never leaves half a surrogate pair.
 */
export function uniqueName(base: string, isTaken: (name: string) => boolean): string {
  let name = cut(base, MAX_NAME);
  for (let n = 2; isTaken(name); n++) name = `${cut(base, MAX_NAME - String(n).length - 1)} ${n}`;
  return name;
}

/** Returns at most `length` characters of `name`. */
export function cut(name: string, length: number): string {
  return name.length > length ? name.slice(0, length).replace(/[\ud800-\udbff]$/, '') : name;
}
