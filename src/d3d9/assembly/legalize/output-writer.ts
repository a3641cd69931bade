import type { Algebra } from '../../symbols/graph/fold-scalars.ts';
import type { Node } from '../../symbols/graph/graph.ts';
import { type Group, type Groups, isExternal, type Lane, type Operand, type Output, operand } from '../groups/group.ts';
import type { Placed } from '../placed-instruction.ts';
import type { Registers } from '../registers.ts';
import type { Copies } from './copies.ts';
import type { Gather } from './gather.ts';

/** What `OutputWriter` works on. It belongs to the legalizer. */
export interface OutputWriterOptions {
  readonly groups: Groups;
  readonly g: Algebra;
  readonly registers: Registers;
  readonly copies: Copies;
  readonly gather: Gather;
  readonly outputs: readonly Output[];
  /** The instructions that `copy` and `pack` make are added to it. */
  readonly placed: Placed[];
}

/** Brings results to the output registers: instructions write there directly where they can, else their results are copied. */
export class OutputWriter {
  readonly #groups: Groups;
  readonly #g: Algebra;
  readonly #registers: Registers;
  readonly #copies: Copies;
  readonly #gather: Gather;
  readonly #outputs: readonly Output[];
  readonly #placed: Placed[];
  readonly #only = new Map<Group, Placed>();

  constructor({ groups, g, registers, copies, gather, outputs, placed }: OutputWriterOptions) {
    this.#groups = groups;
    this.#g = g;
    this.#registers = registers;
    this.#copies = copies;
    this.#gather = gather;
    this.#outputs = outputs;
    this.#placed = placed;
  }

  /** The groups whose results go to an output and nowhere else. */
  get only(): ReadonlyMap<Group, Placed> {
    return this.#only;
  }

