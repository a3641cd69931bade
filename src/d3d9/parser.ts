import type { Declaration, Expression, FunctionDefinition, Parameter, Statement, Storage, TopLevel, Unit } from './ast.ts';
import type { Token } from './token.ts';
import { type Struct, TYPE_NAMES, type Type, VOID } from './type.ts';
import { ShaderError, type Work } from './work.ts';

// Own parser: @shaderfrog/glsl-parser 7.0.1 takes 350 ms for a 100-line shader (41 ms for the reference's skin4_before) on the machine
// that runs this one in under 2 ms, does not check types (`vec3 a = 1.0;` and unknown names pass), and its columns are those of the
// preprocessed text. The page compiles on every keystroke and has 50 ms for all of it.

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
const RESERVED_OPERATORS = new Set(['%', '<<', '>>', '&', '|', '^', '~', '%=', '<<=', '>>=', '&=', '|=', '^=']);
const ASSIGN = new Set(['=', '+=', '-=', '*=', '/=']);
const STORAGE: Record<string, Storage> = { attribute: 'attribute', uniform: 'uniform', varying: 'varying', const: 'const' };
const PRECISION = new Set(['lowp', 'mediump', 'highp']);
const RESERVED = new Set(
  'asm class union enum typedef template this packed goto switch default inline noinline volatile public static extern external interface flat long short double half fixed unsigned superp input output sampler1D sampler3D sampler1DShadow sampler2DShadow sampler2DRect sizeof cast namespace using'.split(
    ' ',
  ),
);
const MAX_DEPTH = 120;
/** Operators of one statement: `a + b + c …` parses in a loop, but is as deep a tree, and whoever walks it recurses. 5,000 overflowed Node's stack. */
const MAX_OPERATORS = 1_500;

/** Recursive descent over GLSL ES 1.00's grammar. The first error ends it. */
export class Parser {
  readonly #tokens: readonly Token[];
  readonly #work: Work;
  readonly #structs: Map<string, Struct>[] = [new Map()];
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(tokens: readonly Token[], work: Work) {
    this.#tokens = tokens;
    this.#work = work;
  }

  /** @throws ShaderError at the first token that does not fit. */
  parse(): Unit {
    const items: TopLevel[] = [];
    while (this.#token.kind !== 'end') {
      if (this.#accept(';')) continue;
      this.#operators = 0;
      const item = this.#topLevel();
      if (item) items.push(item);
    }
    return { items };
  }

  get #token(): Token {
    return this.#tokens[this.#at];
  }

