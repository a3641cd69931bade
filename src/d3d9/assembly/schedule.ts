/** The order of instructions. */
import type { Node } from '../symbols/graph/graph.ts';
import { type Block, encloses, SHADER } from '../symbols/regions/region.ts';
import type { Group, Groups } from './groups/group.ts';
import type { Flow } from './legalize/flow.ts';
import type { Placed } from './placed-instruction.ts';

const temporary = (group: Group): Placed => ({ group, output: undefined, outputLanes: [] });

/** Orders the instructions so that every value is made before it is read. It works from the outputs down, first use last. */
export function schedule(groups: Groups, outputs: readonly Placed[], kills: readonly Group[], flows: readonly Flow[]): Placed[] {
  const scheduler = new Scheduler(groups, outputs, flows);
  for (const k of kills) scheduler.visit(k);
  for (const f of flows) if (f.region.block === SHADER && f.steps.some(s => s.kind === 'kill')) scheduler.enter(f);
  const late = outputs.filter(isPlainCopy);
  for (const p of outputs.filter(p => !late.includes(p)).sort((a, b) => rank(a) - rank(b))) scheduler.visit(p.group);
  const { order } = scheduler;
  const before = order.length;
  for (const p of late) scheduler.visit(p.group);
  return insertCopies(order.slice(0, before), order.slice(before));
}

/** An element of a block: an instruction, or a whole loop or `if`. */
type Unit = Group | Flow;

const isFlow = (u: Unit): u is Flow => 'region' in u && 'steps' in u;

class Scheduler {
  readonly order: Placed[] = [];
  readonly #groups: Groups;
  readonly #placedOf: ReadonlyMap<Group, Placed>;
  readonly #done = new Set<Unit>();
  /** The flow that carries a register, by the pseudo-instruction that represents it. */
  readonly #flowOf = new Map<Group, { flow: Flow; inside: boolean }>();
  readonly #needs = new Map<Flow, ReadonlySet<Unit>>();

  constructor(groups: Groups, outputs: readonly Placed[], flows: readonly Flow[]) {
    this.#groups = groups;
    this.#placedOf = new Map(outputs.map(p => [p.group, p]));
    for (const flow of flows) {
      for (const c of flow.region.carried) {
        const [inside, after] = [c.inside && groups.of.get(c.inside), groups.of.get(c.after)];
        if (inside) this.#flowOf.set(inside, { flow, inside: true });
        if (after) this.#flowOf.set(after, { flow, inside: false });
      }
    }
  }

  /** Appends an instruction after everything that it needs in its block. */
  visit(root: Group): void {
    this.#visit(root, this.#blockOf(root));
  }

