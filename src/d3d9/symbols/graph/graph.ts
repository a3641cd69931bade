/** The graph of scalar operations that a shader computes. */
import type { Variable } from '../../glsl/ast.ts';
import type { Work } from '../../work-budget.ts';

/**
 * One scalar operation. Values stay scalars until assembly, so folding, value numbering and dead-code removal ignore lanes.
 * `birth` records which scalars one source operation made together. They become lanes of one instruction again.
 */
export interface Node {
  readonly id: number;
  readonly op: Op;
  readonly args: readonly Node[];
  /** const: the value. */
  readonly value: number;
  /** input, uniform, relative, texel: the lane of the register. */
  readonly lane: number;
  /** input and uniform: the variable. tex: the sampler. */
  readonly variable: Variable | undefined;
  /** uniform and relative: the register within the variable. input: the register within a varying or attribute. tex: the kind. */
  readonly register: number;
  readonly birth: number;
  readonly lines: Set<number>;
}

export type Op =
  | 'copy'
  /** A scalar that a kept loop or `if` carries (region.ts), while it runs or after it. */
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

/** The texture instructions, as the `register` of a tex node. */
export const TEX_PLAIN = 0;
export const TEX_BIAS = 1;
export const TEX_LOD = 2;
export const TEX_GRAD = 3;

/** The properties of a node besides its arguments. */
interface Extra {
  readonly value?: number;
  readonly lane?: number;
  readonly variable?: Variable;
  readonly register?: number;
}

/** Builds nodes by hash consing: the same operation on the same values is the same node. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly #known = new Map<string, Node>();
  readonly #work: Work;
  readonly #variables = new Map<Variable, number>();
  #birth = 0;
  #last = 0;
  #carried = 0;
  /** The GLSL line of the nodes that are being made. */
  line = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Starts a new birth, which the following nodes share. Returns its number, never 0. */
  begin(): number {
    this.#birth = this.reserve();
    return this.#birth;
  }

  /** Returns the number of a new birth for `within`. */
  reserve(): number {
    return ++this.#last;
  }

  /** Makes nodes with another birth, as lanes of its instruction. */
  within<T>(birth: number, make: () => T): T {
    const current = this.#birth;
    this.#birth = birth;
    const made = make();
    this.#birth = current;
    return made;
  }

  /** The number of operations so far, each of up to four scalars. */
  get births(): number {
    return this.#last;
  }

  /** Makes a unique scalar that a kept loop or `if` carries. */
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
