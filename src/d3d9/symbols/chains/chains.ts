/** The graph of a shader with its readers counted, while rules rewrite it. */
import type { Algebra } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';

/** Returns what replaces the operation, given its rewritten operands. Undefined where the rule does not apply. */
export type Rule = (chains: Chains, n: Node, args: readonly Node[]) => Node | undefined;

/** Rebuilds the graph from the inputs to the outputs. Each rule sees how many readers a scalar has. */
export class Chains {
  readonly g: Algebra;
  /** Selections that the rule of bounds made. */
  readonly selections = new Set<Node>();
  /** Sums and products that took the same term several times. */
  readonly repeated = new Map<Node, { readonly base: Node; readonly term: Node; readonly count: number }>();
  readonly #map = new Map<Node, Node>();
  readonly #uses = new Map<Node, number>();
  /** The scalars of each operation. */
  readonly #lanes = new Map<string, Node[]>();
  readonly #births = new Map<string, number>();

  constructor(g: Algebra, roots: readonly Node[], rules: readonly Rule[]) {
    this.g = g;
    const live = new Set<Node>();
    const stack = [...new Set(roots)];
    for (const n of roots) this.#use(n);
    for (let n = stack.pop(); n; n = stack.pop()) {
      if (live.has(n)) continue;
      live.add(n);
      for (const a of new Set(n.args)) {
        this.#use(a);
        stack.push(a);
      }
    }
    const order = [...live].sort((a, b) => a.id - b.id);
    for (const n of order) {
      const key = `${n.op}/${n.birth}`;
      const list = this.#lanes.get(key);
      if (list) list.push(n);
      else this.#lanes.set(key, [n]);
    }
    const { line } = g;
    for (const n of order) {
      g.line = Math.max(0, ...n.lines);
      this.#map.set(n, this.#rebuild(n, rules));
    }
    g.line = line;
  }

  /** Returns the rewritten scalar. */
  of(n: Node): Node {
    return this.#map.get(n) ?? n;
  }

  /** True where the operation of `n` is the only reader of operand `at`, in every lane of both. */
  isOnlyReader(n: Node, at: number): boolean {
    const readers = this.#lanes.get(`${n.op}/${n.birth}`) ?? [n];
    const a = n.args[at];
    const makers = this.#lanes.get(`${a.op}/${a.birth}`) ?? [a];
    return makers.every(m => {
      const own = readers.filter(r => r.args.includes(m)).length;
      return own > 0 && this.#uses.get(m) === own;
    });
  }

  /** Makes nodes as lanes of one new operation of the given kind for each operation that it comes from. */
  as<T>(kind: string, from: number, make: () => T): T {
    const key = `${kind}/${from}`;
    const birth = this.#births.get(key) ?? this.g.reserve();
    this.#births.set(key, birth);
    return this.g.within(birth, make);
  }

  #use(n: Node): void {
    this.#uses.set(n, (this.#uses.get(n) ?? 0) + 1);
  }

  #rebuild(n: Node, rules: readonly Rule[]): Node {
    const args = n.args.map(a => this.of(a));
    for (const rule of rules) {
      const made = rule(this, n, args);
      if (made) return made;
    }
    if (args.every((a, i) => a === n.args[i])) return n;
    const { value, lane, variable, register } = n;
    return this.g.within(n.birth, () => this.g.node(n.op, args, { value, lane, register, ...(variable ? { variable } : {}) }));
  }
}
