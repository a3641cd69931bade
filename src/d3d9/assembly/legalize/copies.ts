import type { Algebra } from '../../symbols/graph/fold-scalars.ts';
import type { Node } from '../../symbols/graph/graph.ts';
import { type Group, type Groups, isExternal, type Lane, type Operand, operand } from '../groups/group.ts';
import type { Register, Registers } from '../registers.ts';

/** Copies scalars to registers where an instruction can read them, and records the copies. */
export class Copies {
  readonly #groups: Groups;
  readonly #g: Algebra;
  readonly #registers: Registers;
  readonly #room: (group: Group) => void;
  readonly #copies = new Map<Node, Node[]>();
  #next = -1;

  /** @param room - mends an instruction that reads too many constants or inputs. */
  constructor(groups: Groups, g: Algebra, registers: Registers, room: (group: Group) => void) {
    this.#groups = groups;
    this.#g = g;
    this.#registers = registers;
    this.#room = room;
  }

  /**
   * Copies each operand into register `r`: at its index in the list where `pinned`, else at any lane.
   * Returns the copies in order.
   */
  to(r: Register, operands: readonly Operand[], pinned: boolean): Node[] {
    const out: Node[] = new Array(operands.length);
    for (const part of this.parts(operands)) {
      this.group(
        part.map(i => operands[i]),
        i => {
          const node = this.fresh();
          this.#registers.put(r, node);
          if (pinned) r.pinned.set(node, part[i]);
          out[part[i]] = node;
          return node;
        },
      );
    }
    return out;
  }

  /**
   * Splits operands into the sets that one instruction can copy: those of one register. Literals join inputs through a
   * multiplication with 1 and 0.
   */
  parts(operands: readonly Operand[]): number[][] {
    const parts = new Map<string, number[]>();
    const free = this.#groups.target.swizzles;
    const values = operands.flatMap(o => (o.node.op === 'const' ? [o.node.value] : []));
    const literals = values.length;
    // ps_2_0 reads a value for several lanes from one lane of a literal register.
    const repeated = literals < 4 && new Set(values).size < literals;
    // Beside one lane of a temporary, only a single literal joins.
    const few = (o: Operand) => !isExternal(o.node) && operands.filter(p => this.#key(p) === this.#key(o)).length + literals <= 2;
    const input =
      free && literals > 0
        ? (operands.find(o => o.node.op === 'input' && !o.neg && !o.abs) ?? operands.find(o => few(o) && !o.neg && !o.abs))
        : undefined;
    const inputKey = input && this.#key(input);
    operands.forEach((o, i) => {
      const made = this.#groups.of.get(o.node);
      const paired = !o.neg || operands.some(p => !p.neg && made && this.#groups.of.get(p.node) === made);
      const own = !free && o.node.op === 'const' && repeated ? `=${o.node.value}` : '';
      const key = inputKey && o.node.op === 'const' ? inputKey : this.#key(o) + own + (paired ? '' : '-');
      const list = parts.get(key) ?? [];
      list.push(i);
      parts.set(key, list);
    });
    return [...parts.values()];
  }

  /** Makes one instruction that copies all operands. `name(i)` makes the scalar that receives operand i. */
  group(operands: readonly Operand[], name: (i: number) => Node): Group {
    const constant = (v: number) => operand(this.#g.constant(v));
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
      this.#room(group);
      return group;
    }
    return this.#groups.make(
      'mov',
      operands.map((o, i) => ({ node: name(i), args: [o] })),
      0,
    );
  }

  #key(o: Operand): string {
    if (o.node.op === 'const') return 'k';
    const at = isExternal(o.node) ? this.#groups.source(o.node) : `r${this.#registers.of(o.node)?.id}`;
    return at + (o.abs ? `|${o.neg ? '-' : ''}` : '');
  }

  /** Returns the node, or a copy of it, in the register. */
  at(r: Register, n: Node): Node | undefined {
    if (r.nodes.includes(n)) return n;
    return this.#copies.get(n)?.find(c => this.#registers.of(c) === r);
  }

  /** Returns the registers that hold copies of any of the scalars. */
  homes(nodes: readonly Node[]): Register[] {
    return [...new Set(nodes.flatMap(n => (this.#copies.get(n) ?? []).flatMap(c => this.#registers.of(c) ?? [])))];
  }

  /** Records `copy`, so that later readers of `n` find it. */
  remember(n: Node, copy: Node): void {
    const list = this.#copies.get(n) ?? [];
    list.push(copy);
    this.#copies.set(n, list);
  }

  /** Makes a new scalar for a copy. Its id is negative, so it never collides with the graph's. */
  fresh(): Node {
    const id = this.#next--;
    return { id, op: 'copy', args: [], value: 0, lane: 0, variable: undefined, register: 0, birth: 0, lines: new Set() };
  }
}
