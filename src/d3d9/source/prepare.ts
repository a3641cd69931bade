/** The preparation of an author's source for WebGL. */
import type { Stage } from '../glsl/builtin-variables.ts';
import { type FindInclude, resolveIncludes } from './includes.ts';
import { addedRows, type Row, rowsOf } from './rows.ts';
import { isShadertoy, wrapShadertoy } from './shadertoy.ts';
import { addThreePrefix, needsThree } from './three-prefix.ts';

/** `{ LIT: '', SKIN: '4' }` for `#define LIT` and `#define SKIN 4`. */
export type Defines = Readonly<Record<string, string>>;

export interface PrepareOptions {
  readonly stage: Stage;
  readonly defines?: Defines;
  /** Finds the text of an included file. */
  readonly include?: FindInclude;
  /** Finds the text of one of three's shader chunks. */
  readonly chunk?: FindInclude;
}

/** A shader in the form that WebGL receives. */
export interface PreparedSource {
  readonly text: string;
  /** For each line of `text`, the row in the author's source, 0 for an added line. */
  readonly rows: readonly number[];
  /** The additions, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Turns an author's source into the source that WebGL receives.
 * It resolves includes, adds a `main` to Shadertoy's `mainImage`, adds three's declarations for a ShaderMaterial, and puts
 * defines first.
 */
export function prepareSource(source: string, { stage, defines = {}, include, chunk }: PrepareOptions): PreparedSource {
  const notes: string[] = [];
  const find: FindInclude = name => include?.(name) ?? chunk?.(name);
  let rows: Row[] = resolveIncludes(rowsOf(source), find);
  if (isShadertoy(source)) {
    rows = wrapShadertoy(rows);
    notes.push('A main() that calls mainImage() and the inputs of Shadertoy were added.');
  } else if (needsThree(source, name => chunk?.(name) !== undefined)) {
    rows = afterVersion(rows, rest => addThreePrefix(rest, stage));
    notes.push("The declarations of three.js's ShaderMaterial were added.");
  }
  const given = Object.entries(defines).map(([name, value]) => `#define ${name} ${value}`.trim());
  if (given.length > 0) rows = afterVersion(rows, rest => [...addedRows(given.join('\n')), ...rest]);
  return { text: rows.map(r => r.text).join('\n'), rows: rows.map(r => r.row), notes };
}

/**
 * Changes the lines after a leading `#version` and the `#extension` lines right behind it. `#version` must remain the first line
 * of code.
 */
function afterVersion(rows: readonly Row[], change: (rest: readonly Row[]) => Row[]): Row[] {
  let first = 0;
  rows.forEach(({ text }, i) => {
    const directive = /^\s*#\s*(version|extension)\b/.test(text);
    if (directive && rows.slice(first, i).every(r => /^\s*(\/\/.*)?$/.test(r.text))) first = i + 1;
  });
  return [...rows.slice(0, first), ...change(rows.slice(first))];
}
