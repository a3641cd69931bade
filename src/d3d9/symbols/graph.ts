import type { Variable } from '../glsl/ast.ts';
import type { Work } from '../work-budget.ts';

/**
 * One scalar operation. Values are scalars until the very end: folding, value numbering and dead code then need no thought about
 * lanes. `birth` remembers which scalars one source operation made together; they become lanes of one instruction again.
 */
export interface Node {
  readonly id: number;
  readonly op: Op;
  readonly args: readonly Node[];
  /** const: its value. */
  readonly value: number;
  /** input, uniform, relative, texel: lane of the register. */
  readonly lane: number;
  /** input and uniform: the variable; tex: the sampler. */
  readonly variable: Variable | undefined;
  /** uniform and relative: register within the variable; input: register within a varying or attribute; tex: kind. */
  readonly register: number;
  readonly birth: number;
  readonly lines: Set<number>;
}

export type Op =
  | 'copy'
  /** What a kept loop or `if` carries (region.ts): while it runs, or behind it. */
  | 'carried'
  | 'const'
  | 'input'
  | 'uniform'
  | 'relative'
  | 'tex'
  | 'texel'
  | 'add'
  | 'mul'
  | 'min'
  | 'max'
  | 'frc'
  | 'rcp'
  | 'rsq'
  | 'exp'
  | 'log'
  | 'sin'
  | 'cos'
  | 'slt'
  | 'sge'
  | 'cmp'
  | 'neg'
  | 'abs'
  | 'sat'
  | 'dp'
  | 'dsx'
  | 'dsy'
  | 'lrp'
  | 'lt'
  | 'ge'
  | 'eq'
  | 'ne'
  | 'and'
  | 'or'
  | 'not';

/** Texture instructions by `register` of a tex node. */
export const TEX_PLAIN = 0;
export const TEX_BIAS = 1;
export const TEX_LOD = 2;
export const TEX_GRAD = 3;

/** What makes a node besides its arguments. */
interface Extra {
  readonly value?: number;
  readonly lane?: number;
  readonly variable?: Variable;
  readonly register?: number;
}

/** Hash-consed: the same operation on the same values is the same node. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly #known = new Map<string, Node>();
  readonly #work: Work;
  readonly #variables = new Map<Variable, number>();
  #birth = 0;
  #carried = 0;
  /** GLSL line that the nodes made now come from. */
  line = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  /** The nodes made from here on are born together; the number of that birth, never 0. */
  begin(): number {
    return ++this.#birth;
  }

  /** A scalar that a kept loop or `if` carries: no other is the same. */
  carry(): Node {
    return this.node('carried', [], { register: ++this.#carried });
  }

  constant(value: number): Node {
    return this.node('const', [], { value: Math.fround(value) + 0 });
  }

  node(op: Op, args: readonly Node[], extra: Extra = {}): Node {
    this.#work.spend(3);
    const { value = 0, lane = 0, variable, register = 0 } = extra;
    const key = this.#key(op, args, extra);
    let node = this.#known.get(key);
    if (!node) {
      this.#work.spend(15);
      node = { id: this.nodes.length, op, args, value, lane, variable, register, birth: this.#birth, lines: new Set() };
      this.nodes.push(node);
      this.#known.set(key, node);
    }
    if (this.line > 0 && node.lines.size < 8) node.lines.add(this.line);
    return node;
  }

  #key(op: Op, args: readonly Node[], { value = 0, lane = 0, variable, register = 0 }: Extra): string {
    let key: string = op;
    for (const a of args) key += `,${a.id}`;
    if (op === 'const') return key + (Object.is(value, -0) ? '=-0' : `=${value}`);
    return variable || register || lane ? `${key}:${variable ? this.#number(variable) : ''}:${register}:${lane}` : key;
  }

  #number(v: Variable): number {
    let n = this.#variables.get(v);
    if (n === undefined) {
      n = this.#variables.size;
      this.#variables.set(v, n);
    }
    return n;
  }
}
