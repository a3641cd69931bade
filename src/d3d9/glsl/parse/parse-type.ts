/** The parser of types. */
import { ShaderError } from '../../shader-error.ts';
import type { Expression, FieldSize } from '../ast.ts';
import type { Stage } from '../builtin-variables.ts';
import type { Token } from '../preprocess/token.ts';
import { type Field, isSampler, nesting, type Struct, TYPE_NAMES, type Type, typeName, VOID } from '../type.ts';
import { type Cursor, PRECISION } from './cursor.ts';

/** ANGLE's limit of nested structs. */
const MAX_NESTING = 4;

/** The declarations of one block that the parser needs: structs, and the names that hide them. */
interface Scope {
  readonly names: Map<string, Struct | 'other'>;
  /** True where `precision … float;` applies or a float needs no precision. */
  floatPrecision: boolean;
}

/** Parses types. Tracks the structs and the precision of floats in scope. */
export class TypeParser {
  readonly #cursor: Cursor;
  readonly #size: () => Expression;
  readonly #scopes: Scope[];
  /** The arrays in structs parsed since the last declaration. */
  #sizes: FieldSize[] = [];

  /** @param size - parses the size of an array. */
  constructor(cursor: Cursor, stage: Stage, size: () => Expression) {
    this.#cursor = cursor;
    this.#size = size;
    this.#scopes = [{ names: new Map(), floatPrecision: stage === 'vertex' }];
  }

  get #innermost(): Scope {
    return this.#scopes[this.#scopes.length - 1];
  }

  /** Runs `inner` in a new scope and discards its structs and precisions afterwards. */
  scoped<T>(inner: () => T): T {
    this.#scopes.push({ names: new Map(), floatPrecision: this.#innermost.floatPrecision });
    const value = inner();
    this.#scopes.pop();
    return value;
  }

  findStruct(name: string): Struct | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i].names.get(name);
      if (found) return found === 'other' ? undefined : found;
    }
    return undefined;
  }

  /**
   * Hides a struct of an outer block by a variable or function. @throws ShaderError where a struct of this block has the name.
   */
  hide(name: Token): void {
    const { names } = this.#innermost;
    if (typeof names.get(name.text) === 'object') throw new ShaderError(`'${name.text}' is a struct already`, name);
    names.set(name.text, 'other');
  }

  startsType(t: Token): boolean {
    return (
      t.kind === 'name' &&
      (TYPE_NAMES.has(t.text) || t.text === 'struct' || PRECISION.has(t.text) || this.findStruct(t.text) !== undefined)
    );
  }

  /** Parses `precision mediump float;` after its first word. */
  precisionStatement(): void {
    if (!PRECISION.has(this.#cursor.token.text)) throw this.#cursor.unexpected('lowp, mediump or highp expected');
    this.#cursor.next();
    const at = this.#cursor.token;
    const type = this.type();
    if (type.rows > 1 || !(type.base === 'float' || type.base === 'int' || isSampler(type)))
      throw new ShaderError(`'${typeName(type)}' has no default precision: float, int, sampler2D and samplerCube have one`, at);
    if (type.base === 'float') this.#innermost.floatPrecision = true;
    this.#cursor.expect(';');
  }

  /** Parses the type of a declaration. @throws ShaderError where a float has no precision. */
  declared(): Type {
    const qualifier = PRECISION.has(this.#cursor.token.text) ? this.#cursor.next() : undefined;
    const at = this.#cursor.token;
    if (qualifier && PRECISION.has(at.text)) throw new ShaderError(`the precision is given twice`, at);
    const type = this.type();
    const precise = type.base === 'float' || type.base === 'int' || isSampler(type);
    if (qualifier && !precise) throw new ShaderError(`'${typeName(type)}' cannot have a precision`, qualifier);
    if (!qualifier && type.base === 'float' && !this.#innermost.floatPrecision)
      throw new ShaderError(`no precision is given for float: begin with "precision mediump float;"`, at);
    return type;
  }

  /** Parses a type without qualifiers. */
  type(): Type {
    const t = this.#cursor.token;
    if (t.text === 'struct') return this.struct();
    const known = TYPE_NAMES.get(t.text);
    if (known) {
      this.#cursor.next();
      return known;
    }
    const struct = t.kind === 'name' ? this.findStruct(t.text) : undefined;
    if (!struct)
      throw t.kind === 'name' ? new ShaderError(`'${t.text}' is no type`, t) : this.#cursor.unexpected('a type expected');
    this.#cursor.next();
    return { base: 'struct', rows: 1, columns: 1, struct };
  }

  struct(): Type {
    this.#cursor.expect('struct');
    const name = this.#cursor.token.text === '{' ? undefined : this.#cursor.declaredName();
    if (name && this.#innermost.names.has(name.text)) throw new ShaderError(`'${name.text}' is declared twice`, name);
    const open = this.#cursor.expect('{');
    const fields: Field[] = [];
    while (!this.#cursor.accept('}')) this.#fields(fields);
    if (fields.length === 0) throw new ShaderError('a struct needs a field', open);
    const struct: Struct = { name: name?.text ?? '', fields };
    if (name) this.#innermost.names.set(name.text, struct);
    return { base: 'struct', rows: 1, columns: 1, struct };
  }

  #fields(fields: Field[]): void {
    const at = this.#cursor.token;
    if (at.text === 'struct') throw new ShaderError('a struct cannot be defined in a struct', at);
    const type = this.declared();
    if (type === VOID) throw new ShaderError('a field cannot be void', at);
    if (nesting(type) >= MAX_NESTING) throw new ShaderError(`structs are nested more than ${MAX_NESTING} deep`, at);
    do {
      const name = this.#cursor.declaredName();
      if (fields.some(f => f.name === name.text)) throw new ShaderError(`'${name.text}' is in the struct twice`, name);
      const field: Field = { name: name.text, type };
      fields.push(field);
      if (!this.#cursor.accept('[')) continue;
      this.#sizes.push({ field, size: this.#size() });
      this.#cursor.expect(']');
    } while (this.#cursor.accept(','));
    this.#cursor.expect(';');
  }

  /** Returns the arrays in structs parsed since the last call. */
  takeSizes(): readonly FieldSize[] {
    const sizes = this.#sizes;
    this.#sizes = [];
    return sizes;
  }
}
