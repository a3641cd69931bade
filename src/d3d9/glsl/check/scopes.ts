/** Scopes of names. */
import { ShaderError } from '../../shader-error.ts';
import type { FunctionDefinition, Variable } from '../ast.ts';

type Names = Map<string, Variable | FunctionDefinition[]>;

/** The names in scope and their meanings. The first scope holds the built-ins, the second the globals. */
export class Scopes {
  /** Built-in and global variables, in order of declaration. */
  readonly variables: Variable[] = [];
  readonly #scopes: Names[] = [new Map(), new Map()];

  constructor(builtins: readonly Variable[]) {
    for (const v of builtins) {
      this.#scopes[0].set(v.name, v);
      if (v.storage === 'builtin') this.variables.push(v);
    }
  }

  get globals(): Names {
    return this.#scopes[1];
  }

  /** Declares a variable in the innermost scope. @throws ShaderError where the name is taken there or reserved. */
  add(v: Variable): void {
    const scope = this.#scopes[this.#scopes.length - 1];
    if (scope.has(v.name)) throw new ShaderError(`'${v.name}' is declared twice`, v.place);
    if (v.name.startsWith('gl_')) throw new ShaderError(`'${v.name}': names that begin with gl_ are reserved`, v.place);
    scope.set(v.name, v);
    if (this.#scopes.length === 2) this.variables.push(v);
  }

  /** Returns the meaning of a name. Undefined where it is not declared. */
  find(name: string): Variable | FunctionDefinition[] | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i].get(name);
      if (found) return found;
    }
    return undefined;
  }

  /** Runs `inner` in a new scope and discards its declarations afterwards. */
  scoped(inner: () => void): void {
    this.#scopes.push(new Map());
    inner();
    this.#scopes.pop();
  }
}
