/** The parser of expressions. */
import { ShaderError } from '../../shader-error.ts';
import type { Expression } from '../ast.ts';
import type { Stage } from '../builtin-variables.ts';
import type { Token } from '../preprocess/token.ts';
import { VOID } from '../type.ts';
import type { Cursor } from './cursor.ts';
import { TypeParser } from './parse-type.ts';

/** The precedence of the operators (GLSL ES 1.00, section 5.1), inverted: a higher number binds closer. */
const LEVELS: Record<string, number> = {
  '||': 1,
  '^^': 2,
  '&&': 3,
  '==': 7,
  '!=': 7,
  '<': 8,
  '>': 8,
  '<=': 8,
  '>=': 8,
  '+': 10,
  '-': 10,
  '*': 11,
  '/': 11,
};
const PREFIX = new Set(['-', '+', '!', '++', '--']);
const ASSIGN = new Set(['=', '+=', '-=', '*=', '/=']);

/** Parses expressions by recursive descent, and operators by precedence climbing. */
export class ExpressionParser {
  readonly types: TypeParser;
  readonly #cursor: Cursor;

  constructor(cursor: Cursor, stage: Stage) {
    this.#cursor = cursor;
    this.types = new TypeParser(cursor, stage, () => this.expression());
  }

  expression(): Expression {
    let left = this.assignment();
    while (this.#cursor.token.text === ',') {
      const place = this.#cursor.operator();
      left = { kind: 'binary', operator: ',', left, right: this.assignment(), place, type: VOID };
    }
    return left;
  }

  assignment(): Expression {
    return this.#cursor.deeper(() => {
      const left = this.ternary();
      if (!ASSIGN.has(this.#cursor.token.text)) return left;
      const place = this.#cursor.next();
      return { kind: 'assign', operator: place.text, target: left, value: this.assignment(), place, type: VOID };
    });
  }

  ternary(): Expression {
    const condition = this.binary(1);
    if (this.#cursor.token.text !== '?') return condition;
    const place = this.#cursor.next();
    const yes = this.assignment();
    this.#cursor.expect(':');
    return { kind: 'ternary', condition, yes, no: this.assignment(), place, type: VOID };
  }

  binary(level: number): Expression {
    let left = this.unary();
    for (let t = this.#cursor.token; t.kind === 'operator' && LEVELS[t.text] >= level; t = this.#cursor.token) {
      this.#cursor.operator();
      const right = this.binary(LEVELS[t.text] + 1);
      left = { kind: 'binary', operator: t.text, left, right, place: t, type: VOID };
    }
    return left;
  }

  unary(): Expression {
    const prefixes: Token[] = [];
    for (let t = this.#cursor.token; t.kind === 'operator' && PREFIX.has(t.text); t = this.#cursor.token)
      prefixes.push(this.#cursor.operator());
    let operand = this.postfix();
    for (let t = prefixes.pop(); t; t = prefixes.pop()) {
      operand =
        t.text === '++' || t.text === '--'
          ? { kind: 'step', operator: t.text, prefix: true, operand, place: t, type: VOID }
          : { kind: 'unary', operator: t.text as '-' | '+' | '!', operand, place: t, type: VOID };
    }
    return operand;
  }

  postfix(): Expression {
    let object = this.primary();
    for (;;) {
      const t = this.#cursor.token;
      if (t.text === '.') {
        this.#cursor.operator();
        const member = this.#cursor.token;
        if (member.kind !== 'name') throw this.#cursor.unexpected('a member name expected');
        this.#cursor.next();
        object = { kind: 'member', object, member: member.text, place: member, type: VOID };
      } else if (t.text === '[') {
        this.#cursor.operator();
        const index = this.expression();
        this.#cursor.expect(']');
        object = { kind: 'index', object, index, place: t, type: VOID };
      } else if (t.text === '++' || t.text === '--') {
        const operator = t.text;
        this.#cursor.operator();
        object = { kind: 'step', operator, prefix: false, operand: object, place: t, type: VOID };
      } else return object;
    }
  }

  primary(): Expression {
    const t = this.#cursor.token;
    if (t.kind === 'float' || t.kind === 'int') {
      this.#cursor.next();
      if (/^0x/i.test(t.text) ? /u$/i.test(t.text) : /^0[0-7]*[89]|u$/i.test(t.text) && t.kind === 'int')
        throw new ShaderError(`'${t.text}' is no number of GLSL ES 1.00`, t);
      const octal = t.kind === 'int' && /^0[0-7]+$/.test(t.text);
      const value = octal ? Number.parseInt(t.text, 8) : Number(t.text);
      return { kind: 'literal', value, place: t, type: { base: t.kind, rows: 1, columns: 1 } };
    }
    if (t.text === 'true' || t.text === 'false') {
      this.#cursor.next();
      return { kind: 'literal', value: t.text === 'true' ? 1 : 0, place: t, type: { base: 'bool', rows: 1, columns: 1 } };
    }
    if (this.#cursor.accept('(')) {
      const inner = this.expression();
      this.#cursor.expect(')');
      return inner;
    }
    if (this.types.startsType(t)) {
      const of = this.types.type();
      return { kind: 'construct', of, args: this.arguments(), place: t, type: of };
    }
    const name = this.#cursor.name();
    if (this.#cursor.token.text === '(')
      return { kind: 'call', name: name.text, args: this.arguments(), place: name, type: VOID };
    return { kind: 'name', name: name.text, place: name, type: VOID };
  }

  arguments(): Expression[] {
    this.#cursor.expect('(');
    const args: Expression[] = [];
    if (this.#cursor.token.text === 'void' && this.#cursor.peek().text === ')') this.#cursor.next();
    if (this.#cursor.accept(')')) return args;
    do args.push(this.assignment());
    while (this.#cursor.accept(','));
    this.#cursor.expect(')');
    return args;
  }
}
