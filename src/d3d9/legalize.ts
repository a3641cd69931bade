import type { Algebra } from './algebra.ts';
import type { Node } from './graph.ts';
import { type Group, type Groups, isExternal, type Lane, type Operand, type Output, operand } from './group.ts';
import { fixedSwizzle } from './literals.ts';
import { type Register, Registers } from './registers.ts';
import type { Target } from './target.ts';

/** An instruction that writes an output register, lane by lane. */
export interface Placed {
  readonly group: Group;
  /** Output register, or undefined for a temporary. */
  readonly output: string | undefined;
  /** Lane of the output for each lane of the group. */
  readonly outputLanes: readonly number[];
}

const SCALAR = new Set(['rcp', 'rsq', 'exp', 'log', 'sincos']);

/** Argument positions of a group: each is one source of the instruction. */
export function positionsOf(g: Group): { lane: number; arg: number }[][] {
  if (g.vectors) {
    let at = 0;
    return g.vectors.map(n => {
      const first = at;
      at += n;
      return Array.from({ length: n }, (_, i) => ({ lane: 0, arg: first + i }));
    });
  }
  return g.lanes[0].args.map((_, arg) => g.lanes.map((_, lane) => ({ lane, arg })));
}

/**
 * Makes instructions that the hardware has: every source in one register, one constant and one input register an instruction,
 * results where the outputs want them. What does not fit is copied.
 */
export class Legalizer {
  readonly registers = new Registers();
  readonly placed: Placed[] = [];
  readonly kills: Group[] = [];
  readonly #groups: Groups;
  readonly #g: Algebra;
  readonly #target: Target;
  readonly #copies = new Map<Node, Node[]>();
  readonly #portCopies = new Map<Node, Node>();
  readonly #portGroups = new Map<string, Group>();
  readonly #conflicts = new Map<string, number>();
  readonly #outputOnly = new Map<Group, Placed>();
  #next = -1;

  constructor(groups: Groups, g: Algebra) {
    this.#groups = groups;
    this.#g = g;
    this.#target = groups.target;
  }

  run(outputs: readonly Output[], kills: readonly Operand[]): void {
    const packedOutput = this.#target.name === 'ps_2_0';
    const uses = this.#countUses();
    const pending: (() => void)[] = [];
    for (const o of outputs) {
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
    this.#countConflicts();
    for (const g of this.#topological()) this.#sources(g);
    for (const k of kills) this.#kill(k);
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

  /** ps_2_0: vectors that no swizzle can bring in order are copied into order. True where there was one. */
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
        const copies = this.#copyTo(
          home,
          operands.map(o => operand(o.node)),
          true,
        );
        for (const n of copies) home.fixed.add(n);
        position.forEach((at, i) => void this.#set(group, at.lane, at.arg, { ...operands[i], node: copies[i] }));
        mended = true;
      }
    }
    return mended;
  }

  // Outputs

