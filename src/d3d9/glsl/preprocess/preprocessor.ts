/** The preprocessor of GLSL ES 1.00. */
import { type Place, ShaderError } from '../../shader-error.ts';
import type { Work } from '../../work-budget.ts';
import { evaluateCondition } from './condition.ts';
import { readExtension } from './extensions.ts';
import { LineNumbers } from './line-numbers.ts';
import { Macros } from './macro.ts';
import { type Token, tokenizeLine, unexpectedAfter, withoutComments } from './token.ts';

/** The state of one #if: whether the current branch is active, and whether any branch was. */
interface Condition {
  readonly place: Place;
  readonly outer: boolean;
  active: boolean;
  taken: boolean;
  sawElse: boolean;
}

/**
 * The preprocessor of GLSL ES 1.00 (section 3.4), as strict as ANGLE's.
 * Tokens keep their place in the author's source. The tokens of a macro's body get the place of its use.
 */
export class Preprocessor {
  readonly #macros: Macros;
  readonly #conditions: Condition[] = [];
  readonly #work: Work;
  readonly #extensions = new Set<string>();
  /** The line numbers that errors report. */
  readonly lines = new LineNumbers();
  /** The number of tokens and directives read. */
  #tokens = 0;
  #directives = 0;

  constructor(work: Work) {
    this.#work = work;
    this.#macros = new Macros(work, row => this.lines.of(row).line);
  }

  /** The extensions that the shader enables. */
  get extensions(): ReadonlySet<string> {
    return this.#extensions;
  }

