/** The parser's position in the tokens. */
import { ShaderError } from '../../shader-error.ts';
import type { Work } from '../../work-budget.ts';
import type { Storage } from '../ast.ts';
import { characterName, type Token } from '../preprocess/token.ts';
import { checkDeclared, isWord } from './names.ts';

const RESERVED_OPERATORS = new Set(['%', '<<', '>>', '&', '|', '^', '~', '%=', '<<=', '>>=', '&=', '|=', '^=']);
/** The keywords of a variable's storage. */
export const STORAGE: Record<string, Storage> = {
  attribute: 'attribute',
  uniform: 'uniform',
  varying: 'varying',
  const: 'const',
};
export const PRECISION = new Set(['lowp', 'mediump', 'highp']);
/**
 * The most nested levels. ANGLE accepts trees of 256 levels and any number of brackets; 1,000 brackets overflow the stack of Node
 * and of browsers.
 */
const MAX_DEPTH = 400;
/**
 * The most operators of one statement. `a + b + c …` parses in a loop but makes a deep tree, which later passes walk recursively.
 * 5,000 overflowed Node's stack.
 */
const MAX_OPERATORS = 1_500;

/** The parser's position and depth in the tokens. */
export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #work: Work;
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(tokens: readonly Token[], work: Work) {
    this.#tokens = tokens;
    this.#work = work;
  }

  get token(): Token {
    return this.#tokens[this.#at];
  }

  peek(ahead = 1): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
  }

  next(): Token {
    const t = this.token;
    this.#work.place = t;
    this.#work.spend(1);
    if (t.kind !== 'end') this.#at++;
    return t;
  }

  accept(text: string): boolean {
    if (this.token.text !== text || this.token.kind === 'end') return false;
    this.next();
    return true;
  }

  expect(text: string): Token {
    if (this.token.text !== text || this.token.kind === 'end') throw this.unexpected(`'${text}' expected`);
    return this.next();
  }

  unexpected(wanted: string): ShaderError {
    const t = this.token;
    if (t.kind === 'other') return new ShaderError(`${characterName(t.text)} is no character of GLSL`, t);
    if (RESERVED_OPERATORS.has(t.text)) return new ShaderError(`'${t.text}' is reserved in GLSL ES 1.00`, t);
    return new ShaderError(`${wanted} before ${t.kind === 'end' ? 'the end of the file' : `'${t.text}'`}`, t);
  }

  name(): Token {
    const t = this.token;
    if (t.kind !== 'name') throw this.unexpected('a name expected');
    if (isWord(t.text)) throw new ShaderError(`'${t.text}' is a word of the language, not a name`, t);
    return this.next();
  }

  /** Takes a name that the shader declares. */
  declaredName(): Token {
    const t = this.name();
    checkDeclared(t);
    return t;
  }

  /** Takes an operator that deepens the tree without recursion in the parser. */
  operator(): Token {
    if (++this.#operators > MAX_OPERATORS)
      throw new ShaderError(`a statement has more than ${MAX_OPERATORS} operators`, this.token);
    return this.next();
  }

  deeper<T>(inner: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new ShaderError('expressions or statements are nested too deeply', this.token);
    const value = inner();
    this.#depth--;
    return value;
  }

  /** Starts a new statement: resets its operator count. */
  statement(): void {
    this.#operators = 0;
  }
}
