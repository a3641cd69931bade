import type { Algebra } from '../../symbols/graph/fold-scalars.ts';
import type { Node } from '../../symbols/graph/graph.ts';
import { type Group, type Groups, isExternal, type Lane, type Operand, type Output, operand } from '../groups/group.ts';
import { fixedSwizzle } from '../literals.ts';
import { type Placed, positionsOf, setOperand } from '../placed-instruction.ts';
import { Registers } from '../registers.ts';
import { Copies } from './copies.ts';
import { type Flow, FlowBuilder } from './flow.ts';
import { Gather } from './gather.ts';
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
  readonly #g: Algebra;
  readonly #copies: Copies;
  readonly #gather: Gather;
  readonly #ports: ReadPortLimiter;
  readonly #outputs: readonly Output[];
  readonly #outputOnly = new Map<Group, Placed>();

  constructor(groups: Groups, g: Algebra, outputs: readonly Output[]) {
    this.#groups = groups;
    this.#g = g;
    this.#outputs = outputs;
    this.#copies = new Copies(groups, g, this.registers, group => this.#ports.mend(group));
    this.#gather = new Gather(groups, g, this.registers, this.#copies, outputs);
    this.#ports = new ReadPortLimiter(groups, this.registers, this.#copies, this.#gather);
  }

  /** Fills `placed`, `kills` and `flows`. */
  run(kills: readonly Operand[]): void {
    const packedOutput = this.#groups.target.name === 'ps_2_0';
    const uses = this.#countUses();
    const pending: (() => void)[] = [];
    for (const o of this.#outputs) {
      const rest = packedOutput ? o.lanes : this.#direct(o, uses);
      if (rest.some(l => l !== undefined))
        pending.push(() => (packedOutput ? this.#packOutput(o) : this.#copyOutput(o.name, rest)));
    }
    for (const g of this.#groups.all) {
      if (this.#outputOnly.has(g)) continue;
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
    for (const g of this.#outputOnly.values()) this.placed.push(g);
  }

  #countUses(): Map<Node, number> {
    const uses = new Map<Node, number>();
    const add = (n: Node) => uses.set(n, (uses.get(n) ?? 0) + 1);
    for (const g of this.#groups.all) {
      for (const l of g.lanes) {
        for (const a of l.args) {
          add(a.node);
          if (a.node.op === 'relative') add(a.node.args[0]);
        }
      }
    }
    for (const o of this.#groups.flowReads()) add(o.node);
    return uses;
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

  // Outputs

  /** Lets groups write the output directly where nothing else reads their results. Returns the remaining lanes. */
  #direct(o: Output, uses: ReadonlyMap<Node, number>): (Operand | undefined)[] {
    const rest = [...o.lanes];
    const candidates = new Set(o.lanes.flatMap(l => (l && !l.neg && !l.abs ? (this.#groups.of.get(l.node) ?? []) : [])));
    for (const g of candidates) {
      if (g.op === 'sincos' || g.op === 'carried' || g.lanes.some(l => uses.has(l.node)) || this.#outputOnly.has(g)) continue;
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
      if (this.#usedElsewhere(g, o)) continue;
      g.lanes = lanes;
      this.#outputOnly.set(g, { group: g, output: o.name, outputLanes });
      for (const i of outputLanes) rest[i] = undefined;
    }
    return rest;
  }

  #usedElsewhere(g: Group, o: Output): boolean {
    return this.#outputs.some(other => other !== o && other.lanes.some(l => l && this.#groups.of.get(l.node) === g));
  }

  #copyOutput(name: string, lanes: readonly (Operand | undefined)[]): void {
    const wanted = lanes.flatMap((l, lane) => (l ? [{ operand: l, lane }] : []));
    const even = wanted.every(w => w.operand.neg === wanted[0].operand.neg);
    const homes = [
      ...new Set(
        wanted.flatMap(w =>
          isExternal(w.operand.node) || (!even && w.operand.neg) || w.operand.abs
            ? []
            : (this.registers.of(w.operand.node) ?? []),
        ),
      ),
    ];
    if (homes.length > 1 && this.registers.canJoin(homes, 0)) this.registers.join(homes);
    for (const part of this.#outputParts(wanted.map(w => w.operand))) {
      const outputLanes: number[] = [];
      const group = this.#copies.group(
        part.map(i => wanted[i].operand),
        i => {
          outputLanes.push(wanted[part[i]].lane);
          return this.#copies.fresh();
        },
      );
      this.placed.push({ group, output: name, outputLanes });
    }
  }

  /**
   * Splits the lanes of a register of which some are negated (the position of a full-screen quad).
   * One literal joins them in a `mad`. Two literals are copied separately, and so are the negated lanes.
   */
  #outputParts(operands: readonly Operand[]): number[][] {
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
  #packOutput(o: Output): void {
    const lanes = o.lanes.map(l => l ?? operand(this.#g.zero));
    // A literal for several lanes is copied to each.
    lanes.forEach((l, i) => {
      if (l.node.op === 'const' && lanes.findIndex(x => x.node === l.node) < i) lanes[i] = { ...l, node: { ...l.node } };
    });
    for (const l of lanes) {
      const same = lanes.flatMap((o, i) => (o.node === l.node && !o.neg && !o.abs ? [i] : []));
      const nodes = same.length > 1 && !isExternal(l.node) ? this.#spread(l.node, same.length) : undefined;
      if (nodes) same.forEach((at, k) => void (lanes[at] = operand(nodes[k])));
    }
    // A literal for a single lane cannot be a source of the last mov: oC0 accepts whole registers only.
    const single =
      isExternal(lanes[0].node) &&
      lanes.every(l => l.node === lanes[0].node || (l.node.op === 'const' && Object.is(l.node.value, lanes[0].node.value)));
    const packed = single ? this.#copies.to(this.registers.make([]), lanes, true).map(operand) : this.#gather.into(lanes, true);
    const group = this.#groups.make(
      'mov',
      packed.map(p => ({ node: this.#copies.fresh(), args: [p] })),
      0,
    );
    this.placed.push({ group, output: o.name, outputLanes: packed.map((_, i) => i) });
  }

  /** Lets the instruction that makes a scalar write it to several lanes, where nothing else reads it. */
  #spread(node: Node, count: number): Node[] | undefined {
    const inner = this.#groups.of.get(node);
    const home = this.registers.of(node);
    if (
      inner?.lanes.length !== 1 ||
      !home ||
      home.nodes.length > 1 ||
      inner.op === 'sincos' ||
      inner.op === 'carried' ||
      (this.#countUses().get(node) ?? 0) > 0
    )
      return undefined;
    const [lane] = inner.lanes;
    const nodes = [node];
    while (nodes.length < count) {
      const copy = this.#copies.fresh();
      nodes.push(copy);
      inner.lanes.push({ node: copy, args: lane.args });
      this.#groups.of.set(copy, inner);
      this.registers.put(home, copy);
    }
    return nodes;
  }

  #kill(k: Operand): Group {
    const lanes = [0, 1, 2, 3];
    const spread = k.neg ? undefined : this.#spread(k.node, 4);
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
