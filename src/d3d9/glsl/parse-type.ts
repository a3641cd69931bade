import { ShaderError } from '../work.ts';
import type { Expression } from './ast.ts';
import { type Cursor, PRECISION } from './cursor.ts';
import type { Token } from './token.ts';
import { type Struct, TYPE_NAMES, type Type } from './type.ts';

/** Reads types; knows the structs that are declared where the parser stands. */
export class TypeParser {
  readonly #cursor: Cursor;
  readonly #size: () => Expression;
  readonly #structs: Map<string, Struct>[] = [new Map()];

  /** `size` parses the size of an array. */
  constructor(cursor: Cursor, size: () => Expression) {
    this.#cursor = cursor;
    this.#size = size;
  }

  /** Structs declared by `inner` are unknown after it. */
  scoped<T>(inner: () => T): T {
    this.#structs.push(new Map());
    const value = inner();
    this.#structs.pop();
    return value;
  }

  findStruct(name: string): Struct | undefined {
    for (let i = this.#structs.length - 1; i >= 0; i--) {
      const s = this.#structs[i].get(name);
      if (s) return s;
    }
    return undefined;
  }

  startsType(t: Token): boolean {
    return (
      t.kind === 'name' &&
      (TYPE_NAMES.has(t.text) || t.text === 'struct' || PRECISION.has(t.text) || this.findStruct(t.text) !== undefined)
    );
  }

  precision(): void {
    while (PRECISION.has(this.#cursor.token.text)) this.#cursor.next();
  }

  type(): Type {
    this.precision();
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
    const name = this.#cursor.token.text === '{' ? '' : this.#cursor.name().text;
    this.#cursor.expect('{');
    const fields: { name: string; type: Type }[] = [];
    while (!this.#cursor.accept('}')) {
      const type = this.type();
      do {
        const field = this.#cursor.name();
        let count: number | undefined;
        if (this.#cursor.accept('[')) {
          const size = this.#size();
          if (size.kind !== 'literal') throw new ShaderError('the size of an array in a struct must be a number', size.place);
          count = size.value;
          this.#cursor.expect(']');
        }
        if (fields.some(f => f.name === field.text)) throw new ShaderError(`'${field.text}' is in the struct twice`, field);
        fields.push({ name: field.text, type: count === undefined ? type : { ...type, count } });
      } while (this.#cursor.accept(','));
      this.#cursor.expect(';');
    }
    const struct: Struct = { name, fields };
    if (name) this.#structs[this.#structs.length - 1].set(name, struct);
    return { base: 'struct', rows: 1, columns: 1, struct };
  }
}
