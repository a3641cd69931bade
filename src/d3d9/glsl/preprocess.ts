import { type Place, ShaderError, type Work } from '../work.ts';
import { evaluateCondition } from './condition.ts';
import { type Token, tokenizeLine, withoutComments } from './token.ts';

interface Macro {
  readonly parameters: readonly string[] | undefined;
  readonly body: readonly Token[];
}

/** State of one #if: whether this branch is read, and whether one of its branches was already. */
interface Condition {
  readonly outer: boolean;
  active: boolean;
  taken: boolean;
  sawElse: boolean;
}

const EXTENSIONS = ['GL_OES_standard_derivatives', 'GL_EXT_shader_texture_lod', 'GL_EXT_frag_depth'];

/** What #extension can name without an error: what WebGL 1 implementations know. */
const KNOWN = new Set([...EXTENSIONS, 'GL_EXT_draw_buffers', 'GL_OES_EGL_image_external', 'all']);

/**
 * The preprocessor of GLSL ES 1.00 (section 3.4): macros with and without parameters, conditions, #extension, #error, #line is read over.
 * Tokens keep the place they have in the file that the author sees; a macro's body gets the place of its use.
 */
export class Preprocessor {
  readonly #macros = new Map<string, Macro>();
  readonly #conditions: Condition[] = [];
  readonly #work: Work;
  readonly extensions = new Set<string>();

  constructor(work: Work) {
    this.#work = work;
    this.#define('GL_ES', '1');
    this.#define('GL_FRAGMENT_PRECISION_HIGH', '1');
    this.#define('__VERSION__', '100');
    this.#define('__FILE__', '0');
    for (const e of EXTENSIONS) this.#define(e, '1');
  }

  #define(name: string, text: string): void {
    this.#macros.set(name, { parameters: undefined, body: tokenizeLine(text, 1, this.#work) });
  }

  /** @throws ShaderError for a directive that is wrong. */
  run(source: string): Token[] {
    const lines = withoutComments(source).split('\n');
    const out: Token[] = [];
    let pending: Token[] = [];
    const flush = () => {
      for (const t of this.#expand(pending)) out.push(t);
      pending = [];
    };
    for (let i = 0; i < lines.length; i++) {
      let text = lines[i];
      const line = i + 1;
      while (text.endsWith('\\') && i + 1 < lines.length) text = `${text.slice(0, -1)}${lines[++i]}`;
      if (/^\s*#/.test(text)) {
        flush();
        this.#directive(tokenizeLine(text, line, this.#work), line);
      } else if (this.#active) {
        for (const t of tokenizeLine(text, line, this.#work)) pending.push(t);
      }
    }
    flush();
    const end: Place = { line: lines.length, column: lines[lines.length - 1].length + 1 };
    if (this.#conditions.length > 0) throw new ShaderError('#if without #endif', end);
    out.push({ kind: 'end', text: 'end of file', ...end, spaced: true });
    return out;
  }

  get #active(): boolean {
    const top = this.#conditions.at(-1);
    return top === undefined || top.active;
  }

  #directive(tokens: Token[], line: number): void {
    const [hash, name, ...rest] = tokens;
    if (!name) return;
    const place: Place = { line, column: hash.column };
    const top = this.#conditions.at(-1);
    switch (name.text) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const outer = this.#active;
        let value = false;
        if (outer) {
          if (name.text === 'if') value = this.#condition(rest, place) !== 0;
          else if (rest[0]?.kind !== 'name') throw new ShaderError(`#${name.text} needs a name`, place);
          else value = this.#macros.has(rest[0].text) === (name.text === 'ifdef');
        }
        this.#conditions.push({ outer, active: outer && value, taken: value, sawElse: false });
        if (this.#conditions.length > 200) throw new ShaderError('#if nested too deeply', place);
        return;
      }
      case 'elif':
        if (!top || top.sawElse) throw new ShaderError('#elif without #if', place);
        top.active = top.outer && !top.taken && this.#condition(rest, place) !== 0;
        top.taken ||= top.active;
        return;
      case 'else':
        if (!top || top.sawElse) throw new ShaderError('#else without #if', place);
        top.active = top.outer && !top.taken;
        top.sawElse = true;
        return;
      case 'endif':
        if (!top) throw new ShaderError('#endif without #if', place);
        this.#conditions.pop();
        return;
    }
    if (!this.#active) return;
    switch (name.text) {
      case 'define':
        this.#readDefine(rest, place);
        return;
      case 'undef':
        if (rest[0]) this.#macros.delete(rest[0].text);
        return;
      case 'error':
        throw new ShaderError(`#error ${rest.map(t => t.text).join(' ')}`.trim(), place);
      case 'extension': {
        const [extension, , behavior] = rest;
        if (!extension || !behavior) throw new ShaderError('#extension needs a name and a behavior', place);
        if (behavior.text === 'require' && !KNOWN.has(extension.text))
          throw new ShaderError(`'${extension.text}' is an extension that this target does not have`, extension);
        if (behavior.text === 'disable') this.extensions.delete(extension.text);
        else this.extensions.add(extension.text);
        return;
      }
      case 'version':
        if (rest[0] && rest[0].text !== '100')
          throw new ShaderError(`version ${rest[0].text} is not WebGL 1's GLSL ES 1.00`, rest[0]);
        return;
      case 'pragma':
      case 'line':
        return;
      default:
        throw new ShaderError(`'#${name.text}' is no directive`, place);
    }
  }

  #readDefine(tokens: Token[], place: Place): void {
    const [name, open] = tokens;
    if (name?.kind !== 'name') throw new ShaderError('#define needs a name', place);
    if (name.text.startsWith('GL_')) throw new ShaderError(`'${name.text}': macro names that begin with GL_ are reserved`, name);
    if (open?.text !== '(' || open.spaced) {
      this.#macros.set(name.text, { parameters: undefined, body: tokens.slice(1) });
      return;
    }
    const parameters: string[] = [];
    let i = 2;
    for (; i < tokens.length && tokens[i].text !== ')'; i++) if (tokens[i].text !== ',') parameters.push(tokens[i].text);
    this.#macros.set(name.text, { parameters, body: tokens.slice(i + 1) });
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
      if (!name) throw new ShaderError("'defined' needs a name", place);
      known.push({ ...name, kind: 'int', text: this.#macros.has(name.text) ? '1' : '0' });
      i += bracket ? 3 : 1;
    }
    return evaluateCondition(this.#expand(known), place);
  }

  #expand(tokens: readonly Token[]): Token[] {
    const out: Token[] = [];
    const todo = [...tokens].reverse();
    for (let token = todo.pop(); token; token = todo.pop()) {
      const macro = token.kind === 'name' ? this.#macros.get(token.text) : undefined;
      if (token.text === '__LINE__') out.push({ ...token, kind: 'int', text: String(token.line) });
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
      if (k >= 0) for (const a of this.#expand(call[k])) out.push(a);
      else out.push({ ...t, line: use.line, column: use.column, hidden });
    }
    this.#work.spend(4 * out.length + 4);
    return out;
  }
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
