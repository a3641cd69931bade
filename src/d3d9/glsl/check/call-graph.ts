import { type Place, ShaderError } from '../../shader-error.ts';
import type { FunctionDefinition } from '../ast.ts';
import { MAX_CALLS } from './complexity.ts';

/** The calls between functions. ANGLE checks functions that `main` never reaches, too. */
export class CallGraph {
  readonly #calls = new Map<FunctionDefinition, [FunctionDefinition, Place][]>();

  add(caller: FunctionDefinition, callee: FunctionDefinition, place: Place): void {
    const calls = this.#calls.get(caller) ?? [];
    calls.push([callee, place]);
    this.#calls.set(caller, calls);
  }

  /**
   * Checks all calls.
   * @throws ShaderError for recursion, for a called function without a body, and for calls that are nested too deeply
   */
  check(functions: readonly FunctionDefinition[]): void {
    const depth = new Map<FunctionDefinition, number | 'open'>();
    const visit = (f: FunctionDefinition, place: Place, level: number): number => {
      const known = depth.get(f);
      if (known === 'open') throw new ShaderError(`'${f.name}' calls itself`, place);
      if (known !== undefined) return known;
      if (!f.body) throw new ShaderError(`'${f.name}' has no body`, place);
      if (level > MAX_CALLS) throw new ShaderError(`calls are nested more than ${MAX_CALLS} deep`, place);
      depth.set(f, 'open');
      const deepest = Math.max(0, ...(this.#calls.get(f) ?? []).map(([callee, at]) => visit(callee, at, level + 1)));
      if (deepest + 1 > MAX_CALLS) throw new ShaderError(`calls are nested more than ${MAX_CALLS} deep`, place);
      depth.set(f, deepest + 1);
      return deepest + 1;
    };
    for (const f of functions) if (f.body) visit(f, f.place, 1);
  }
}
