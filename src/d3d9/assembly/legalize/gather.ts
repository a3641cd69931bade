import type { Algebra } from '../../symbols/graph/fold-scalars.ts';
import type { Node } from '../../symbols/graph/graph.ts';
import { type Group, type Groups, isExternal, type Operand, type Output, operand } from '../groups/group.ts';
import type { Register, Registers } from '../registers.ts';
import type { Copies } from './copies.ts';

/** Brings the scalars of one instruction source into one register. */
export class Gather {
  readonly #groups: Groups;
  readonly #g: Algebra;
  readonly #registers: Registers;
  readonly #copies: Copies;
  readonly #outputs: readonly Output[];

  constructor(groups: Groups, g: Algebra, registers: Registers, copies: Copies, outputs: readonly Output[]) {
    this.#groups = groups;
    this.#g = g;
    this.#registers = registers;
    this.#copies = copies;
    this.#outputs = outputs;
  }

  /** Returns the same operands, all from one register and with one kind of modifier. */
  into(operands: readonly Operand[], pinned: boolean): Operand[] {
    this.#groups.work.spend(4);
    const all = this.#evenModifiers(operands);
    const even = all.every(o => o.neg === all[0].neg && o.abs === all[0].abs);
    const external = all.every(o => isExternal(o.node));
    if (even && external && new Set(all.map(o => this.#groups.source(o.node))).size === 1) {
      if (!pinned || all[0].node.op === 'const' || all.every((o, i) => o.node.lane === i)) return all;
      if (all.every(o => o.node === all[0].node)) return this.#copies.to(this.#registers.make([]), all, true).map(operand);
    }
    if (!even) return this.#copies.to(this.#registers.make([]), all, pinned).map(operand);
    const nodes = [...new Set(all.map(o => o.node))];
    if (pinned && nodes.length < all.length)
      return this.#repeat(all, nodes) ?? this.#copies.to(this.#registers.make([]), all, true).map(operand);
    if (nodes.length === 1 && !pinned) return all;
    const lanes = new Map(nodes.map((n, i) => [n, i]));
    const homes = [...new Set(nodes.flatMap(n => (isExternal(n) ? [] : (this.#registers.of(n) ?? []))))];
    const missing = nodes.filter(n => isExternal(n));
    if (homes.length > 0 && this.#registers.canJoin(homes, missing.length) && this.#canPinAll(homes, lanes, pinned)) {
      const home = this.#registers.join(homes);
      return this.#fill(home, all, pinned, lanes);
    }
    const over =
      homes.length > 0 && missing.length === 0
        ? this.#overlay(homes, all, pinned ? lanes : this.#lanesBeside(homes, nodes))
        : undefined;
    if (over) return over;
    const loose = homes.filter(r => !r.whole && !r.closed && r.nodes.every(n => lanes.has(n)));
    const held = loose.reduce((n, r) => n + r.nodes.length, 0);
    if (loose.length > 1 && this.#registers.canJoin(loose, nodes.length - held) && this.#canPinAll(loose, lanes, pinned))
      return this.#fill(this.#registers.join(loose), all, pinned, lanes);
    const covered = (r: Register) => nodes.filter(n => this.#copies.at(r, n) !== undefined).length;
    const best = [...homes, ...this.#copies.homes(nodes)]
      .filter(r => r.nodes.length + nodes.length - covered(r) <= 4 && !((r.whole || r.closed) && covered(r) < nodes.length))
      .sort((a, b) => covered(b) - covered(a))[0];
    if (best && covered(best) > 0 && (!pinned || this.#pinsFit(best, lanes))) return this.#fill(best, all, pinned, lanes);
    const fresh = this.#copies.to(this.#registers.make([]), nodes.map(operand), pinned);
    nodes.forEach((n, i) => void this.#copies.remember(n, fresh[i]));
    return all.map(o => ({ ...o, node: fresh[nodes.indexOf(o.node)] }));
  }

  /** Copies a scalar that several lanes read beside itself. Undefined where its register has no room. */
  #repeat(all: readonly Operand[], nodes: readonly Node[]): Operand[] | undefined {
    const homes = [...new Set(nodes.flatMap(n => (isExternal(n) ? [] : (this.#registers.of(n) ?? []))))];
    const first = new Map(nodes.map(n => [n, all.findIndex(o => o.node === n)]));
    const fits =
      nodes.every(n => !isExternal(n)) &&
      all.every(o => !o.abs && !o.neg) &&
      homes.every(r => !r.whole && r.fixed.size === 0 && r.nodes.every(n => first.has(n))) &&
      this.#registers.canJoin(homes, all.length - nodes.length) &&
      homes.every(r => this.#registers.canPin(r, new Map([...first].filter(([n]) => this.#registers.of(n) === r))));
    if (!fits) return undefined;
    const home = this.#registers.join(homes);
    for (const [n, lane] of first) home.pinned.set(n, lane);
    const again = all.flatMap((o, i) => (first.get(o.node) === i ? [] : [i]));
    const copies = this.#copies.to(
      home,
      again.map(i => all[i]),
      false,
    );
    again.forEach((lane, k) => void home.pinned.set(copies[k], lane));
    return all.map((o, i) => (again.includes(i) ? operand(copies[again.indexOf(i)]) : o));
  }

  /** Assigns lanes where any lane will do: those of a fetch stay, the others take the lanes that it leaves free. */
  #lanesBeside(homes: readonly Register[], nodes: readonly Node[]): Map<Node, number> {
    const fetch = homes.find(r => r.whole);
    const lanes = new Map(nodes.flatMap((n): [Node, number][] => (fetch?.nodes.includes(n) ? [[n, n.lane]] : [])));
    const free = [0, 1, 2, 3].filter(l => ![...lanes.values()].includes(l));
    for (const n of nodes) if (!lanes.has(n)) lanes.set(n, free.shift() ?? 0);
    return fetch ? lanes : new Map(nodes.map((n, i) => [n, i]));
  }

  /** Reuses the lanes of operands that die with this instruction: `t.rgb * light` takes the lanes of t.rgb, beside t.a. */
  #overlay(homes: readonly Register[], all: readonly Operand[], lanes: ReadonlyMap<Node, number>): Operand[] | undefined {
    const host = [...homes].sort((a, b) => Number(b.whole) - Number(a.whole) || b.nodes.length - a.nodes.length)[0];
    const wanted = (r: Register) => r.nodes.filter(n => lanes.has(n));
    const kept = new Map(wanted(host).map(n => [n, lanes.get(n) ?? 0]));
    const guests = homes.filter(r => r !== host);
    if (!this.#groups.target.swizzles ? false : !host.whole) return undefined;
    const dying = host.nodes.filter(n => !lanes.has(n));
    // The lanes of a fetch that nothing reads are free after it.
    const fetch = host.whole ? this.#groups.of.get(host.nodes[0]) : undefined;
    const fits =
      (dying.length > 0 || (fetch !== undefined && host.nodes.length < 4)) &&
      guests.every(r => !r.whole && r.nodes.every(n => lanes.has(n)) && r.pinned.size === 0) &&
      !homes.some(r => r.fixed.size > 0 || r.closed) &&
      this.#groups.placement.regions.length === 0;
    if (
      !fits ||
      !this.#registers.canPin(host, kept) ||
      (fetch &&
        !this.#allNeed(
          guests.flatMap(r => r.nodes),
          fetch,
        )) ||
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
    // Each dying value occupies the lane of the value that replaces it.
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
    return all.map(o => ({ ...o, node: this.#copies.at(host, o.node) ?? o.node }));
  }

  /** True where all instructions that make the scalars run after the group, because they need its results. */
  #allNeed(nodes: readonly Node[], group: Group): boolean {
    const makers = new Set(nodes.flatMap(n => this.#groups.of.get(n) ?? []));
    return [...makers].every(m => this.#neededBy(m).has(group));
  }

  /** True where every reader of `dying` runs before `heirs` are written, or is the one instruction that writes them. */
  #diesBefore(dying: readonly Node[], heirs: readonly Node[]): boolean {
    const makers = [...new Set(heirs.flatMap(n => this.#groups.of.get(n) ?? []))];
    if (makers.length === 0) return false;
    const [only] = makers;
    const atOnce = makers.length === 1 && !(only.op === 'lrp' || only.op === 'tex' || only.op === 'sincos');
    const before = makers.map(m => this.#neededBy(m));
    if (atOnce) before[0].add(only);
    const set = new Set(dying);
    for (const g of this.#groups.all) {
      if (before.every(b => b.has(g))) continue;
      for (const l of g.lanes) if (l.args.some(a => set.has(a.node))) return false;
    }
    return !this.#outputs.some(o => o.lanes.some(l => l && set.has(l.node)));
  }

  /** Returns every group that must run before this one because it needs their results. */
  #neededBy(group: Group): Set<Group> {
    const before = new Set<Group>();
    const stack = [group];
    for (let g = stack.pop(); g; g = stack.pop()) {
      this.#groups.work.spend(1);
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
    return before;
  }

  #canPinAll(homes: readonly Register[], lanes: ReadonlyMap<Node, number>, pinned: boolean): boolean {
    if (!pinned) return true;
    return (
      homes.every(r => this.#registers.canPin(r, new Map([...lanes].filter(([n]) => this.#registers.of(n) === r)))) &&
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
        const at = this.#copies.at(r, n);
        return at ? [[at, lane]] : [];
      }),
    );
    if (!this.#registers.canPin(r, wanted)) return false;
    const others = [...r.pinned].filter(([n]) => !wanted.has(n)).map(([, lane]) => lane);
    return [...lanes.values()].every(l => !others.includes(l));
  }

  #fill(home: Register, all: readonly Operand[], pinned: boolean, lanes: ReadonlyMap<Node, number>): Operand[] {
    const nodes = [...lanes.keys()];
    const missing = nodes.filter(n => this.#copies.at(home, n) === undefined);
    if (pinned)
      for (const [n, lane] of lanes) {
        const at = this.#copies.at(home, n);
        if (at) home.pinned.set(at, lane);
      }
    const copies = this.#copies.to(home, missing.map(operand), false);
    missing.forEach((n, i) => {
      this.#copies.remember(n, copies[i]);
      if (pinned) home.pinned.set(copies[i], lanes.get(n) ?? 0);
    });
    return all.map(o => ({ ...o, node: this.#copies.at(home, o.node) ?? o.node }));
  }

  /** Gives literals the sign modifier of the other lanes. */
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
}