  /** Preprocesses a source. @throws ShaderError for a wrong directive. */
  run(source: string): Token[] {
    const lines = withoutComments(source).split('\n');
    const out: Token[] = [];
    let pending: Token[] = [];
    const flush = () => {
      for (const t of this.#macros.expand(pending)) out.push(t);
      pending = [];
    };
    for (let i = 0; i < lines.length; i++) {
      let text = lines[i];
      const line = i + 1;
      while (text.endsWith('\\') && i + 1 < lines.length) text = `${text.slice(0, -1)}${lines[++i]}`;
      if (/^\s*#/.test(text)) {
        flush();
        this.#directive(tokenizeLine(text, line, this.#work), line);
        this.#directives++;
      } else if (this.#active) {
        for (const t of tokenizeLine(text, line, this.#work)) pending.push(t);
        this.#tokens += pending.length;
      }
    }
    flush();
    const end: Place = { line: lines.length, column: lines[lines.length - 1].length + 1 };
    const open = this.#conditions.at(-1);
    if (open) throw new ShaderError('#if without #endif', open.place);
    out.push({ kind: 'end', text: 'end of file', ...end, spaced: true });
    return out;
  }

  get #active(): boolean {
    const top = this.#conditions.at(-1);
    return top === undefined || top.active;
  }

  #directive(tokens: Token[], line: number): void {
    const [hash, name, ...rest] = tokens;
    const place: Place = { line, column: hash.column };
    if (hash.text === '##') {
      if (this.#active) throw new ShaderError("'##' is no directive", place);
      return;
    }
    if (!name) return;
    if (this.#conditional(name.text, rest, place) || !this.#active) return;
    switch (name.text) {
      case 'define':
        this.#macros.define(rest, place);
        break;
      case 'undef':
        this.#macros.undefine(rest, place);
        break;
      case 'error':
        throw new ShaderError(`#error ${rest.map(t => t.text).join(' ')}`.trim(), place);
      case 'extension':
        readExtension(rest, this.#extensions, place, this.#tokens > 0);
        break;
      case 'version':
        this.#version(rest, place);
        break;
      case 'pragma':
        checkPragma(rest);
        break;
      case 'line':
        this.#line(rest, place);
        break;
      default:
        throw new ShaderError(`'#${name.text}' is no directive`, place);
    }
  }

  /** Reads #if, #ifdef, #ifndef, #elif, #else or #endif. Returns false for any other directive. */
  #conditional(name: string, rest: readonly Token[], place: Place): boolean {
    const top = this.#conditions.at(-1);
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const outer = this.#active;
        let value = false;
        if (outer) value = name === 'if' ? this.#condition(rest, place) !== 0 : this.#defined(name, rest, place);
        this.#conditions.push({ place, outer, active: outer && value, taken: value, sawElse: false });
        if (this.#conditions.length > 200) throw new ShaderError('#if nested too deeply', place);
        return true;
      }
      case 'elif':
        if (!top || top.sawElse) throw new ShaderError('#elif without #if', place);
        top.active = top.outer && !top.taken && this.#condition(rest, place) !== 0;
        top.taken ||= top.active;
        return true;
      case 'else':
        if (!top || top.sawElse) throw new ShaderError('#else without #if', place);
        if (top.outer && rest[0]) throw unexpectedAfter('#else', rest[0]);
        top.active = top.outer && !top.taken;
        top.sawElse = true;
        return true;
      case 'endif':
        if (!top) throw new ShaderError('#endif without #if', place);
        if (rest[0]) throw unexpectedAfter('#endif', rest[0]);
        this.#conditions.pop();
        return true;
      default:
        return false;
    }
  }

  #defined(directive: 'ifdef' | 'ifndef', [name, extra]: readonly Token[], place: Place): boolean {
    if (name?.kind !== 'name') throw new ShaderError(`#${directive} needs a name`, name ?? place);
    if (extra) throw unexpectedAfter(`#${directive} ${name.text}`, extra);
    return this.#macros.has(name.text) === (directive === 'ifdef');
  }

  #condition(tokens: readonly Token[], place: Place): number {
    const known: Token[] = [];
    for (let i = 0; i < tokens.length; i++) {
      if (tokens[i].text !== 'defined') {
        known.push(tokens[i]);
        continue;
      }
      const bracket = tokens[i + 1]?.text === '(';
      const name = tokens[i + (bracket ? 2 : 1)];
      if (name?.kind !== 'name') throw new ShaderError("'defined' needs a name", name ?? place);
      if (bracket && tokens[i + 3]?.text !== ')') throw new ShaderError(`')' expected after defined(${name.text}`, name);
      known.push({ ...name, kind: 'int', text: this.#macros.has(name.text) ? '1' : '0' });
      i += bracket ? 3 : 1;
    }
    return evaluateCondition(this.#macros.expand(known), place);
  }

  #version([number, extra]: readonly Token[], place: Place): void {
    if (this.#tokens + this.#directives > 0) throw new ShaderError('#version must come before anything else but comments', place);
    if (number?.kind !== 'int') throw new ShaderError('#version needs a number', number ?? place);
    if (number.text !== '100') throw new ShaderError(`version ${number.text} is not WebGL 1's GLSL ES 1.00`, number);
    if (extra) throw unexpectedAfter('#version 100', extra);
  }

  #line(tokens: readonly Token[], place: Place): void {
    const parts = this.#macros.expand(tokens);
    if (parts.length === 0) throw new ShaderError('#line needs a number', place);
    // `#line 10 2` has two expressions. ANGLE reads `#line 2+3` as one.
    const two = parts.length === 2 && parts.every(t => t.kind === 'int');
    const line = evaluateCondition(two ? [parts[0]] : parts, place);
    this.lines.set(place.line, line, two ? evaluateCondition([parts[1]], place) : undefined);
  }
}

/** Checks a pragma: `optimize` and `debug` accept on or off. Other pragmas are ignored. */
function checkPragma([name, open, value, close]: readonly Token[]): void {
  if ((name?.text !== 'optimize' && name?.text !== 'debug') || (open && open.text !== '(')) return;
  const fits = (value?.text === 'on' || value?.text === 'off') && close?.text === ')';
  if (!fits) throw new ShaderError(`#pragma ${name.text} takes (on) or (off)`, value ?? name);
}