  /** Lets groups write the output directly where nothing else reads their results. Returns the remaining lanes. */
  direct(o: Output, uses: ReadonlyMap<Node, number>): (Operand | undefined)[] {
    const rest = [...o.lanes];
    const candidates = new Set(o.lanes.flatMap(l => (l && !l.neg && !l.abs ? (this.#groups.of.get(l.node) ?? []) : [])));
    for (const g of candidates) {
      if (g.op === 'sincos' || g.op === 'carried' || g.lanes.some(l => uses.has(l.node)) || this.#only.has(g)) continue;
      const lanes: Lane[] = [];
      const outputLanes: number[] = [];
      o.lanes.forEach((l, i) => {
        const lane = l && !l.neg && !l.abs ? g.lanes.find(x => x.node === l.node) : undefined;
        if (!lane) return;
        // A lane that is written twice becomes two lanes with their own sources.
        lanes.push({ ...lane });
        outputLanes.push(i);
      });
      if (new Set(lanes.map(x => x.node)).size < g.lanes.length) continue;
      // One copy writes a scalar to several lanes beside the content of another register.
      if (
        g.lanes.length === 1 &&
        lanes.length > 1 &&
        o.lanes.some(l => l && !isExternal(l.node) && this.#groups.of.get(l.node) !== g)
      )
        continue;
      if (g.op === 'tex' && !(lanes.length === 4 && lanes.every((l, i) => l.node.lane === outputLanes[i]))) continue;
      if (o.lanes.some((l, i) => l && !outputLanes.includes(i) && this.#groups.of.get(l.node) === g)) continue;
      if (this.#isUsedElsewhere(g, o)) continue;
      g.lanes = lanes;
      this.#only.set(g, { group: g, output: o.name, outputLanes });
      for (const i of outputLanes) rest[i] = undefined;
    }
    return rest;
  }

  #isUsedElsewhere(g: Group, o: Output): boolean {
    return this.#outputs.some(other => other !== o && other.lanes.some(l => l && this.#groups.of.get(l.node) === g));
  }

  /** Copies lanes to the output. */
  copy(name: string, lanes: readonly (Operand | undefined)[]): void {
    const wanted = lanes.flatMap((l, lane) => (l ? [{ operand: l, lane }] : []));
    const even = wanted.every(w => w.operand.neg === wanted[0].operand.neg);
    const homes = [
      ...new Set(
        wanted.flatMap(w =>
          isExternal(w.operand.node) || (!even && w.operand.neg) || w.operand.abs
            ? []
            : (this.#registers.of(w.operand.node) ?? []),
        ),
      ),
    ];
    if (homes.length > 1 && this.#registers.canJoin(homes, 0)) this.#registers.join(homes);
    for (const part of this.#parts(wanted.map(w => w.operand))) {
      const outputLanes: number[] = [];
      const group = this.#copies.group(
        part.map(i => wanted[i].operand),
        i => {
          outputLanes.push(wanted[part[i]].lane);
          return this.#copies.fresh();
        },
      );
      this.#placed.push({ group, output: name, outputLanes });
    }
  }

  /**
   * Splits the lanes of a register of which some are negated (the position of a full-screen quad).
   * One literal joins them in a `mad`. Two literals are copied separately, and so are the negated lanes.
   */
  #parts(operands: readonly Operand[]): number[][] {
    const parts = this.#copies.parts(operands);
    const literals = parts.find(p => operands[p[0]].node.op === 'const');
    const mixed = parts.find(
      p => p.some(i => operands[i].neg) && p.some(i => !operands[i].neg) && !isExternal(operands[p[0]].node),
    );
    if (!literals || !mixed) return parts;
    const others = parts.filter(p => p !== literals && p !== mixed);
    if (literals.length === 1) return [...others, [...mixed, ...literals]];
    return [...others, mixed.filter(i => operands[i].neg), mixed.filter(i => !operands[i].neg), literals];
  }

  /** ps_2_0 writes its colour by one mov from a register that holds the whole colour. */
  pack(o: Output): void {
    const lanes = o.lanes.map(l => l ?? operand(this.#g.zero));
    // A literal for several lanes is copied to each.
    lanes.forEach((l, i) => {
      if (l.node.op === 'const' && lanes.findIndex(x => x.node === l.node) < i) lanes[i] = { ...l, node: { ...l.node } };
    });
    for (const l of lanes) {
      const same = lanes.flatMap((o, i) => (o.node === l.node && !o.neg && !o.abs ? [i] : []));
      const nodes = same.length > 1 && !isExternal(l.node) ? this.spread(l.node, same.length) : undefined;
      if (nodes) same.forEach((at, k) => void (lanes[at] = operand(nodes[k])));
    }
    // A literal for a single lane cannot be a source of the last mov: oC0 accepts whole registers only.
    const single =
      isExternal(lanes[0].node) &&
      lanes.every(l => l.node === lanes[0].node || (l.node.op === 'const' && Object.is(l.node.value, lanes[0].node.value)));
    const packed = single ? this.#copies.to(this.#registers.make([]), lanes, true).map(operand) : this.#gather.into(lanes, true);
    const group = this.#groups.make(
      'mov',
      packed.map(p => ({ node: this.#copies.fresh(), args: [p] })),
      0,
    );
    this.#placed.push({ group, output: o.name, outputLanes: packed.map((_, i) => i) });
  }

  /** Lets the instruction that makes a scalar write it to several lanes, where nothing else reads it. */
  spread(node: Node, count: number): Node[] | undefined {
    const inner = this.#groups.of.get(node);
    const home = this.#registers.of(node);
    if (
      inner?.lanes.length !== 1 ||
      !home ||
      home.nodes.length > 1 ||
      inner.op === 'sincos' ||
      inner.op === 'carried' ||
      (countUses(this.#groups).get(node) ?? 0) > 0
    )
      return undefined;
    const [lane] = inner.lanes;
    const nodes = [node];
    while (nodes.length < count) {
      const copy = this.#copies.fresh();
      nodes.push(copy);
      inner.lanes.push({ node: copy, args: lane.args });
      this.#groups.of.set(copy, inner);
      this.#registers.put(home, copy);
    }
    return nodes;
  }
}

/** Counts how often instructions and flow control read each node. */
export function countUses(groups: Groups): Map<Node, number> {
  const uses = new Map<Node, number>();
  const add = (n: Node) => uses.set(n, (uses.get(n) ?? 0) + 1);
  for (const g of groups.all) {
    for (const l of g.lanes) {
      for (const a of l.args) {
        add(a.node);
        if (a.node.op === 'relative') add(a.node.args[0]);
      }
    }
  }
  for (const o of groups.flowReads()) add(o.node);
  return uses;
}
