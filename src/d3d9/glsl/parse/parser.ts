/** The parser of GLSL ES 1.00. */
import { ShaderError } from '../../shader-error.ts';
import type { Work } from '../../work-budget.ts';
import type {
  Declaration,
  Expression,
  FieldSize,
  FunctionDefinition,
  Parameter,
  Statement,
  Storage,
  TopLevel,
  Unit,
} from '../ast.ts';
import type { Stage } from '../builtin-variables.ts';
import type { Token } from '../preprocess/token.ts';
import type { Type } from '../type.ts';
import { Cursor, STORAGE } from './cursor.ts';
import { ExpressionParser } from './parse-expression.ts';
import type { TypeParser } from './parse-type.ts';

// Why not a library: @shaderfrog/glsl-parser 7.0.1 takes 350 ms for a 100-line shader, and 41 ms for the reference's
// skin4_before.
// This parser takes under 2 ms for that on the same machine. The page compiles on every keystroke and has 50 ms in total.
// The library does not check types: `vec3 a = 1.0;` and unknown names pass. Its columns are those of the preprocessed text.

/** Words that begin declarations of GLSL ES 3.00. */
const LATER = new Set(['in', 'out', 'layout', 'flat', 'smooth', 'centroid']);

function hintOfLater(word: string): string {
  return LATER.has(word) ? ': that is GLSL ES 3.00; WebGL 1 has attribute and varying' : '';
}

/** Parses GLSL ES 1.00 by recursive descent. It stops at the first error. */
export class Parser {
  readonly #cursor: Cursor;
  readonly #expressions: ExpressionParser;
  readonly #types: TypeParser;
  readonly #invariants: { readonly name: string; readonly place: Token }[] = [];

  constructor(tokens: readonly Token[], stage: Stage, work: Work) {
    this.#cursor = new Cursor(tokens, work);
    this.#expressions = new ExpressionParser(this.#cursor, stage);
    this.#types = this.#expressions.types;
  }

