/** Groups: the instructions before they have registers. */
import type { Node } from '../symbols/graph.ts';
import { innermost, type Placement } from '../symbols/place-in-blocks.ts';
import { type Block, type Region, SHADER } from '../symbols/region.ts';
import type { Target } from '../target.ts';
import type { Work } from '../work-budget.ts';

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

const COMPONENTWISE = new Set(['add', 'mul', 'min', 'max', 'frc', 'slt', 'sge', 'cmp', 'abs', 'sat', 'dsx', 'dsy']);
const COMMUTATIVE = new Set(['add', 'mul', 'min', 'max']);

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

/** Builds the groups of everything that the outputs need. Scalars with the same birth and operation share a group. */
export function buildGroups(target: Target, placement: Placement, work: Work): Groups {
  const groups = new Groups(target, placement, work);
  const order = placement.live;
  carryThroughFlow(groups);
  const claimed = claimColumns(order);
  const born = new Map<string, Group>();
  for (const node of order) {
    if (isExternal(node) || node.op === 'texel') {
      if (node.op === 'texel') addTexel(groups, node);
      continue;
    }
    if (node.op === 'carried' || node.op === 'neg' || (node.op === 'abs' && target.absModifier)) continue;
    if (node.op === 'tex') {
      groups.texOf.set(node, groups.make('tex', [], node.birth, vectorsOfTex(node), node, groups.blockOf(node)));
      continue;
    }
    const lane: Lane = { node, args: node.args.map(a => readOperand(a, target)) };
    if (node.op === 'dp') {
      groups.make('dp', [lane], node.birth, [node.args.length / 2, node.args.length / 2]);
      continue;
    }
    if (node.op === 'sin' || node.op === 'cos') {
      const angle = node.args[0];
      const key = `sincos${angle.id}`;
      const group = born.get(key);
      if (group) {
        group.lanes.push(lane);
        groups.of.set(node, group);
      } else born.set(key, groups.make('sincos', [lane], node.birth));
      continue;
    }
    if (!COMPONENTWISE.has(node.op)) {
      groups.make(node.op, [lane], node.birth);
      continue;
    }
    const modifiers = lane.args.map(a => (a.neg ? '-' : '') + (a.abs ? '|' : '')).join(',');
    const sources = lane.args.map(a => (isExternal(a.node) ? groups.source(a.node) : '')).join(',');
    const claim = claimed.get(node);
    const key =
      claim === undefined ? `${node.op}/${node.birth}/${modifiers}/${sources}/${groups.blockOf(node).id}` : `claimed${claim}`;
    const together = born.get(key);
    if (together && together.lanes.length < 4 && !reaches(groups, lane, together)) {
      together.lanes.push(lane);
      groups.of.set(node, together);
    } else born.set(key, groups.make(node.op, [lane], node.birth));
  }
  // ps_2_0 has few swizzles for sources, so Microsoft's compiler does not combine its scalars.
  if (target.swizzles) vectorize(groups);
  return groups;
}

/** Makes the registers that loops and `if`s carry, inside them and behind them. */
function carryThroughFlow(groups: Groups): void {
  for (const { region, carried } of groups.placement.regions) {
    const read = (n: Node | undefined) => (n ? [readOperand(n, groups.target)] : []);
    const needs = [
      ...carried.flatMap(c => [...read(c.before), ...c.ends.flatMap(read)]),
      ...read(region.test?.a),
      ...read(region.test?.b),
      ...region.effects.flatMap(e =>
        e.kind === 'kill' ? read(e.value) : [...read(e.test.a), ...read(e.test.b), ...e.values.flatMap(read)],
      ),
    ];
    for (const home of new Set(carried.map(c => c.home))) {
      const own = carried.filter(c => c.home === home);
      groups.carry(
        own.flatMap(c => c.inside ?? []),
        [],
        region.blocks[0],
      );
      groups.carry(
        own.map(c => c.after),
        needs,
        region.block,
      );
    }
  }
}

/**
 * Finds the matrices that dot products read by column although they were computed by row.
 * Microsoft's compiler computes such a matrix by columns and copies them from the registers that hold rows.
 * Returns the column number of each such scalar.
 */
function claimColumns(order: readonly Node[]): Map<Node, number> {
  const claimed = new Map<Node, number>();
  let next = 0;
  const claim = (nodes: readonly Node[]): void => {
    const [first] = nodes;
    const computed = first.op === 'add' || first.op === 'mul';
    if (
      !computed ||
      nodes.some(n => n.op !== first.op || claimed.has(n)) ||
      new Set(nodes.map(n => n.birth)).size < nodes.length ||
      new Set(nodes).size < nodes.length
    )
      return;
    const id = next++;
    for (const n of nodes) claimed.set(n, id);
    first.args.forEach((_, i) => void claim(nodes.map(n => n.args[i])));
  };
  for (const node of order) {
    if (node.op !== 'dp') continue;
    const n = node.args.length / 2;
    const a = node.args.slice(0, n);
    const b = node.args.slice(n);
    const row = (v: readonly Node[]) => v.every(x => x.op === 'uniform' && x.register === v[0].register);
    if (n >= 3 && row(a) && b.every(x => isSumOfRegisters(x))) claim(b);
  }
  return claimed;
}

