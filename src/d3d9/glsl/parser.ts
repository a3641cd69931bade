import { ShaderError, type Work } from '../work.ts';
import type { Declaration, Expression, FunctionDefinition, Parameter, Statement, Storage, TopLevel, Unit } from './ast.ts';
import { Cursor, PRECISION, STORAGE } from './cursor.ts';
import { ExpressionParser } from './parse-expression.ts';
import type { TypeParser } from './parse-type.ts';
import type { Token } from './token.ts';
import type { Type } from './type.ts';

// Own parser: @shaderfrog/glsl-parser 7.0.1 takes 350 ms for a 100-line shader (41 ms for the reference's skin4_before) on the machine
// that runs this one in under 2 ms, does not check types (`vec3 a = 1.0;` and unknown names pass), and its columns are those of the
// preprocessed text. The page compiles on every keystroke and has 50 ms for all of it.

/** Words with which declarations of GLSL ES 3.00 begin. */
const LATER = new Set(['in', 'out', 'layout', 'flat', 'smooth', 'centroid']);

function hintOfLater(word: string): string {
  return LATER.has(word) ? ': that is GLSL ES 3.00; WebGL 1 has attribute and varying' : '';
}

/** Recursive descent over GLSL ES 1.00's grammar. The first error ends it. */
export class Parser {
  readonly #cursor: Cursor;
  readonly #expressions: ExpressionParser;
  readonly #types: TypeParser;

  constructor(tokens: readonly Token[], work: Work) {
    this.#cursor = new Cursor(tokens, work);
    this.#expressions = new ExpressionParser(this.#cursor);
    this.#types = this.#expressions.types;
  }

  /** @throws ShaderError at the first token that does not fit. */
  parse(): Unit {
    const items: TopLevel[] = [];
    while (this.#cursor.token.kind !== 'end') {
      if (this.#cursor.accept(';')) continue;
      this.#cursor.statement();
      const item = this.#topLevel();
      if (item) items.push(item);
    }
    return { items };
  }

  #topLevel(): TopLevel | undefined {
    const place = this.#cursor.token;
    if (this.#skipPrecision()) return undefined;
    const invariant = this.#cursor.accept('invariant');
    if (!Object.hasOwn(STORAGE, this.#cursor.token.text) && !this.#types.startsType(this.#cursor.token)) {
      // `invariant gl_Position;`
      if (invariant) {
        this.#cursor.name();
        while (this.#cursor.accept(',')) this.#cursor.name();
        this.#cursor.expect(';');
        return undefined;
      }
      throw this.#cursor.token.kind === 'name'
        ? new ShaderError(`'${this.#cursor.token.text}' is no type${hintOfLater(this.#cursor.token.text)}`, this.#cursor.token)
        : this.#cursor.unexpected('a declaration expected');
    }
    const storage = this.#storage() ?? 'global';
    const type = this.#types.type();
    if (this.#cursor.accept(';')) return undefined;
    if (storage === 'global' && this.#cursor.token.kind === 'name' && this.#cursor.peek().text === '(')
      return this.#function(type);
    return { kind: 'declare', storage, declarations: this.#declarators(type), place };
  }

  #storage(): Storage | undefined {
    this.#cursor.accept('invariant');
    const s = Object.hasOwn(STORAGE, this.#cursor.token.text) ? STORAGE[this.#cursor.token.text] : undefined;
    if (s) this.#cursor.next();
    this.#types.precision();
    return s;
  }

  #skipPrecision(): boolean {
    if (!this.#cursor.accept('precision')) return false;
    if (!PRECISION.has(this.#cursor.token.text)) throw this.#cursor.unexpected('lowp, mediump or highp expected');
    this.#types.precision();
    this.#types.type();
    this.#cursor.expect(';');
    return true;
  }

  #declarators(type: Type): Declaration[] {
    const out: Declaration[] = [];
    do {
      const name = this.#cursor.name();
      let size: Expression | undefined;
      if (this.#cursor.accept('[')) {
        size = this.#expressions.expression();
        this.#cursor.expect(']');
      }
      const initial = this.#cursor.accept('=') ? this.#expressions.assignment() : undefined;
      out.push({ name: name.text, type, place: name, ...(size ? { size } : {}), ...(initial ? { initial } : {}) });
    } while (this.#cursor.accept(','));
    this.#cursor.expect(';');
    return out;
  }

  #function(returns: Type): FunctionDefinition {
    const name = this.#cursor.name();
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
  }

  #parameter(): Parameter {
    const constant = this.#cursor.accept('const');
    const direction = this.#cursor.accept('in')
      ? 'in'
      : this.#cursor.accept('out')
        ? 'out'
        : this.#cursor.accept('inout')
          ? 'inout'
          : 'in';
    const type = this.#types.type();
    const place = this.#cursor.token;
    const name = this.#cursor.token.kind === 'name' ? this.#cursor.name().text : '';
    let size: Expression | undefined;
    if (this.#cursor.accept('[')) {
      size = this.#expressions.expression();
      this.#cursor.expect(']');
    }
    return { name, type, direction, readonly: constant, place, ...(size ? { size } : {}) };
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

  /** A declaration or an expression, with its semicolon. */
  #simple(): Statement {
    const place = this.#cursor.token;
    if (this.#skipPrecision()) return { kind: 'empty', place };
    const declares = place.text === 'const' || (this.#types.startsType(place) && this.#cursor.peek().text !== '(');
    if (declares) {
      const storage = this.#storage() ?? 'local';
      const type = this.#types.type();
      if (this.#cursor.accept(';')) return { kind: 'empty', place };
      return { kind: 'declare', storage, declarations: this.#declarators(type), place };
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
    const place = this.#cursor.next();
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
