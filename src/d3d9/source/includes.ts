/** `#include` in shader sources. */
import { addedRows, type Row } from './rows.ts';

/** Finds the text of an included file, undefined where it is unknown. `#include <name>` and `#include "name"` are equivalent. */
export type FindInclude = (name: string) => string | undefined;

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/;
const MAX_DEPTH = 16;
/** The most lines that all included files may have together. three's largest shader has 3,000. */
const MAX_LINES = 20_000;

/** Returns the names that a source includes directly, without duplicates. */
export function includedNames(source: string): string[] {
  const names = source.split('\n').flatMap(line => INCLUDE.exec(line)?.[1].trim() ?? []);
  return [...new Set(names)];
}

/**
 * Replaces each `#include` line by the text of its file.
 * The lines keep the row of the `#include`. A missing file becomes an `#error`, so the compiler reports it at that row.
 */
export function resolveIncludes(rows: readonly Row[], find: FindInclude): Row[] {
  let left = MAX_LINES;
  const resolve = (lines: readonly Row[], open: readonly string[]): Row[] =>
    lines.flatMap(line => {
      const name = INCLUDE.exec(line.text)?.[1].trim();
      if (name === undefined) return [line];
      const wrong = (reason: string): Row[] => [{ text: `#error ${reason}`, row: line.row }];
      if (open.includes(name)) return wrong(`${name} includes itself`);
      if (open.length >= MAX_DEPTH) return wrong(`includes are nested more than ${MAX_DEPTH} deep at ${name}`);
      const text = find(name);
      if (text === undefined) return wrong(`the included file ${name} was not found`);
      const inner = addedRows(text.replace(/\r\n?/g, '\n')).map(added => ({ ...added, row: line.row }));
      left -= inner.length;
      if (left < 0) return wrong(`the included files have more than ${MAX_LINES} lines`);
      return resolve(inner, [...open, name]);
    });
  return resolve(rows, []);
}
