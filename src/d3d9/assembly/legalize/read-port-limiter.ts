/** The limit of one constant and one input register for each instruction. */
import type { Node } from '../../symbols/graph/graph.ts';
import { type Group, type Groups, isExternal, type Operand, operand } from '../groups/group.ts';
import { type Position, positionsOf, setOperand } from '../placed-instruction.ts';
import type { Registers } from '../registers.ts';
import type { Copies } from './copies.ts';
import type { Gather } from './gather.ts';

/** The register banks of which an instruction reads only one register: constants (literals included) and inputs. */
const BANKS = [/^[kcr]/, /^v/];

/** Limits an instruction to one constant and one input register. Copies the others to temporaries. */
export class ReadPortLimiter {
  readonly #groups: Groups;
  readonly #registers: Registers;
  readonly #copies: Copies;
  readonly #gather: Gather;
  readonly #portCopies = new Map<Node, Node>();
  readonly #portGroups = new Map<string, Group>();
  readonly #conflicts = new Map<string, number>();

  constructor(groups: Groups, registers: Registers, copies: Copies, gather: Gather) {
    this.#groups = groups;
    this.#registers = registers;
    this.#copies = copies;
    this.#gather = gather;
  }

  /** Copies operands until the group reads at most one constant and one input register. */
  mend(g: Group): void {
    const positions = positionsOf(g);
    const at = (p: Position) => g.lanes[p.lane].args[p.arg];
    const kinds = positions.map(position => {
      const first = at(position[0]).node;
      return isExternal(first) ? this.#groups.source(first) : '';
    });
    for (const bank of BANKS) {
      for (;;) {
        this.#groups.work.spend(1);
        const found = [...new Set(kinds.filter(k => bank.test(k)))];
        if (found.length <= 1) break;
        const moved = this.#leastCost(found, kinds, positions, at);
        kinds.forEach((k, i) => {
          if (k !== moved) return;
          for (const p of positions[i]) setOperand(g, p, { ...at(p), node: this.#portCopy(at(p).node, moved) });
          // Five literals occupy two copied registers. Those that are read together move to one register.
          const gathered = this.#gather.into(positions[i].map(at), false);
          positions[i].forEach((p, k) => void setOperand(g, p, gathered[k]));
          kinds[i] = '';
        });
      }
    }
    this.#literalRoom(g, positions, kinds);
  }

  /** Returns the source that is cheapest to copy: an already copied one, then the most common one, then literals. */
  #leastCost(
    found: readonly string[],
    kinds: readonly string[],
    positions: readonly Position[][],
    at: (p: Position) => Operand,
  ): string {
    const cached = found.find(k => positions.every((ps, i) => kinds[i] !== k || ps.every(p => this.#portCopies.has(at(p).node))));
    if (cached) return cached;
    const count = (k: string) => this.#conflicts.get(k) ?? 0;
    // Two literal sources would need two copies.
    const several = kinds.filter(k => k === 'k').length > 1;
    const first = found.find(k => (k === 'k') !== several) ?? found[0];
    return found.reduce((best, k) => (best !== 'k' && count(k) > count(best) ? k : best), first);
  }

  /** Counts how often each register shares an instruction with another of its bank. */
  count(): void {
    for (const g of this.#groups.all) {
      const sources = new Set(g.lanes.flatMap(l => l.args.map(a => (isExternal(a.node) ? this.#groups.source(a.node) : ''))));
      for (const bank of BANKS) {
        const own = [...sources].filter(s => bank.test(s));
        if (own.length > 1) for (const s of own) this.#conflicts.set(s, (this.#conflicts.get(s) ?? 0) + 1);
      }
    }
  }

  /** Makes the literals of an instruction fit one register of four lanes. */
  #literalRoom(g: Group, positions: readonly Position[][], kinds: string[]): void {
    const values = new Set<number>();
    kinds.forEach((k, i) => {
      if (k !== 'k') return;
      const own = positions[i].map(p => g.lanes[p.lane].args[p.arg].node.value);
      if (new Set([...values, ...own]).size <= 4) {
        for (const v of own) values.add(v);
        return;
      }
      for (const p of positions[i])
        setOperand(g, p, {
          ...g.lanes[p.lane].args[p.arg],
          node: this.#portCopy(g.lanes[p.lane].args[p.arg].node, 'k'),
        });
    });
  }

  #portCopy(node: Node, source: string): Node {
    const known = this.#portCopies.get(node);
    if (known) return known;
    const copy = this.#copies.fresh();
    const host = this.#portGroups.get(source);
    const home = host && this.#registers.of(host.lanes[0].node);
    if (host && home && home.nodes.length < 4) {
      host.lanes.push({ node: copy, args: [operand(node)] });
      this.#groups.of.set(copy, host);
      this.#registers.put(home, copy);
    } else {
      this.#portGroups.set(source, this.#groups.make('mov', [{ node: copy, args: [operand(node)] }], 0));
      this.#registers.make([copy]);
    }
    this.#portCopies.set(node, copy);
    return copy;
  }
}
