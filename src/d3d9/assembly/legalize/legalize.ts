import type { Algebra } from '../../symbols/graph/fold-scalars.ts';
import type { Node } from '../../symbols/graph/graph.ts';
import { type Group, type Groups, isExternal, type Operand, type Output, operand } from '../groups/group.ts';
import { fixedSwizzle } from '../literals.ts';
import { type Placed, positionsOf, setOperand } from '../placed-instruction.ts';
import { Registers } from '../registers.ts';
import { Copies } from './copies.ts';
import { type Flow, FlowBuilder } from './flow.ts';
import { Gather } from './gather.ts';
import { countUses, OutputWriter } from './output-writer.ts';
import { ReadPortLimiter } from './read-port-limiter.ts';

const SCALAR = new Set(['rcp', 'rsq', 'exp', 'log', 'sincos']);

/**
 * Turns groups into instructions that the hardware supports.
 * Each source comes from one register. An instruction reads one constant and one input register, and results go to their outputs.
 * Operands that do not fit are copied.
 */
export class Legalizer {
  readonly registers = new Registers();
  readonly placed: Placed[] = [];
  readonly kills: Group[] = [];
  readonly flows: Flow[] = [];
  readonly #groups: Groups;
  readonly #copies: Copies;
  readonly #gather: Gather;
  readonly #ports: ReadPortLimiter;
  readonly #outputs: readonly Output[];
  readonly #out: OutputWriter;

  constructor(groups: Groups, g: Algebra, outputs: readonly Output[]) {
    this.#groups = groups;
    this.#outputs = outputs;
    this.#copies = new Copies(groups, g, this.registers, group => this.#ports.mend(group));
    this.#gather = new Gather(groups, g, this.registers, this.#copies, outputs);
    this.#ports = new ReadPortLimiter(groups, this.registers, this.#copies, this.#gather);
    const { registers, placed } = this;
    this.#out = new OutputWriter({ ...{ groups, g, outputs, registers, placed }, copies: this.#copies, gather: this.#gather });
  }

  /** Fills `placed`, `kills` and `flows`. */
  run(kills: readonly Operand[]): void {
    const packedOutput = this.#groups.target.name === 'ps_2_0';
    const uses = countUses(this.#groups);
    const out = this.#out;
    const pending: (() => void)[] = [];
    for (const o of this.#outputs) {
      const rest = packedOutput ? o.lanes : out.direct(o, uses);
      if (rest.some(l => l !== undefined)) pending.push(() => (packedOutput ? out.pack(o) : out.copy(o.name, rest)));
    }
    for (const g of this.#groups.all) {
      if (out.only.has(g)) continue;
      const r = this.registers.make(
        g.lanes.map(l => l.node),
        g.op === 'tex',
      );
      for (const l of g.lanes) {
        if (g.op === 'tex') r.pinned.set(l.node, l.node.lane);
        if (g.op === 'sincos') r.pinned.set(l.node, l.node.op === 'cos' ? 0 : 1);
      }
    }
    const flow = new FlowBuilder(this.#groups, this.registers, this.#copies, this.#ports, k => this.#kill(k));
    flow.reserve();
    this.#ports.count();
    for (const g of this.#topological()) this.#sources(g);
    this.flows.push(...flow.build());
    for (const k of kills) this.kills.push(this.#kill(k));
    for (const p of pending) p();
    for (const g of out.only.values()) this.placed.push(g);
  }

  #topological(): Group[] {
    const done = new Set<Group>();
    const out: Group[] = [];
    const visit = (g: Group) => {
      if (done.has(g)) return;
      done.add(g);
      for (const l of g.lanes) {
        for (const a of l.args) {
          const inner = this.#groups.of.get(a.node.op === 'relative' ? a.node.args[0] : a.node);
          if (inner && this.#groups.all.has(inner)) visit(inner);
        }
      }
      out.push(g);
    };
    for (const g of this.#groups.all) visit(g);
    return out;
  }

  /** ps_2_0: copies vectors into order where no swizzle can. Returns true where it copied one. */
  mendVectors(order: readonly Placed[]): boolean {
    const laneOf = (n: Node) => (isExternal(n) ? n.lane : (this.registers.of(n)?.pinned.get(n) ?? 0));
    let mended = false;
    for (const p of order) {
      const { group } = p;
      if (!group.vectors) continue;
      for (const position of positionsOf(group)) {
        const operands = position.map(at => group.lanes[at.lane].args[at.arg]);
        const from = new Map(operands.map((o, i) => [i, laneOf(o.node)]));
        const identity = [...from].every(([a, b]) => a === b);
        if (operands[0].node.op === 'const' || (group.op === 'tex' || group.op === 'texkill' ? identity : fixedSwizzle(from)))
          continue;
        const home = this.registers.make([]);
        const copies = this.#copies.to(
          home,
          operands.map(o => operand(o.node)),
          true,
        );
        for (const n of copies) home.fixed.add(n);
        position.forEach((at, i) => void setOperand(group, at, { ...operands[i], node: copies[i] }));
        mended = true;
      }
    }
    return mended;
  }

  #kill(k: Operand): Group {
    const lanes = [0, 1, 2, 3];
    const spread = k.neg ? undefined : this.#out.spread(k.node, 4);
    const nodes =
      spread ??
      this.#copies.to(
        this.registers.make([]),
        lanes.map(() => k),
        true,
      );
    return this.#groups.make('texkill', [{ node: this.#copies.fresh(), args: nodes.map(operand) }], 0, [4]);
  }

  // Sources

  #sources(g: Group): void {
    if (g.op === 'sat') {
      g.op = 'mov';
      g.sat = true;
    }
    if (isTwiceUniform(g)) {
      g.op = 'add';
      for (const l of g.lanes) l.args = [l.args[0], l.args[0]];
    }
    for (const position of positionsOf(g)) {
      const operands = position.map(p => g.lanes[p.lane].args[p.arg]);
      const pinned = g.op === 'tex' && !this.#groups.target.swizzles;
      // ps_2_0 reads the coordinates of a fetch only from t# and r#.
      const copied = pinned && operands.every(o => o.node.op === 'const' || o.node.op === 'uniform');
      const gathered = copied
        ? this.#copies.to(this.registers.make([]), operands, true).map(operand)
        : SCALAR.has(g.op)
          ? operands
          : this.#gather.into(operands, pinned);
      position.forEach((p, i) => void setOperand(g, p, gathered[i]));
    }
    this.#ports.mend(g);
  }
}

/** True for a uniform times 2. Its sum with itself reads one constant register instead of two. */
const isTwiceUniform = (g: Group): boolean =>
  g.op === 'mul' &&
  g.lanes.every(({ args: [a, b] }) => a.node.op === 'uniform' && b.node.op === 'const' && b.node.value === 2 && !b.neg);
