/** Groups: the instructions before they have registers. */
import type { Node } from '../../symbols/graph/graph.ts';
import { innermost, type Placement } from '../../symbols/regions/place-in-blocks.ts';
import { type Block, type Region, SHADER } from '../../symbols/regions/region.ts';
import type { Target } from '../../target.ts';
import type { Work } from '../../work-budget.ts';

/** A scalar operand of an instruction, with its modifiers. */
export interface Operand {
  readonly node: Node;
  readonly neg: boolean;
  readonly abs: boolean;
}

/** One lane of an instruction: the scalar that it makes, and its operands. */
export interface Lane {
  readonly node: Node;
  args: Operand[];
}

/**
 * The scalars that one instruction makes. `dp` and `tex` read whole vectors into one lane: `args` holds all vectors one after
 * another.
 */
export interface Group {
  readonly id: number;
  op: string;
  lanes: Lane[];
  sat: boolean;
  /** The lengths of the vectors in `args`, where a lane reads vectors. */
  readonly vectors: number[] | undefined;
  readonly birth: number;
  /** tex: the fetch. */
  readonly tex: Node | undefined;
  /** The block that contains the instruction. */
  readonly block: Block;
  /** Flow control: the loop or `if` of the instruction. */
  readonly region?: Region;
}

export const COMPONENTWISE = new Set(['add', 'mul', 'min', 'max', 'frc', 'slt', 'sge', 'cmp', 'abs', 'sat', 'dsx', 'dsy']);
export const COMMUTATIVE = new Set(['add', 'mul', 'min', 'max']);

/** An output register and the operand for each of its lanes. */
export interface Output {
  readonly name: string;
  readonly lanes: (Operand | undefined)[];
}

export const operand = (node: Node): Operand => ({ node, neg: false, abs: false });

/** Strips negation and |x| from a node: as source modifiers they are free. */
export function readOperand(node: Node, target: Target): Operand {
  let at = node;
  let neg = false;
  if (at.op === 'neg') {
    neg = true;
    at = at.args[0];
  }
  if (at.op === 'abs' && target.absModifier)
    return { node: at.args[0].op === 'neg' ? at.args[0].args[0] : at.args[0], neg, abs: true };
  return { node: at, neg, abs: false };
}

export const isExternal = (n: Node): boolean => n.op === 'const' || n.op === 'uniform' || n.op === 'input' || n.op === 'relative';

/** A placeholder for the result of a flow instruction, which has none. */
const NOTHING: Node = {
  id: -1e9,
  op: 'copy',
  args: [],
  value: 0,
  lane: 0,
  variable: undefined,
  register: 0,
  birth: 0,
  lines: new Set(),
};

/** All groups of a program, and the group that makes each scalar. */
export class Groups {
  readonly target: Target;
  /** The work budget. Every pass takes steps from it, so none runs for ever. */
  readonly work: Work;
  readonly all = new Set<Group>();
  readonly texOf = new Map<Node, Group>();
  readonly of = new Map<Node, Group>();
  readonly byId = new Map<number, Group>();
  readonly placement: Placement;
  /** The marks of one search through the groups. */
  readonly marks: number[] = [];
  stamp = 0;
  #next = 0;

  constructor(target: Target, placement: Placement, work: Work) {
    this.placement = placement;
    this.target = target;
    this.work = work;
  }

  /** Makes a group. @param block - by default the innermost block of its operands. */
  make(op: string, lanes: Lane[], birth: number, vectors?: number[], tex?: Node, block = this.#blockOf(lanes)): Group {
    this.work.spend(4);
    const group: Group = { id: this.#next++, op, lanes, sat: false, vectors, birth, tex, block };
    for (const l of lanes) this.of.set(l.node, group);
    this.all.add(group);
    this.byId.set(group.id, group);
    return group;
  }

  /** Makes an instruction of flow control. It makes no value, and only the last passes handle it. */
  flow(op: string, region: Region, block: Block, args: Operand[] = []): Group {
    const lanes: Lane[] = args.length > 0 ? [{ node: NOTHING, args }] : [];
    return { id: this.#next++, op, lanes, sat: false, vectors: undefined, birth: 0, tex: undefined, block, region };
  }

  /** Makes the source of scalars that one register carries through a loop or `if`. No instruction makes them. */
  carry(nodes: readonly Node[], needs: Operand[], block: Block): Group {
    const lanes = nodes.map((node): Lane => ({ node, args: needs }));
    const group: Group = {
      id: this.#next++,
      op: 'carried',
      lanes,
      sat: false,
      vectors: undefined,
      birth: 0,
      tex: undefined,
      block,
    };
    for (const n of nodes) this.of.set(n, group);
    return group;
  }

  /** Returns every operand that loops and `if`s read directly. */
  flowReads(): Operand[] {
    return this.placement.regions.flatMap(({ carried }) => carried.flatMap(c => this.of.get(c.after)?.lanes[0].args ?? []));
  }

  /** Returns the block in which a scalar is made. */
  blockOf(n: Node): Block {
    return this.placement.blocks.get(n) ?? this.of.get(n)?.block ?? SHADER;
  }

  #blockOf(lanes: readonly Lane[]): Block {
    const placed = lanes[0] && this.placement.blocks.get(lanes[0].node);
    return placed ?? innermost(lanes.flatMap(l => l.args.map(a => this.blockOf(a.node))));
  }

  remove(group: Group): void {
    this.all.delete(group);
  }

  /** Returns the register that a scalar comes from, as far as it is known. Operands of one instruction source must share it. */
  source(n: Node): string {
    switch (n.op) {
      case 'const':
        return 'k';
      case 'uniform':
        return `c${n.variable?.name}.${n.register}`;
      case 'relative':
        return `r${n.variable?.name}.${n.register}.${n.args[0].id}`;
      case 'input':
        return `v${n.variable?.name}.${n.register}`;
      default:
        return `g${this.of.get(n)?.id}`;
    }
  }
}
