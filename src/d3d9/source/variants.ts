/** Variants of a shader: combinations of defines. */
import type { Defines } from './prepare.ts';

/** The most switches that variants are counted for. More would make more variants than anybody reads. */
export const MAX_SWITCHES = 6;

const CONDITION = /^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b(.*)$/gm;
const DEFINED_HERE = /^[ \t]*#[ \t]*define[ \t]+(\w+)/gm;

/**
 * Returns the macros that a shader's conditions test, in order of appearance. Predefined macros and those that it defines are
 * left out.
 */
export function switchesOf(source: string): string[] {
  const own = new Set([...source.matchAll(DEFINED_HERE)].map(m => m[1]));
  const names = [...source.matchAll(CONDITION)].flatMap(m => m[1].replace(/\/\/.*|\/\*.*/, '').match(/[A-Za-z_]\w*/g) ?? []);
  return [...new Set(names)].filter(n => n !== 'defined' && !/^(GL_|__)/.test(n) && !own.has(n));
}

/**
 * Returns every combination of switches, each with `always` added. `variantsOf(['A', 'B'], {})` is `{}`, `{A}`, `{B}`, `{A, B}`.
 */
export function variantsOf(switches: readonly string[], always: Defines): Defines[] {
  const used = switches.slice(0, MAX_SWITCHES);
  return Array.from({ length: 2 ** used.length }, (_, bits) => {
    const chosen = used.filter((_, i) => bits & (1 << i));
    return { ...Object.fromEntries(chosen.map(name => [name, always[name] || '1'])), ...omit(always, used) };
  });
}

function omit(defines: Defines, names: readonly string[]): Defines {
  return Object.fromEntries(Object.entries(defines).filter(([name]) => !names.includes(name)));
}

/**
 * Reads defines such as `LIT SKIN=4`, separated by spaces, commas or lines.
 * @throws SyntaxError that quotes the first invalid define
 */
export function readDefines(text: string): Defines {
  const defines: Record<string, string> = {};
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(part) ?? [];
    if (!name) throw new SyntaxError(`a define is NAME or NAME=VALUE, got "${part}"`);
    defines[name] = value;
  }
  return defines;
}

/** Formats defines as `LIT SKIN=4`. */
export const writeDefines = (defines: Defines): string =>
  Object.entries(defines)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join(' ');