/** True for sums and products of array elements, such as a blended joint matrix. */
function isSumOfRegisters(n: Node, depth = 6): boolean {
  if (n.op === 'relative') return true;
  return depth > 0 && (n.op === 'add' || n.op === 'mul') && n.args.some(a => isSumOfRegisters(a, depth - 1));
}

function vectorsOfTex(tex: Node): number[] {
  const n = tex.args.length;
  return n > 4 ? [n / 3, n / 3, n / 3] : [n];
}

function addTexel(groups: Groups, node: Node): void {
  const group = groups.texOf.get(node.args[0]);
  if (!group) return;
  const args = node.args[0].args.map(a => readOperand(a, groups.target));
  group.lanes.push({ node, args });
  groups.of.set(node, group);
}

/** True where the lane needs the result of the group. Node ids increase, so a node older than the group cannot need it. */
function reaches(groups: Groups, lane: Lane, goal: Group): boolean {
  const oldest = Math.min(...goal.lanes.map(l => l.node.id));
  return lane.args.some(a => {
    const made = a.node.op === 'relative' ? a.node.args[0] : a.node;
    const inner = made.id >= oldest || made.op === 'carried' ? groups.of.get(made) : undefined;
    return inner !== undefined && (inner === goal || dependsOn(groups, inner, goal));
  });
}

/** True where the group needs the goal's result, directly or not. A search that takes too long counts as true. */
function dependsOn(groups: Groups, group: Group, goal: Group): boolean {
  const stamp = ++groups.stamp;
  const { marks, of } = groups;
  const stack = [group];
  for (let steps = 0, g = stack.pop(); g; g = stack.pop()) {
    for (const l of g.lanes) {
      for (const a of l.args) {
        const inner = of.get(a.node.op === 'relative' ? a.node.args[0] : a.node);
        if (!inner || marks[inner.id] === stamp) continue;
        if (inner === goal) return true;
        marks[inner.id] = stamp;
        stack.push(inner);
      }
    }
    if (++steps > 1000) return true;
  }
  groups.work.spend(1);
  return false;
}

/** Joins instructions with the same operation and source registers, up to four lanes each. */
function vectorize(groups: Groups): void {
  // Lanes that differ in every source come first: x + 1, y + 1, z + 1 join before x + 1 and x + 2 do.
  join(groups, true);
  join(groups, false);
}

function sourcesOf(groups: Groups, g: Group): string[] | undefined {
  const keys = g.lanes[0].args.map((a, i) => {
    const source = groups.source(a.node);
    if (g.lanes.some(l => groups.source(l.args[i].node) !== source)) return undefined;
    return `${a.neg ? '-' : ''}${a.abs ? '|' : ''}${source}`;
  });
  if (keys.some(k => k === undefined) || keys.every(k => k === 'k')) return undefined;
  return keys.flatMap(k => k ?? []);
}

/** True where the lanes of the two groups share no computed operand. */
function distinct(a: Group, b: Group): boolean {
  return a.lanes.every(x => b.lanes.every(y => x.args.every((p, i) => p.node !== y.args[i].node || p.node.op === 'const')));
}

/** True for a group made for the one instruction that reads its lanes in order (symbols/vector-mads.ts). */
const isOwn = (g: Group): boolean => g.op !== 'tex' && g.lanes[0].node.register > 0;

function join(groups: Groups, distinctOnly: boolean): void {
  const buckets = new Map<string, Group[]>();
  for (const group of [...groups.all]) {
    const key = COMPONENTWISE.has(group.op) && !isOwn(group) ? sourcesOf(groups, group) : undefined;
    if (!key) continue;
    const kind = `${group.op}/${group.block.id}`;
    const direct = `${kind}/${key.join('/')}`;
    const other = COMMUTATIVE.has(group.op) ? `${kind}/${key[1]}/${key[0]}` : direct;
    const swap = !buckets.has(direct) && buckets.has(other);
    const bucket = buckets.get(direct) ?? buckets.get(other);
    if (!bucket) {
      buckets.set(direct, [group]);
      continue;
    }
    if (swap) for (const l of group.lanes) l.args.reverse();
    const host = bucket
      .slice(-6)
      .find(
        b =>
          b.lanes.length + group.lanes.length <= 4 &&
          (!distinctOnly || distinct(b, group)) &&
          !dependsOn(groups, group, b) &&
          !dependsOn(groups, b, group),
      );
    if (!host) {
      bucket.push(group);
      continue;
    }
    for (const l of group.lanes) {
      host.lanes.push(l);
      groups.of.set(l.node, host);
    }
    groups.remove(group);
  }
}