  #visit(root: Unit, block: Block): void {
    if (this.#done.has(root)) return;
    const stack: { unit: Unit; next: number; inner: Unit[] }[] = [];
    const open = (unit: Unit) => {
      this.#groups.work.spend(2);
      this.#done.add(unit);
      const inner = isFlow(unit) ? [...this.#needsOf(unit)] : this.#dependencies(unit);
      stack.push({ unit, next: 0, inner: inner.filter(u => this.#blockOf(u) === block) });
    };
    open(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.next >= top.inner.length) {
        stack.pop();
        if (isFlow(top.unit)) this.#emit(top.unit);
        else this.order.push(this.#placedOf.get(top.unit) ?? temporary(top.unit));
        continue;
      }
      const inner = top.inner[top.next++];
      if (!this.#done.has(inner)) open(inner);
    }
  }

  #blockOf(u: Unit): Block {
    return isFlow(u) ? u.region.block : u.block;
  }

  enter(flow: Flow): void {
    this.#visit(flow, flow.region.block);
  }

  #emit(flow: Flow): void {
    const { region } = flow;
    const [first, second] = region.blocks;
    const mark = (op: string) => void this.order.push(temporary(this.#groups.flow(op, region, region.block)));
    const push = (list: readonly Group[]) => {
      for (const g of list) this.order.push(temporary(g));
    };
    const prepare = (list: readonly Group[], block: Block) => {
      for (const g of list) for (const d of this.#dependencies(g)) if (this.#blockOf(d) === block) this.#visit(d, block);
    };
    push(flow.before);
    if (flow.test) push([flow.test]);
    else mark('rep');
    for (const step of flow.steps) {
      if (step.kind === 'kill') {
        this.#visit(step.group, first);
        continue;
      }
      prepare([...(step.test ? [step.test] : []), ...step.moves], first);
      if (step.test) push([step.test]);
      push(step.moves);
      mark('break');
      if (step.test) mark('endif');
    }
    prepare(flow.ends[0], first);
    push(flow.ends[0]);
    if (region.kind === 'loop') {
      mark('endrep');
      return;
    }
    const before = this.order.length;
    prepare(flow.ends[1] ?? [], second);
    push(flow.ends[1] ?? []);
    if (this.order.length > before) {
      const other = this.order.splice(before);
      mark('else');
      this.order.push(...other);
    }
    mark('endif');
  }

  /** Returns what a loop or `if` needs from the blocks around it. */
  #needsOf(flow: Flow): ReadonlySet<Unit> {
    const known = this.#needs.get(flow);
    if (known) return known;
    const outside = new Set<Unit>();
    const seen = new Set<Unit>();
    const within = (u: Unit) => flow.region.blocks.some(b => encloses(b, this.#blockOf(u)));
    const stack: Unit[] = [...rootsOf(flow)];
    for (let u = stack.pop(); u; u = stack.pop()) {
      this.#groups.work.spend(1);
      const inner = isFlow(u) ? [...rootsOf(u)] : this.#dependencies(u);
      for (const d of inner) {
        if (seen.has(d) || d === flow) continue;
        seen.add(d);
        if (within(d) || rootsOf(flow).includes(d as Group)) stack.push(d);
        else outside.add(d);
      }
    }
    this.#needs.set(flow, outside);
    return outside;
  }

  /** Returns the operands of a group in source order. Registers that an enclosing loop carries are left out. */
  #dependencies(g: Group): Unit[] {
    const out: Unit[] = [];
    const add = (n: Node) => {
      const inner = this.#groups.of.get(n);
      if (!inner || inner === g) return;
      const carried = this.#flowOf.get(inner);
      const unit: Unit = carried ? carried.flow : inner;
      if (!carried?.inside && !out.includes(unit)) out.push(unit);
    };
    const positions = g.lanes.reduce((n, l) => Math.max(n, l.args.length), 0);
    for (let i = 0; i < positions; i++) {
      for (const l of g.lanes) {
        const a = l.args[i];
        if (!a) continue;
        if (a.node.op === 'relative') add(a.node.args[0]);
        add(a.node);
      }
    }
    return out.sort((a, b) => age(a) - age(b));
  }
}

function rootsOf(flow: Flow): Group[] {
  const steps = flow.steps.flatMap(s => (s.kind === 'kill' ? [s.group] : [...(s.test ? [s.test] : []), ...s.moves]));
  return [...flow.before, ...(flow.test ? [flow.test] : []), ...steps, ...flow.ends.flat()];
}

/** True for a value that is only copied to an output. */
const isPlainCopy = (p: Placed): boolean => p.group.op === 'mov';

/** Inserts the copies to outputs right after the last reader of their source. Copies of inputs and constants come last. */
function insertCopies(order: readonly Placed[], late: readonly Placed[]): Placed[] {
  const last = new Map<Node, number>();
  const copied = new Map<Node, Node>();
  order.forEach((p, i) => {
    for (const l of p.group.lanes) {
      if (p.group.op === 'mov' && !p.output) copied.set(l.node, l.args[0].node);
      last.set(l.node, i);
      for (const a of l.args) {
        last.set(a.node, i);
        const original = copied.get(a.node);
        if (original) last.set(original, i);
      }
    }
  });
  const out: Placed[] = [];
  const ends = endsOfFlow(order);
  const at = (p: Placed) =>
    ends(
      Math.max(
        ...p.group.lanes.map(l =>
          l.args[0].node.op === 'input' || l.args[0].node.op === 'uniform' || l.args[0].node.op === 'const'
            ? order.length
            : (last.get(l.args[0].node) ?? order.length),
        ),
      ),
    );
  const simple = late.filter(p => p.output);
  const made = late.filter(p => !p.output);
  order.forEach((p, i) => {
    out.push(p, ...(made.length === 0 ? simple.filter(c => at(c) === i) : []));
  });
  out.push(...(made.length === 0 ? simple.filter(c => at(c) >= order.length) : late));
  return out;
}

/** Outputs follow source order. Plain copies of uncomputed values come last. */
const rank = (p: Placed): number => {
  const made = p.group.lanes.map(l => l.node.id).filter(id => id >= 0);
  if (made.length > 0) return Math.max(...made);
  if (p.group.op === 'mul') return Number.MAX_SAFE_INTEGER;
  const read = p.group.lanes.flatMap(l =>
    l.args.map(a => (a.node.op === 'const' || a.node.op === 'input' || a.node.op === 'uniform' ? 0 : a.node.id)),
  );
  const last = Math.max(...read);
  return last > 0 ? last + 0.5 : Number.MAX_SAFE_INTEGER;
};

/** Copies come just before their readers. Loops and `if`s keep their source order. */
const age = (u: Unit): number => {
  if (isFlow(u)) return u.region.carried[0]?.after.id ?? 0;
  const made = u.lanes.map(l => l.node.id).filter(id => id >= 0);
  return made.length > 0 ? Math.min(...made) : Number.MAX_SAFE_INTEGER;
};

/**
 * Returns a function that maps an instruction's index to itself, or to the end of the outermost loop or `if` that contains it.
 */
function endsOfFlow(order: readonly Placed[]): (i: number) => number {
  const end: number[] = [];
  let depth = 0;
  let from = 0;
  order.forEach(({ group }, i) => {
    end[i] = i;
    if (group.op === 'rep' || group.op.startsWith('if_')) {
      if (depth++ === 0) from = i;
    } else if ((group.op === 'endrep' || group.op === 'endif') && --depth === 0) end.fill(i, from);
  });
  return i => end[i] ?? i;
}
