/** Macros: definition and expansion. */
import { type Place, ShaderError } from '../../shader-error.ts';
import type { Work } from '../../work-budget.ts';
import { EXTENSIONS } from './extensions.ts';
import { type Token, tokenizeLine, unexpectedAfter } from './token.ts';

interface Macro {
  readonly parameters: readonly string[] | undefined;
  readonly body: readonly Token[];
}

/** The predefined macros of a WebGL 1 shader. `__LINE__` depends on its position. */
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['GL_ES', '1'],
  ['GL_FRAGMENT_PRECISION_HIGH', '1'],
  ['__VERSION__', '100'],
  ['__FILE__', '0'],
  ['__LINE__', '0'],
  ...EXTENSIONS.map((name): [string, string] => [name, '1']),
]);

/** The macros of a shader: #define, #undef and expansion. */
export class Macros {
  readonly #macros = new Map<string, Macro>();
  readonly #work: Work;
  readonly #lineOf: (row: number) => number;

  /** @param lineOf - returns the value of `__LINE__` in a row of the source. */
  constructor(work: Work, lineOf: (row: number) => number) {
    this.#work = work;
    this.#lineOf = lineOf;
    for (const [name, text] of PREDEFINED) this.#macros.set(name, { parameters: undefined, body: tokenizeLine(text, 1, work) });
  }

  has(name: string): boolean {
    return this.#macros.has(name);
  }

  /** Reads the tokens after `#define`. @throws ShaderError where the definition is wrong or contradicts an earlier one. */
  define(tokens: readonly Token[], place: Place): void {
    const [name, open] = tokens;
    if (name?.kind !== 'name') throw new ShaderError('#define needs a name', name ?? place);
    checkName(name);
    const { parameters, end } =
      open?.text === '(' && !open.spaced ? readParameters(tokens, place) : { parameters: undefined, end: 1 };
    const macro: Macro = { parameters, body: tokens.slice(end) };
    const known = this.#macros.get(name.text);
    if (known && !sameMacro(known, macro))
      throw new ShaderError(`macro '${name.text}' is already defined with another value; #undef it first`, name);
    this.#macros.set(name.text, macro);
  }

  /** Reads the tokens after `#undef`. */
  undefine([name, extra]: readonly Token[], place: Place): void {
    if (name?.kind !== 'name') throw new ShaderError('#undef needs a name', name ?? place);
    if (PREDEFINED.has(name.text)) throw new ShaderError(`the predefined macro '${name.text}' cannot be undefined`, name);
    if (extra) throw unexpectedAfter('#undef', extra);
    this.#macros.delete(name.text);
  }

  expand(tokens: readonly Token[]): Token[] {
    const out: Token[] = [];
    const todo = [...tokens].reverse();
    for (let token = todo.pop(); token; token = todo.pop()) {
      const macro = token.kind === 'name' ? this.#macros.get(token.text) : undefined;
      if (token.text === '__LINE__') out.push({ ...token, kind: 'int', text: String(this.#lineOf(token.line)) });
      else if (!macro || token.hidden?.has(token.text)) out.push(token);
      else if (macro.parameters && todo.at(-1)?.text !== '(') out.push(token);
      else {
        this.#work.place = token;
        const call = macro.parameters ? readArguments(todo, token) : [];
        const body = this.#substitute(macro, call, token);
        for (let i = body.length - 1; i >= 0; i--) todo.push(body[i]);
      }
    }
    return out;
  }

  #substitute(macro: Macro, call: Token[][], use: Token): Token[] {
    const hidden = new Set(use.hidden).add(use.text);
    if (
      macro.parameters &&
      call.length !== macro.parameters.length &&
      !(macro.parameters.length === 0 && call.length === 1 && call[0].length === 0)
    ) {
      throw new ShaderError(`macro '${use.text}' takes ${macro.parameters.length} arguments, got ${call.length}`, use);
    }
    const out: Token[] = [];
    for (const t of macro.body) {
      const k = t.kind === 'name' && macro.parameters ? macro.parameters.indexOf(t.text) : -1;
      if (k >= 0) for (const [i, a] of this.expand(call[k]).entries()) out.push(i === 0 ? { ...a, spaced: t.spaced } : a);
      else out.push({ ...t, line: use.line, column: use.column, hidden });
    }
    this.#work.spend(4 * out.length + 4);
    return out;
  }
}

function checkName(name: Token): void {
  if (name.text === 'defined' || name.text.startsWith('GL_'))
    if (!PREDEFINED.has(name.text))
      throw new ShaderError(`'${name.text}' cannot be a macro: 'defined' and names that begin with GL_ are reserved`, name);
  if (PREDEFINED.has(name.text)) throw new ShaderError(`the predefined macro '${name.text}' cannot be defined again`, name);
}

/** Reads the parameters of `NAME(a, b)`. Returns them and the start of the body. */
function readParameters(tokens: readonly Token[], place: Place): { parameters: string[]; end: number } {
  const parameters: string[] = [];
  let i = 2;
  if (tokens[i]?.text === ')') return { parameters, end: i + 1 };
  for (;;) {
    const name = tokens[i++];
    // ANGLE accepts `NAME(a,)`.
    if (name?.text === ')' && parameters.length > 0) return { parameters, end: i };
    if (name?.kind !== 'name') throw new ShaderError('a macro parameter must be a name', name ?? place);
    if (parameters.includes(name.text)) throw new ShaderError(`the macro has the parameter '${name.text}' twice`, name);
    parameters.push(name.text);
    const next = tokens[i++];
    if (next?.text === ')') return { parameters, end: i };
    if (next?.text !== ',') throw new ShaderError("',' or ')' expected after a macro parameter", next ?? place);
  }
}

/** True where ANGLE considers both macros equal: it compares parameters, tokens and the spaces between tokens. */
function sameMacro(a: Macro, b: Macro): boolean {
  return (
    a.parameters?.join() === b.parameters?.join() &&
    a.body.length === b.body.length &&
    a.body.every((t, i) => t.text === b.body[i].text && (i === 0 || t.spaced === b.body[i].spaced))
  );
}

function readArguments(todo: Token[], use: Token): Token[][] {
  todo.pop();
  const out: Token[][] = [[]];
  let depth = 0;
  for (let t = todo.pop(); t; t = todo.pop()) {
    if (t.text === ')' && depth === 0) return out;
    if (t.text === '(') depth++;
    if (t.text === ')') depth--;
    if (t.text === ',' && depth === 0) out.push([]);
    else out[out.length - 1].push(t);
  }
  throw new ShaderError(`macro '${use.text}' has no closing bracket`, use);
}