  /** Parses a shader. @throws ShaderError at the first unexpected token. */
  parse(): Unit {
    const items: TopLevel[] = [];
    while (this.#cursor.token.kind !== 'end') {
      this.#cursor.statement();
      const item = this.#topLevel();
      if (item) items.push(item);
    }
    return { items, invariants: this.#invariants };
  }

  #topLevel(): TopLevel | undefined {
    const place = this.#cursor.token;
    if (this.#precision()) return undefined;
    const invariant = this.#cursor.accept('invariant');
    const { token } = this.#cursor;
    if (!Object.hasOwn(STORAGE, token.text) && !this.#types.startsType(token)) {
      // `invariant gl_Position;`
      if (invariant) {
        this.#invariants.push({ name: this.#cursor.name().text, place: token });
        this.#cursor.expect(';');
        return undefined;
      }
      if (token.text === ';') throw new ShaderError("';' stands outside of a function: ANGLE takes it as an error", token);
      throw token.kind === 'name'
        ? new ShaderError(`'${token.text}' is no type${hintOfLater(token.text)}`, token)
        : this.#cursor.unexpected('a declaration expected');
    }
    const storage = this.#storage() ?? 'global';
    if (invariant && storage !== 'varying') throw new ShaderError(`${storage} cannot be invariant: only a varying can`, place);
    const type = this.#types.declared();
    if (storage === 'global' && this.#cursor.token.kind === 'name' && this.#cursor.peek().text === '(')
      return this.#function(type);
    return { kind: 'declare', storage, ...this.#declarators(type), place };
  }

  #storage(): Storage | undefined {
    const { text } = this.#cursor.token;
    if (!Object.hasOwn(STORAGE, text)) return undefined;
    this.#cursor.next();
    return STORAGE[text];
  }

  #precision(): boolean {
    if (!this.#cursor.accept('precision')) return false;
    this.#types.precisionStatement();
    return true;
  }

  #declarators(type: Type): { declarations: Declaration[]; sizes?: readonly FieldSize[] } {
    const declarations: Declaration[] = [];
    const sizes = this.#types.takeSizes();
    const out = { declarations, ...(sizes.length > 0 ? { sizes } : {}) };
    if (this.#cursor.accept(';')) return out;
    // The grammar allows `float , a;`.
    this.#cursor.accept(',');
    do {
      const name = this.#cursor.declaredName();
      const size = this.#arraySize();
      const initial = this.#cursor.accept('=') ? this.#expressions.assignment() : undefined;
      this.#types.hide(name);
      declarations.push({ name: name.text, type, place: name, ...(size ? { size } : {}), ...(initial ? { initial } : {}) });
    } while (this.#cursor.accept(','));
    this.#cursor.expect(';');
    return out;
  }

  #function(returns: Type): FunctionDefinition {
    const name = this.#cursor.declaredName();
    this.#types.hide(name);
    if (this.#types.takeSizes().length > 0)
      throw new ShaderError(`a struct with an array cannot be defined and returned at once`, name);
    return this.#types.scoped(() => {
      this.#cursor.expect('(');
      const parameters: Parameter[] = [];
      if (this.#cursor.token.text === 'void' && this.#cursor.peek().text === ')') this.#cursor.next();
      if (!this.#cursor.accept(')')) {
        do parameters.push(this.#parameter());
        while (this.#cursor.accept(','));
        this.#cursor.expect(')');
      }
      const out: FunctionDefinition = { name: name.text, returns, parameters, place: name };
      if (!this.#cursor.accept(';')) out.body = this.#block();
      return out;
    });
  }

  #parameter(): Parameter {
    const constant = this.#cursor.accept('const');
    const at = this.#cursor.token;
    const direction = (['in', 'out', 'inout'] as const).find(d => this.#cursor.accept(d)) ?? 'in';
    if (constant && direction !== 'in') throw new ShaderError(`a const parameter cannot be ${direction}`, at);
    if (this.#cursor.token.text === 'struct')
      throw new ShaderError('a struct cannot be defined in a parameter', this.#cursor.token);
    const type = this.#types.declared();
    // ANGLE accepts `float[2] a` only for a parameter.
    let size = this.#arraySize();
    const place = this.#cursor.token;
    const name = this.#cursor.token.kind === 'name' ? this.#cursor.declaredName() : undefined;
    if (name) this.#types.hide(name);
    size ??= this.#arraySize();
    return { name: name?.text ?? '', type, direction, readonly: constant, place, ...(size ? { size } : {}) };
  }

  #arraySize(): Expression | undefined {
    if (!this.#cursor.accept('[')) return undefined;
    const size = this.#expressions.expression();
    this.#cursor.expect(']');
    return size;
  }

  #block(): Statement {
    const place = this.#cursor.expect('{');
    const body: Statement[] = [];
    this.#types.scoped(() => {
      while (!this.#cursor.accept('}')) {
        if (this.#cursor.token.kind === 'end') throw this.#cursor.unexpected("'}' expected");
        body.push(this.#statement());
      }
    });
    return { kind: 'block', body, place };
  }

  #statement(): Statement {
    return this.#cursor.deeper(() => {
      this.#cursor.statement();
      const place = this.#cursor.token;
      switch (place.text) {
        case '{':
          return this.#block();
        case ';':
          this.#cursor.next();
          return { kind: 'empty', place };
        case 'if':
          return this.#if();
        case 'for':
          return this.#for();
        case 'while': {
          this.#cursor.next();
          this.#cursor.expect('(');
          const condition = this.#expressions.expression();
          this.#cursor.expect(')');
          return { kind: 'while', condition, body: this.#statement(), place };
        }
        case 'do': {
          this.#cursor.next();
          const body = this.#statement();
          this.#cursor.expect('while');
          this.#cursor.expect('(');
          const condition = this.#expressions.expression();
          this.#cursor.expect(')');
          this.#cursor.expect(';');
          return { kind: 'do', condition, body, place };
        }
        case 'return': {
          this.#cursor.next();
          const value = this.#cursor.token.text === ';' ? undefined : this.#expressions.expression();
          this.#cursor.expect(';');
          return value ? { kind: 'return', value, place } : { kind: 'return', place };
        }
        case 'break':
        case 'continue':
        case 'discard':
          this.#cursor.next();
          this.#cursor.expect(';');
          return { kind: place.text, place };
      }
      return this.#simple();
    });
  }

  /** Parses a declaration or an expression, with its semicolon. */
  #simple(): Statement {
    const place = this.#cursor.token;
    if (this.#precision()) return { kind: 'empty', place };
    const declares = place.text === 'const' || (this.#types.startsType(place) && this.#cursor.peek().text !== '(');
    if (declares) {
      const storage = this.#storage() ?? 'local';
      return { kind: 'declare', storage, ...this.#declarators(this.#types.declared()), place };
    }
    const expression = this.#expressions.expression();
    this.#cursor.expect(';');
    return { kind: 'expression', expression, place };
  }

  #if(): Statement {
    const place = this.#cursor.next();
    this.#cursor.expect('(');
    const condition = this.#expressions.expression();
    this.#cursor.expect(')');
    const yes = this.#statement();
    if (!this.#cursor.accept('else')) return { kind: 'if', condition, yes, place };
    return { kind: 'if', condition, yes, no: this.#statement(), place };
  }

  #for(): Statement {
    return this.#types.scoped(() => this.#forHeader(this.#cursor.next()));
  }

  #forHeader(place: Token): Statement {
    this.#cursor.expect('(');
    const first = this.#cursor.accept(';') ? undefined : this.#simple();
    const condition = this.#cursor.token.text === ';' ? undefined : this.#expressions.expression();
    this.#cursor.expect(';');
    const next = this.#cursor.token.text === ')' ? undefined : this.#expressions.expression();
    this.#cursor.expect(')');
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
}
