/** Flow control: the instructions around kept loops and branches. */
import type { Node } from '../../symbols/graph/graph.ts';
import type { Region, Test } from '../../symbols/regions/region.ts';
import { type Group, type Groups, type Operand, operand, readOperand } from '../groups/group.ts';
import type { Registers } from '../registers.ts';
import type { Copies } from './copies.ts';
import type { ReadPortLimiter } from './read-port-limiter.ts';

/** One step of a loop: a `break` under a condition, after copies of the variables' current values, or a `texkill`. */
export type Step =
  | { readonly kind: 'break'; readonly test: Group | undefined; readonly moves: readonly Group[] }
  | { readonly kind: 'kill'; readonly group: Group };

/** A kept loop or `if`: the instructions around those of its blocks. */
export interface Flow {
  readonly region: Region;
  /** Before a loop: copies of its variables' initial values. */
  readonly before: readonly Group[];
  /** `if`: the comparison that it tests. */
  readonly test: Group | undefined;
  readonly steps: readonly Step[];
  /** At the end of each block: copies of the variables' values. */
  readonly ends: readonly (readonly Group[])[];
}

interface Move {
  readonly to: Node;
  readonly home: number;
  readonly from: Operand;
}

/** Makes the flow instructions of all kept loops and `if`s. */
export class FlowBuilder {
  readonly #groups: Groups;
  readonly #registers: Registers;
  readonly #copies: Copies;
  readonly #ports: ReadPortLimiter;
  readonly #kill: (k: Operand) => Group;

  constructor(groups: Groups, registers: Registers, copies: Copies, ports: ReadPortLimiter, kill: (k: Operand) => Group) {
    this.#groups = groups;
    this.#registers = registers;
    this.#copies = copies;
    this.#ports = ports;
    this.#kill = kill;
  }

  /** Assigns registers to the carried scalars. */
  reserve(): void {
    for (const { carried } of this.#groups.placement.regions) {
      for (const home of new Set(carried.map(c => c.home))) {
        const own = carried.filter(c => c.home === home);
        for (const nodes of [own.flatMap(c => c.inside ?? []), own.map(c => c.after)]) {
          const r = this.#registers.make(nodes);
          r.closed = true;
          nodes.forEach((n, lane) => void r.pinned.set(n, lane));
        }
      }
    }
  }

  build(): Flow[] {
    return this.#groups.placement.regions.map(({ region, carried }) => {
      const read = (n: Node) => readOperand(n, this.#groups.target);
      const into = (value: (c: (typeof carried)[number]) => Node | undefined): Move[] =>
        carried.flatMap(c => {
          const from = value(c);
          const to = c.inside ?? c.after;
          return from && from !== to ? [{ to, home: c.home, from: read(from) }] : [];
        });
      const [body] = region.blocks;
      const index = new Map(region.carried.map((c, i) => [c, i]));
      return {
        region,
        before: this.#moves(into(c => c.before)),
        test: region.test && this.#test(region, region.test),
        steps: region.effects.map((e): Step => {
          if (e.kind === 'kill') return { kind: 'kill', group: this.#kill(read(e.value)) };
          const known = e.test.a.op === 'const' && e.test.b.op === 'const';
          const moves = this.#moves(this.#apart(into(c => e.values[index.get(c) ?? 0])));
          return { kind: 'break', test: known ? undefined : this.#test(region, e.test, body), moves };
        }),
        ends: region.blocks.map((_, i) => this.#moves(this.#apart(into(c => c.ends[i])))),
      };
    });
  }

  #test(region: Region, { op, a, b }: Test, block = region.block): Group {
    const args = [a, b].map(n => readOperand(n, this.#groups.target));
    const group = this.#groups.flow(`if_${op}`, region, block, args);
    this.#ports.mend(group);
    return group;
  }

  /** Separates copies that happen at once: a value that one copy overwrites and another reads goes through its own register. */
  #apart(moves: readonly Move[]): Move[] {
    const written = new Set(moves.map(m => m.to));
    return moves.map(m => {
      if (!written.has(m.from.node)) return m;
      const [copy] = this.#copies.to(this.#registers.make([]), [operand(m.from.node)], false);
      return { ...m, from: { ...m.from, node: copy } };
    });
  }

  /** Makes one copy instruction for the scalars of a register that share a source register. */
  #moves(moves: readonly Move[]): Group[] {
    return [...new Set(moves.map(m => m.home))].flatMap(home => {
      const own = moves.filter(m => m.home === home);
      return this.#copies.parts(own.map(m => m.from)).map(part => {
        const kept = part.map(i => this.#groups.of.get(own[i].to));
        const group = this.#copies.group(
          part.map(i => own[i].from),
          i => own[part[i]].to,
        );
        // The register remains that of the loop or `if`: the copy is one of several that write it.
        part.forEach((i, k) => {
          const carried = kept[k];
          if (carried) this.#groups.of.set(own[i].to, carried);
        });
        this.#groups.remove(group);
        return group;
      });
    });
  }
}