  /** Lets groups write the output themselves where nothing else reads them; the lanes left over are returned. */
  #direct(o: Output, uses: ReadonlyMap<Node, number>): (Operand | undefined)[] {
    const rest = [...o.lanes];
    const candidates = new Set(o.lanes.flatMap(l => (l && !l.neg && !l.abs ? (this.#groups.of.get(l.node) ?? []) : [])));
    for (const g of candidates) {
      if (g.op === 'sincos' || g.lanes.some(l => uses.has(l.node)) || this.#outputOnly.has(g)) continue;
      const lanes: Lane[] = [];
      const outputLanes: number[] = [];
      o.lanes.forEach((l, i) => {
        const lane = l && !l.neg && !l.abs ? g.lanes.find(x => x.node === l.node) : undefined;
        if (!lane) return;
        // A lane that is written twice is two lanes: each gets its own sources.
        lanes.push({ ...lane });
        outputLanes.push(i);
      });
      if (new Set(lanes.map(x => x.node)).size < g.lanes.length) continue;
      if (g.op === 'tex' && !(lanes.length === 4 && lanes.every((l, i) => l.node.lane === outputLanes[i]))) continue;
      if (o.lanes.some((l, i) => l && !outputLanes.includes(i) && this.#groups.of.get(l.node) === g)) continue;
      if (this.#usedElsewhere(g, o)) continue;
      g.lanes = lanes;
      this.#outputOnly.set(g, { group: g, output: o.name, outputLanes });
      for (const i of outputLanes) rest[i] = undefined;
    }
    return rest;
  }

  #outputs: readonly Output[] = [];
  setOutputs(outputs: readonly Output[]): void {
    this.#outputs = outputs;
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
    for (const part of this.#copyParts(wanted.map(w => w.operand))) {
      const outputLanes: number[] = [];
      const group = this.#copyGroup(
        part.map(i => wanted[i].operand),
        i => {
          outputLanes.push(wanted[part[i]].lane);
          return this.#fresh();
        },
      );
      this.placed.push({ group, output: name, outputLanes });
    }
  }

  /** ps_2_0 writes its colour with one mov from a register that holds all of it. */
  #packOutput(o: Output): void {
    const lanes = o.lanes.map(l => l ?? operand(this.#g.zero));
    for (const l of lanes) {
      const same = lanes.flatMap((o, i) => (o.node === l.node && !o.neg && !o.abs ? [i] : []));
      const nodes = same.length > 1 && !isExternal(l.node) ? this.#spread(l.node, same.length) : undefined;
      if (nodes) same.forEach((at, k) => void (lanes[at] = operand(nodes[k])));
    }
    const packed = this.#gather(lanes, true);
    const group = this.#groups.make(
      'mov',
      packed.map(p => ({ node: this.#fresh(), args: [p] })),
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
      (this.#countUses().get(node) ?? 0) > 0
    )
      return undefined;
    const [lane] = inner.lanes;
    const nodes = [node];
    while (nodes.length < count) {
      const copy = this.#fresh();
      nodes.push(copy);
      inner.lanes.push({ node: copy, args: lane.args });
      this.#groups.of.set(copy, inner);
      this.registers.put(home, copy);
    }
    return nodes;
  }

  #kill(k: Operand): void {
    const lanes = [0, 1, 2, 3];
    const spread = k.neg ? undefined : this.#spread(k.node, 4);
    const nodes =
      spread ??
      this.#copyTo(
        this.registers.make([]),
        lanes.map(() => k),
        true,
      );
    this.kills.push(this.#groups.make('texkill', [{ node: this.#fresh(), args: nodes.map(operand) }], 0, [4]));
  }

  // Sources

  #sources(g: Group): void {
    if (g.op === 'sat') {
      g.op = 'mov';
      g.sat = true;
    }
    const positions = positionsOf(g);
    for (const position of positions) {
      const operands = position.map(p => g.lanes[p.lane].args[p.arg]);
      const pinned = g.op === 'tex' && !this.#target.swizzles;
      const gathered = SCALAR.has(g.op) ? operands : this.#gather(operands, pinned);
      position.forEach((p, i) => void this.#set(g, p.lane, p.arg, gathered[i]));
    }
    this.#ports(g, positions);
  }

  #set(g: Group, lane: number, arg: number, o: Operand): void {
    // Lanes of a fetch share one list of arguments.
    const lanes = g.vectors ? g.lanes : [g.lanes[lane]];
    for (const l of lanes) {
      if (l.args[arg] === o) continue;
      l.args = [...l.args];
      l.args[arg] = o;
    }
  }

  /** One constant register and one input register an instruction: the others go through a temporary. */
  #ports(g: Group, positions: readonly { lane: number; arg: number }[][]): void {
    const at = (p: { lane: number; arg: number }) => g.lanes[p.lane].args[p.arg];
    const kinds = positions.map(position => {
      const first = at(position[0]).node;
      return isExternal(first) ? this.#groups.source(first) : '';
    });
    for (const bank of [/^[kcr]/, /^v/]) {
      for (;;) {
        const found = [...new Set(kinds.filter(k => bank.test(k)))];
        if (found.length <= 1) break;
        const moved = this.#leastCost(found, kinds, positions, at);
        kinds.forEach((k, i) => {
          if (k !== moved) return;
          for (const p of positions[i]) this.#set(g, p.lane, p.arg, { ...at(p), node: this.#portCopy(at(p).node, moved) });
          // Five literals stand in two registers of copies: bring those that are read together into one.
          const gathered = this.#gather(positions[i].map(at), false);
          positions[i].forEach((p, k) => void this.#set(g, p.lane, p.arg, gathered[k]));
          kinds[i] = '';
        });
      }
    }
    this.#literalRoom(g, positions, kinds);
  }

  /** The source whose copy costs least: one that is copied already, then the one that most instructions need copied, then literals. */
  #leastCost(
    found: readonly string[],
    kinds: readonly string[],
    positions: readonly { lane: number; arg: number }[][],
    at: (p: { lane: number; arg: number }) => Operand,
  ): string {
    const cached = found.find(k => positions.every((ps, i) => kinds[i] !== k || ps.every(p => this.#portCopies.has(at(p).node))));
    if (cached) return cached;
    const count = (k: string) => this.#conflicts.get(k) ?? 0;
    const first = found.includes('k') ? 'k' : found[0];
    return found.reduce((best, k) => (best !== 'k' && count(k) > count(best) ? k : best), first);
  }

  /** How often each register stands in an instruction beside another of its bank. */
  #countConflicts(): void {
    for (const g of this.#groups.all) {
      const sources = new Set(g.lanes.flatMap(l => l.args.map(a => (isExternal(a.node) ? this.#groups.source(a.node) : ''))));
      for (const bank of [/^[kcr]/, /^v/]) {
        const own = [...sources].filter(s => bank.test(s));
        if (own.length > 1) for (const s of own) this.#conflicts.set(s, (this.#conflicts.get(s) ?? 0) + 1);
      }
    }
  }

  /** The literals of an instruction share a register of four. */
  #literalRoom(g: Group, positions: readonly { lane: number; arg: number }[][], kinds: string[]): void {
    const values = new Set<number>();
    kinds.forEach((k, i) => {
      if (k !== 'k') return;
      const own = positions[i].map(p => g.lanes[p.lane].args[p.arg].node.value);
      if (new Set([...values, ...own]).size <= 4) {
        for (const v of own) values.add(v);
        return;
      }
      for (const p of positions[i])
        this.#set(g, p.lane, p.arg, {
          ...g.lanes[p.lane].args[p.arg],
          node: this.#portCopy(g.lanes[p.lane].args[p.arg].node, 'k'),
        });
    });
  }

  #portCopy(node: Node, source: string): Node {
    const known = this.#portCopies.get(node);
    if (known) return known;
    const copy = this.#fresh();
    const host = this.#portGroups.get(source);
    const home = host && this.registers.of(host.lanes[0].node);
    if (host && home && home.nodes.length < 4) {
      host.lanes.push({ node: copy, args: [operand(node)] });
      this.#groups.of.set(copy, host);
      this.registers.put(home, copy);
    } else {
      this.#portGroups.set(source, this.#groups.make('mov', [{ node: copy, args: [operand(node)] }], 0));
      this.registers.make([copy]);
    }
    this.#portCopies.set(node, copy);
    return copy;
  }

  /** The same operands, all from one register, with one kind of modifier. */
  #gather(operands: readonly Operand[], pinned: boolean): Operand[] {
    const all = this.#evenModifiers(operands);
    const even = all.every(o => o.neg === all[0].neg && o.abs === all[0].abs);
    const external = all.every(o => isExternal(o.node));
    if (even && external && new Set(all.map(o => this.#groups.source(o.node))).size === 1) {
      if (!pinned || all[0].node.op === 'const' || all.every((o, i) => o.node.lane === i)) return all;
      if (all.every(o => o.node === all[0].node)) return this.#copyTo(this.registers.make([]), all, true).map(operand);
    }
    if (!even) return this.#copyTo(this.registers.make([]), all, pinned).map(operand);
    const nodes = [...new Set(all.map(o => o.node))];
    if (pinned && nodes.length < all.length) return this.#copyTo(this.registers.make([]), all, true).map(operand);
    if (nodes.length === 1 && !pinned) return all;
    const lanes = new Map(nodes.map((n, i) => [n, i]));
    const homes = [...new Set(nodes.flatMap(n => (isExternal(n) ? [] : (this.registers.of(n) ?? []))))];
    const missing = nodes.filter(n => isExternal(n));
    if (homes.length > 0 && this.registers.canJoin(homes, missing.length) && this.#canPinAll(homes, lanes, pinned)) {
      const home = this.registers.join(homes);
      return this.#fill(home, all, pinned, lanes);
    }
    const over = pinned && homes.length > 0 && missing.length === 0 ? this.#overlay(homes, all, lanes) : undefined;
    if (over) return over;
    const covered = (r: Register) => nodes.filter(n => this.#at(r, n) !== undefined).length;
    const best = [...homes, ...this.#copyHomes(nodes)]
      .filter(r => r.nodes.length + nodes.length - covered(r) <= 4 && !(r.whole && covered(r) < nodes.length))
      .sort((a, b) => covered(b) - covered(a))[0];
    if (best && covered(best) > 0 && (!pinned || this.#pinsFit(best, lanes))) return this.#fill(best, all, pinned, lanes);
    const fresh = this.#copyTo(this.registers.make([]), nodes.map(operand), pinned);
    nodes.forEach((n, i) => void this.#remember(n, fresh[i]));
    return all.map(o => ({ ...o, node: fresh[nodes.indexOf(o.node)] }));
  }

  /**
   * Results take the lanes of what they are made from, where that dies with it: `t.rgb * light` goes to where t.rgb stood, beside t.a.
   */
  #overlay(homes: readonly Register[], all: readonly Operand[], lanes: ReadonlyMap<Node, number>): Operand[] | undefined {
    const host = [...homes].sort((a, b) => b.nodes.length - a.nodes.length)[0];
    const wanted = (r: Register) => r.nodes.filter(n => lanes.has(n));
    const kept = new Map(wanted(host).map(n => [n, lanes.get(n) ?? 0]));
    const guests = homes.filter(r => r !== host);
    const dying = host.nodes.filter(n => !lanes.has(n));
    const fits =
      dying.length > 0 &&
      guests.every(r => !r.whole && r.nodes.every(n => lanes.has(n)) && r.pinned.size === 0) &&
      !homes.some(r => r.fixed.size > 0);
    if (
      !fits ||
      !this.registers.canPin(host, kept) ||
      !this.#diesBefore(
        dying,
        guests.flatMap(r => r.nodes),
      )
    )
      return undefined;
    const taken = new Set(kept.values());
    const free = [0, 1, 2, 3].filter(l => !taken.has(l));
    if ([...host.pinned].some(([n, l]) => !kept.has(n) && taken.has(l))) return undefined;
    for (const [n, lane] of kept) host.pinned.set(n, lane);
    // What dies stands where its heir will.
    const open = new Set(free);
    const settle = (n: Node, lane: number) => {
      host.pinned.set(n, lane);
      open.delete(lane);
    };
    for (const n of dying) if (host.pinned.has(n)) open.delete(host.pinned.get(n) ?? 0);
    for (const [heir, lane] of lanes) {
      const parent = dying.find(
        n =>
          !host.pinned.has(n) &&
          this.#groups.of
            .get(heir)
            ?.lanes.find(l => l.node === heir)
            ?.args.some(a => a.node === n),
      );
      if (parent && open.has(lane)) settle(parent, lane);
    }
    for (const n of dying) if (!host.pinned.has(n)) settle(n, [...open][0] ?? 0);
    for (const r of guests) r.into = host;
    for (const [n, lane] of lanes) {
      if (isExternal(n)) continue;
      if (!host.nodes.includes(n)) host.nodes.push(n);
      host.pinned.set(n, lane);
    }
    return all.map(o => ({ ...o, node: this.#at(host, o.node) ?? o.node }));
  }

  /** Every reader of `dying` runs before `heirs` are written, or writes them. */
  #diesBefore(dying: readonly Node[], heirs: readonly Node[]): boolean {
    const makers = new Set(heirs.flatMap(n => this.#groups.of.get(n) ?? []));
    if (makers.size !== 1) return false;
    const [maker] = makers;
    if (maker.op === 'lrp' || maker.vectors || maker.op === 'sincos') return false;
    const before = new Set<Group>([maker]);
    const stack = [maker];
    for (let g = stack.pop(); g; g = stack.pop()) {
      for (const l of g.lanes) {
        for (const a of l.args) {
          const inner = this.#groups.of.get(a.node);
          if (inner && !before.has(inner)) {
            before.add(inner);
            stack.push(inner);
          }
        }
      }
    }
    const set = new Set(dying);
    for (const g of this.#groups.all) {
      if (before.has(g)) continue;
      for (const l of g.lanes) if (l.args.some(a => set.has(a.node))) return false;
    }
    return !this.#outputs.some(o => o.lanes.some(l => l && set.has(l.node)));
  }

  #canPinAll(homes: readonly Register[], lanes: ReadonlyMap<Node, number>, pinned: boolean): boolean {
    if (!pinned) return true;
    return (
      homes.every(r => this.registers.canPin(r, new Map([...lanes].filter(([n]) => this.registers.of(n) === r)))) &&
      this.#freeLanes(homes, lanes)
    );
  }

  #freeLanes(homes: readonly Register[], lanes: ReadonlyMap<Node, number>): boolean {
    const others = homes.flatMap(r => [...r.pinned].filter(([n]) => !lanes.has(n)).map(([, lane]) => lane));
    return [...lanes.values()].every(l => !others.includes(l));
  }

  #pinsFit(r: Register, lanes: ReadonlyMap<Node, number>): boolean {
    const wanted = new Map(
      [...lanes].flatMap(([n, lane]): [Node, number][] => {
        const at = this.#at(r, n);
        return at ? [[at, lane]] : [];
      }),
    );
    if (!this.registers.canPin(r, wanted)) return false;
    const others = [...r.pinned].filter(([n]) => !wanted.has(n)).map(([, lane]) => lane);
    return [...lanes.values()].every(l => !others.includes(l));
  }

  #fill(home: Register, all: readonly Operand[], pinned: boolean, lanes: ReadonlyMap<Node, number>): Operand[] {
    const nodes = [...lanes.keys()];
    const missing = nodes.filter(n => this.#at(home, n) === undefined);
    if (pinned)
      for (const [n, lane] of lanes) {
        const at = this.#at(home, n);
        if (at) home.pinned.set(at, lane);
      }
    const copies = this.#copyTo(home, missing.map(operand), false);
    missing.forEach((n, i) => {
      this.#remember(n, copies[i]);
      if (pinned) home.pinned.set(copies[i], lanes.get(n) ?? 0);
    });
    return all.map(o => ({ ...o, node: this.#at(home, o.node) ?? o.node }));
  }

  /** The node or a copy of it in the register. */
  #at(r: Register, n: Node): Node | undefined {
    if (r.nodes.includes(n)) return n;
    return this.#copies.get(n)?.find(c => this.registers.of(c) === r);
  }

  #copyHomes(nodes: readonly Node[]): Register[] {
    return [...new Set(nodes.flatMap(n => (this.#copies.get(n) ?? []).flatMap(c => this.registers.of(c) ?? [])))];
  }

  #remember(n: Node, copy: Node): void {
    const list = this.#copies.get(n) ?? [];
    list.push(copy);
    this.#copies.set(n, list);
  }

  /** Literals take the sign that the other lanes are read with. */
  #evenModifiers(operands: readonly Operand[]): Operand[] {
    const lead = operands.find(o => o.node.op !== 'const');
    return operands.map(o => {
      if (o.node.op !== 'const') return o;
      let value = o.abs ? Math.abs(o.node.value) : o.node.value;
      if (o.neg) value = -value;
      const neg = lead ? lead.neg : operands[0].neg;
      if (lead?.abs) return { node: this.#g.constant(neg ? -value : value), neg, abs: (neg ? -value : value) >= 0 };
      return { node: this.#g.constant(neg ? -value : value), neg, abs: false };
    });
  }

  #copyTo(r: Register, operands: readonly Operand[], pinned: boolean): Node[] {
    const out: Node[] = new Array(operands.length);
    for (const part of this.#copyParts(operands)) {
      this.#copyGroup(
        part.map(i => operands[i]),
        i => {
          const node = this.#fresh();
          this.registers.put(r, node);
          if (pinned) r.pinned.set(node, part[i]);
          out[part[i]] = node;
          return node;
        },
      );
    }
    return out;
  }

  /** Which operands one instruction can copy: those of one register; literals join the inputs through a multiplication with 1 and 0. */
  #copyParts(operands: readonly Operand[]): number[][] {
    const parts = new Map<string, number[]>();
    const free = this.#target.swizzles;
    const input =
      free && operands.some(o => o.node.op === 'const')
        ? operands.find(o => o.node.op === 'input' && !o.neg && !o.abs)
        : undefined;
    const inputKey = input && this.#key(input);
    operands.forEach((o, i) => {
      const made = this.#groups.of.get(o.node);
      const paired = !o.neg || operands.some(p => !p.neg && made && this.#groups.of.get(p.node) === made);
      const key = inputKey && o.node.op === 'const' ? inputKey : this.#key(o) + (paired ? '' : '-');
      const list = parts.get(key) ?? [];
      list.push(i);
      parts.set(key, list);
    });
    return [...parts.values()];
  }

  #key(o: Operand): string {
    if (o.node.op === 'const') return 'k';
    const at = isExternal(o.node) ? this.#groups.source(o.node) : `r${this.registers.of(o.node)?.id}`;
    return at + (o.abs ? `|${o.neg ? '-' : ''}` : '');
  }

  #copyGroup(operands: readonly Operand[], name: (i: number) => Node): Group {
    const { constant } = { constant: (v: number) => operand(this.#g.constant(v)) };
    const [lead] = operands.filter(o => o.node.op !== 'const');
    const literals = operands.some(o => o.node.op === 'const');
    if (lead && literals) {
      const lanes = operands.map(
        (o, i): Lane => ({
          node: name(i),
          args:
            o.node.op === 'const'
              ? [{ ...lead, neg: false, abs: false }, constant(0), constant(o.neg ? -o.node.value : o.node.value)]
              : [{ ...o, neg: false }, constant(o.neg ? -1 : 1), constant(0)],
        }),
      );
      return this.#groups.make('mad', lanes, 0);
    }
    if (operands.some(o => o.neg !== operands[0].neg) && lead) {
      const lanes = operands.map((o, i): Lane => ({ node: name(i), args: [{ ...o, neg: false }, constant(o.neg ? -1 : 1)] }));
      const group = this.#groups.make('mul', lanes, 0);
      this.#ports(group, positionsOf(group));
      return group;
    }
    return this.#groups.make(
      'mov',
      operands.map((o, i) => ({ node: name(i), args: [o] })),
      0,
    );
  }

  #fresh(): Node {
    const id = this.#next--;
    return { id, op: 'copy', args: [], value: 0, lane: 0, variable: undefined, register: 0, birth: 0, lines: new Set() };
  }
}
