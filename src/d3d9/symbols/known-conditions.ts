/** The conditions that hold on the path to the current statement. Microsoft's compiler simplifies what depends on them. */
import type { Algebra } from './fold-scalars.ts';
import type { Node } from './graph.ts';
import type { Select } from './select.ts';

/** A stack of conditions that are known to hold or not to hold. Only fragment shaders use it: there a selection is one `cmp`. */
export class KnownConditions {
  readonly #g: Algebra;
  readonly #select: Select;
  readonly #known = new Map<Node, boolean>();

  constructor(g: Algebra, select: Select) {
    this.#g = g;
    this.#select = select;
  }

  /** Runs `side` where `condition` is known to be `holds`. */
  within<T>(condition: Node, holds: boolean, side: () => T): T {
    if (!this.#g.target.fragment) return side();
    const added: Node[] = [];
    this.#assume(condition, holds, added);
    try {
      return side();
    } finally {
      for (const c of added) this.#known.delete(c);
    }
  }

  /** Returns the condition, or a constant where it is known. */
  simplify(condition: Node): Node {
    const known = this.#known.get(condition);
    if (known !== undefined) return known ? this.#g.one : this.#g.zero;
    return condition;
  }

  /** Returns the value that a selection has where its condition is known. Other scalars are returned as they are. */
  refine(value: Node): Node {
    let at = value;
    for (let choice = this.#select.choice(at); choice; choice = this.#select.choice(at)) {
      const known = this.#known.get(choice.condition);
      if (known === undefined) break;
      at = known ? choice.yes : choice.no;
    }
    return at;
  }

  /** True where nothing is known. */
  get empty(): boolean {
    return this.#known.size === 0;
  }

  #assume(condition: Node, holds: boolean, added: Node[]): void {
    if (condition.op === 'const') return;
    if (condition.op === 'not') {
      this.#assume(condition.args[0], !holds, added);
      return;
    }
    if (condition.op === (holds ? 'and' : 'or')) for (const c of condition.args) this.#assume(c, holds, added);
    for (const [c, value] of [
      [condition, holds],
      [this.#select.not(condition), !holds],
    ] as const) {
      if (c.op === 'const' || this.#known.has(c)) continue;
      this.#known.set(c, value);
      added.push(c);
    }
  }
}
