import type { Defines } from './prepare.ts';

/** More switches than these make more variants than anybody reads. */
export const MAX_SWITCHES = 6;

const CONDITION = /^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b(.*)$/gm;
const DEFINED_HERE = /^[ \t]*#[ \t]*define[ \t]+(\w+)/gm;

/** The macros that a shader's conditions ask for, in the order of the text. Predefined ones and those that it defines itself are left out. */
export function switchesOf(source: string): string[] {
  const own = new Set([...source.matchAll(DEFINED_HERE)].map(m => m[1]));
  const names = [...source.matchAll(CONDITION)].flatMap(m => m[1].replace(/\/\/.*|\/\*.*/, '').match(/[A-Za-z_]\w*/g) ?? []);
  return [...new Set(names)].filter(n => n !== 'defined' && !/^(GL_|__)/.test(n) && !own.has(n));
}

/** Every combination of switches, none first: `variantsOf(['A', 'B'], {})` is `{}`, `{A}`, `{B}`, `{A, B}`. Each has `always` too. */
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

/** Reads `LIT SKIN=4`, or the same with commas or lines. @throws SyntaxError that quotes what is no define */
export function readDefines(text: string): Defines {
  const defines: Record<string, string> = {};
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(part) ?? [];
    if (!name) throw new SyntaxError(`a define is NAME or NAME=VALUE, got "${part}"`);
    defines[name] = value;
  }
  return defines;
}

/** `LIT SKIN=4` */
export const writeDefines = (defines: Defines): string =>
  Object.entries(defines)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join(' ');