  #peek(ahead = 1): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
  }

  #next(): Token {
    const t = this.#token;
    this.#work.place = t;
    this.#work.spend(1);
    if (t.kind !== 'end') this.#at++;
    return t;
  }

  #accept(text: string): boolean {
    if (this.#token.text !== text || this.#token.kind === 'end') return false;
    this.#next();
    return true;
  }

  #expect(text: string): Token {
    if (this.#token.text !== text || this.#token.kind === 'end') throw this.#unexpected(`'${text}' expected`);
    return this.#next();
  }

  #unexpected(wanted: string): ShaderError {
    const t = this.#token;
    if (RESERVED_OPERATORS.has(t.text)) return new ShaderError(`'${t.text}' is reserved in GLSL ES 1.00`, t);
    return new ShaderError(`${wanted} before ${t.kind === 'end' ? 'the end of the file' : `'${t.text}'`}`, t);
  }

  #name(): Token {
    const t = this.#token;
    if (t.kind !== 'name') throw this.#unexpected('a name expected');
    if (TYPE_NAMES.has(t.text) || RESERVED.has(t.text) || PRECISION.has(t.text) || t.text in STORAGE)
      throw new ShaderError(`'${t.text}' is a word of the language, not a name`, t);
    return this.#next();
  }

  /** Takes an operator that makes the tree one deeper without recursion here. */
  #operator(): Token {
    if (++this.#operators > MAX_OPERATORS)
      throw new ShaderError(`a statement has more than ${MAX_OPERATORS} operators`, this.#token);
    return this.#next();
  }

  #deeper<T>(inner: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new ShaderError('expressions or statements are nested too deeply', this.#token);
    const value = inner();
    this.#depth--;
    return value;
  }

  #findStruct(name: string): Struct | undefined {
    for (let i = this.#structs.length - 1; i >= 0; i--) {
      const s = this.#structs[i].get(name);
      if (s) return s;
    }
    return undefined;
  }

  #startsType(t: Token): boolean {
    return (
      t.kind === 'name' &&
      (TYPE_NAMES.has(t.text) || t.text === 'struct' || PRECISION.has(t.text) || this.#findStruct(t.text) !== undefined)
    );
  }

  #precision(): void {
    while (PRECISION.has(this.#token.text)) this.#next();
  }

  #type(): Type {
    this.#precision();
    const t = this.#token;
    if (t.text === 'struct') return this.#struct();
    const known = TYPE_NAMES.get(t.text);
    if (known) {
      this.#next();
      return known;
    }
    const struct = t.kind === 'name' ? this.#findStruct(t.text) : undefined;
    if (!struct) throw t.kind === 'name' ? new ShaderError(`'${t.text}' is no type`, t) : this.#unexpected('a type expected');
    this.#next();
    return { base: 'struct', rows: 1, columns: 1, struct };
  }

  #struct(): Type {
    this.#expect('struct');
    const name = this.#token.text === '{' ? '' : this.#name().text;
    this.#expect('{');
    const fields: { name: string; type: Type }[] = [];
    while (!this.#accept('}')) {
      const type = this.#type();
      do {
        const field = this.#name();
        let count: number | undefined;
        if (this.#accept('[')) {
          const size = this.#expression();
          if (size.kind !== 'literal') throw new ShaderError('the size of an array in a struct must be a number', size.place);
          count = size.value;
          this.#expect(']');
        }
        if (fields.some(f => f.name === field.text)) throw new ShaderError(`'${field.text}' is in the struct twice`, field);
        fields.push({ name: field.text, type: count === undefined ? type : { ...type, count } });
      } while (this.#accept(','));
      this.#expect(';');
    }
    const struct: Struct = { name, fields };
    if (name) this.#structs[this.#structs.length - 1].set(name, struct);
    return { base: 'struct', rows: 1, columns: 1, struct };
  }

  #topLevel(): TopLevel | undefined {
    const place = this.#token;
    if (this.#skipPrecision()) return undefined;
    this.#accept('invariant');
    if (this.#token.text !== 'const' && !(this.#token.text in STORAGE) && !this.#startsType(this.#token)) {
      // `invariant gl_Position;`
      if (this.#peek(-1).text === 'invariant') {
        this.#name();
        while (this.#accept(',')) this.#name();
        this.#expect(';');
        return undefined;
      }
      throw this.#token.kind === 'name'
        ? new ShaderError(`'${this.#token.text}' is no type`, this.#token)
        : this.#unexpected('a declaration expected');
    }
    const storage = this.#storage() ?? 'global';
    const type = this.#type();
    if (this.#accept(';')) return undefined;
    if (storage === 'global' && this.#token.kind === 'name' && this.#peek().text === '(') return this.#function(type);
    return { kind: 'declare', storage, declarations: this.#declarators(type), place };
  }

  #storage(): Storage | undefined {
    this.#accept('invariant');
    const s = Object.hasOwn(STORAGE, this.#token.text) ? STORAGE[this.#token.text] : undefined;
    if (s) this.#next();
    this.#precision();
    return s;
  }

  #skipPrecision(): boolean {
    if (!this.#accept('precision')) return false;
    if (!PRECISION.has(this.#token.text)) throw this.#unexpected('lowp, mediump or highp expected');
    this.#precision();
    this.#type();
    this.#expect(';');
    return true;
  }

  #declarators(type: Type): Declaration[] {
    const out: Declaration[] = [];
    do {
      const name = this.#name();
      let size: Expression | undefined;
      if (this.#accept('[')) {
        size = this.#expression();
        this.#expect(']');
      }
      const initial = this.#accept('=') ? this.#assignment() : undefined;
      out.push({ name: name.text, type, place: name, ...(size ? { size } : {}), ...(initial ? { initial } : {}) });
    } while (this.#accept(','));
    this.#expect(';');
    return out;
  }

  #function(returns: Type): FunctionDefinition {
    const name = this.#name();
    this.#expect('(');
    const parameters: Parameter[] = [];
    if (this.#token.text === 'void' && this.#peek().text === ')') this.#next();
    if (!this.#accept(')')) {
      do parameters.push(this.#parameter());
      while (this.#accept(','));
      this.#expect(')');
    }
    const out: FunctionDefinition = { name: name.text, returns, parameters, place: name };
    if (!this.#accept(';')) out.body = this.#block();
    return out;
  }

  #parameter(): Parameter {
    const constant = this.#accept('const');
    const direction = this.#accept('in') ? 'in' : this.#accept('out') ? 'out' : this.#accept('inout') ? 'inout' : 'in';
    const type = this.#type();
    const place = this.#token;
    const name = this.#token.kind === 'name' ? this.#name().text : '';
    let size: Expression | undefined;
    if (this.#accept('[')) {
      size = this.#expression();
      this.#expect(']');
    }
    return { name, type, direction, readonly: constant, place, ...(size ? { size } : {}) };
  }

  #block(): Statement {
    const place = this.#expect('{');
    const body: Statement[] = [];
    this.#structs.push(new Map());
    while (!this.#accept('}')) {
      if (this.#token.kind === 'end') throw this.#unexpected("'}' expected");
      body.push(this.#statement());
    }
    this.#structs.pop();
    return { kind: 'block', body, place };
  }

  #statement(): Statement {
    return this.#deeper(() => {
      this.#operators = 0;
      const place = this.#token;
      switch (place.text) {
        case '{':
          return this.#block();
        case ';':
          this.#next();
          return { kind: 'empty', place };
        case 'if':
          return this.#if();
        case 'for':
          return this.#for();
        case 'while': {
          this.#next();
          this.#expect('(');
          const condition = this.#expression();
          this.#expect(')');
          return { kind: 'while', condition, body: this.#statement(), place };
        }
        case 'do': {
          this.#next();
          const body = this.#statement();
          this.#expect('while');
          this.#expect('(');
          const condition = this.#expression();
          this.#expect(')');
          this.#expect(';');
          return { kind: 'do', condition, body, place };
        }
        case 'return': {
          this.#next();
          const value = this.#token.text === ';' ? undefined : this.#expression();
          this.#expect(';');
          return value ? { kind: 'return', value, place } : { kind: 'return', place };
        }
        case 'break':
        case 'continue':
        case 'discard':
          this.#next();
          this.#expect(';');
          return { kind: place.text, place };
      }
      return this.#simple();
    });
  }

  /** A declaration or an expression, with its semicolon. */
  #simple(): Statement {
    const place = this.#token;
    if (this.#skipPrecision()) return { kind: 'empty', place };
    const declares = place.text === 'const' || (this.#startsType(place) && this.#peek().text !== '(');
    if (declares) {
      const storage = this.#storage() ?? 'local';
      const type = this.#type();
      if (this.#accept(';')) return { kind: 'empty', place };
      return { kind: 'declare', storage, declarations: this.#declarators(type), place };
    }
    const expression = this.#expression();
    this.#expect(';');
    return { kind: 'expression', expression, place };
  }

  #if(): Statement {
    const place = this.#next();
    this.#expect('(');
    const condition = this.#expression();
    this.#expect(')');
    const yes = this.#statement();
    if (!this.#accept('else')) return { kind: 'if', condition, yes, place };
    return { kind: 'if', condition, yes, no: this.#statement(), place };
  }

  #for(): Statement {
    const place = this.#next();
    this.#expect('(');
    const first = this.#accept(';') ? undefined : this.#simple();
    const condition = this.#token.text === ';' ? undefined : this.#expression();
    this.#expect(';');
    const next = this.#token.text === ')' ? undefined : this.#expression();
    this.#expect(')');
    const body = this.#statement();
    return {
      kind: 'for',
      body,
      place,
      ...(first ? { first } : {}),
      ...(condition ? { condition } : {}),
      ...(next ? { next } : {}),
    };
  }

  #expression(): Expression {
    let left = this.#assignment();
    while (this.#token.text === ',') {
      const place = this.#operator();
      left = { kind: 'binary', operator: ',', left, right: this.#assignment(), place, type: VOID };
    }
    return left;
  }

  #assignment(): Expression {
    return this.#deeper(() => {
      const left = this.#ternary();
      if (!ASSIGN.has(this.#token.text)) return left;
      const place = this.#next();
      return { kind: 'assign', operator: place.text, target: left, value: this.#assignment(), place, type: VOID };
    });
  }

  #ternary(): Expression {
    const condition = this.#binary(1);
    if (this.#token.text !== '?') return condition;
    const place = this.#next();
    const yes = this.#assignment();
    this.#expect(':');
    return { kind: 'ternary', condition, yes, no: this.#assignment(), place, type: VOID };
  }

  #binary(level: number): Expression {
    let left = this.#unary();
    for (let t = this.#token; t.kind === 'operator' && LEVELS[t.text] >= level; t = this.#token) {
      this.#operator();
      const right = this.#binary(LEVELS[t.text] + 1);
      left = { kind: 'binary', operator: t.text, left, right, place: t, type: VOID };
    }
    return left;
  }

  #unary(): Expression {
    const t = this.#token;
    if (t.kind === 'operator') {
      if (t.text === '-' || t.text === '+' || t.text === '!') {
        const operator = t.text;
        this.#next();
        return { kind: 'unary', operator, operand: this.#deeper(() => this.#unary()), place: t, type: VOID };
      }
      if (t.text === '++' || t.text === '--') {
        const operator = t.text;
        this.#next();
        return { kind: 'step', operator, prefix: true, operand: this.#deeper(() => this.#unary()), place: t, type: VOID };
      }
    }
    return this.#postfix();
  }

  #postfix(): Expression {
    let object = this.#primary();
    for (;;) {
      const t = this.#token;
      if (t.text === '.') {
        this.#operator();
        const member = this.#token;
        if (member.kind !== 'name') throw this.#unexpected('a member name expected');
        this.#next();
        object = { kind: 'member', object, member: member.text, place: member, type: VOID };
      } else if (t.text === '[') {
        this.#operator();
        const index = this.#expression();
        this.#expect(']');
        object = { kind: 'index', object, index, place: t, type: VOID };
      } else if (t.text === '++' || t.text === '--') {
        const operator = t.text;
        this.#operator();
        object = { kind: 'step', operator, prefix: false, operand: object, place: t, type: VOID };
      } else return object;
    }
  }

  #primary(): Expression {
    const t = this.#token;
    if (t.kind === 'float' || t.kind === 'int') {
      this.#next();
      const octal = t.kind === 'int' && /^0[0-7]+$/.test(t.text);
      const value = octal ? Number.parseInt(t.text, 8) : Number(t.text);
      return { kind: 'literal', value, place: t, type: { base: t.kind, rows: 1, columns: 1 } };
    }
    if (t.text === 'true' || t.text === 'false') {
      this.#next();
      return { kind: 'literal', value: t.text === 'true' ? 1 : 0, place: t, type: { base: 'bool', rows: 1, columns: 1 } };
    }
    if (this.#accept('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (this.#startsType(t)) {
      const of = this.#type();
      return { kind: 'construct', of, args: this.#arguments(), place: t, type: of };
    }
    const name = this.#name();
    if (this.#token.text === '(') return { kind: 'call', name: name.text, args: this.#arguments(), place: name, type: VOID };
    return { kind: 'name', name: name.text, place: name, type: VOID };
  }

  #arguments(): Expression[] {
    this.#expect('(');
    const args: Expression[] = [];
    if (this.#token.text === 'void' && this.#peek().text === ')') this.#next();
    if (this.#accept(')')) return args;
    do args.push(this.#assignment());
    while (this.#accept(','));
    this.#expect(')');
    return args;
  }
}
