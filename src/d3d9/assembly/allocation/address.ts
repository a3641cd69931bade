import type { Node } from '../../symbols/graph/graph.ts';
import type { Placed } from '../placed-instruction.ts';
import type { Registers } from '../registers.ts';

const LETTERS = 'xyzw';

/**
 * Schedules the loads of the address register a0, which has four lanes.
 * Indices that several instructions use load together with the others of their register.
 * Of indices used once, Microsoft's compiler loads the last two of a weighted sum together, and those of a plain sum in pairs.
 */
export class AddressRegister {
  readonly #loads = new Map<number, Node[]>();
  #lanes = new Map<Node, number>();
  readonly #lanesAt = new Map<number, Map<Node, number>>();

  constructor(order: readonly Placed[], registers: Registers) {
    const uses: { index: number; node: Node; product: boolean; stretch: number }[] = [];
    // The content of a0 is known only between two instructions of flow control.
    let stretch = 0;
    order.forEach((p, index) => {
      if (p.group.region) stretch++;
      const seen = new Set<Node>();
      for (const l of p.group.lanes) {
        for (const a of l.args) {
          if (a.node.op !== 'relative' || seen.has(a.node.args[0])) continue;
          seen.add(a.node.args[0]);
          uses.push({ index, node: a.node.args[0], product: p.group.op === 'mul' || p.group.op === 'mad', stretch });
        }
      }
    });
    const count = new Map<Node, number>();
    for (const u of uses) count.set(u.node, (count.get(u.node) ?? 0) + 1);
    let held: Node[] = [];
    uses.forEach((u, i) => {
      if (i > 0 && uses[i - 1].stretch !== u.stretch) held = [];
      if (!held.includes(u.node)) {
        const needed = uses.filter(v => v.index === u.index).map(v => v.node);
        const rest = uses.slice(i).filter(v => v.stretch === u.stretch);
        held = [...new Set([...needed, ...upcoming(u.node, rest, count, registers)])].slice(0, 4);
        this.#loads.set(u.index, held);
      }
      this.#lanesAt.set(u.index, new Map(held.map((n, k) => [n, k])));
    });
  }

  /** Returns the indices that are loaded before the instruction of this number. */
  loadsAt(index: number): readonly Node[] {
    return this.#loads.get(index) ?? [];
  }

  /** Returns the groups of indices that must be loaded before the instruction of this number. */
  before(index: number): Node[][] {
    this.#lanes = this.#lanesAt.get(index) ?? this.#lanes;
    const load = this.#loads.get(index);
    return load ? [load] : [];
  }

  lane(address: Node): string {
    return LETTERS[this.#lanes.get(address) ?? 0];
  }
}

function upcoming(
  node: Node,
  rest: readonly { node: Node; product: boolean }[],
  count: ReadonlyMap<Node, number>,
  registers: Registers,
): Node[] {
  const home = registers.of(node);
  const together = [...new Set(rest.map(r => r.node))].filter(n => registers.of(n) === home);
  if ((count.get(node) ?? 0) > 1) return together.filter(n => (count.get(n) ?? 0) > 1);
  const run: Node[] = [];
  for (const r of rest) {
    if (registers.of(r.node) !== home) break;
    if (!run.includes(r.node)) run.push(r.node);
  }
  const product = rest[0].product;
  if (product) return run.length <= 2 ? run : [run[0]];
  return run.slice(0, 2);
}
