/** The registers of the scalars that a kept loop or `if` carries. */
import type { Variable } from '../../glsl/ast.ts';
import { sizeOf } from '../../glsl/type.ts';
import type { Node } from '../graph/graph.ts';

/**
 * Assigns registers to carried scalars. The scalars of a vector share one, and so do scalars that begin with the same literal.
 */
export class Homes {
  readonly #of = new Map<string, { home: number; used: number }>();
  readonly #literals = new Map<Node, { home: number; used: number }>();
  #next = 0;

  place(variable: Variable, index: number, before: Node): { home: number; lane: number } {
    const key = `${variable.place.line}:${variable.place.column}:${variable.name}:${index >> 2}`;
    const size = Math.min(4, sizeOf(variable.type) - (index & ~3));
    let home = this.#of.get(key);
    if (!home) {
      const shared = before.op === 'const' ? this.#literals.get(before) : undefined;
      if (shared && shared.used + size <= 4) home = shared;
      else home = { home: this.#next++, used: 0 };
      this.#of.set(key, home);
      if (before.op === 'const') this.#literals.set(before, home);
    }
    return { home: home.home, lane: home.used++ };
  }
}
