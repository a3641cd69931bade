/** Removes the copies at the ends of a kept `if`: the instructions of its sides write the result's register, or the output. */
import type { Node } from '../../symbols/graph/graph.ts';
import type { Region } from '../../symbols/regions/region.ts';
import type { Placed } from '../placed-instruction.ts';
import type { Registers } from '../registers.ts';
import { mergeCopy, rename } from './coalesce.ts';

/** A side of an `if` in the order of instructions: those between `start` and `end` belong to it. */
interface Side {
  readonly start: number;
  readonly end: number;
}

/** Returns the order without the copies that became redundant, and without an `else` that holds nothing. */
export function coalesceBranches(order: readonly Placed[], registers: Registers, regions: readonly Region[]): Placed[] {
  const branches = regions.filter(r => r.kind === 'if');
  if (branches.length === 0) return [...order];
  const results = new Set(branches.flatMap(r => r.carried.map(c => c.after)));
  let current = writeOutputs([...order], results);
  const gone = new Set<Placed>();
  for (const { start, end } of sidesOf(current)) {
    for (let i = end - 1; i > start; i--) {
      const p = current[i];
      if (p.group.op !== 'mov' || gone.has(p)) continue;
      if (p.output) {
        const at = directOutput(current, start, i);
        if (at === undefined) continue;
        current[at] = { ...p, group: current[at].group };
        gone.add(p);
      } else if (p.group.lanes.every(l => results.has(l.node)) && mergeCopy(current, start, i, end, registers)) gone.add(p);
    }
  }
  current = current.filter(p => !gone.has(p));
  keepOldValues(current, registers, results);
  current = current.filter(p => !isSelfCopy(p));
  return current.filter((p, i) => p.group.op !== 'else' || current[i + 1]?.group.op !== 'endif');
}

/** Copies a result of an `if` that only an output reads to that output in both sides, from the outermost `if` inwards. */
function writeOutputs(order: Placed[], results: ReadonlySet<Node>): Placed[] {
  let current = order;
  for (;;) {
    const at = current.findIndex(p => isOutputCopy(current, p, results));
    if (at < 0) return current;
    const { group, output } = current[at];
    const lane = new Map(group.lanes.map((l, i) => [l.args[0].node, current[at].outputLanes[i]]));
    current = current
      .filter((_, i) => i !== at)
      .map(p =>
        p.group.op === 'mov' && !p.output && p.group.lanes.every(l => lane.has(l.node))
          ? { group: p.group, output, outputLanes: p.group.lanes.map(l => lane.get(l.node) ?? 0) }
          : p,
      );
  }
}

/** True for the only reader of a whole result, which copies it to a whole output. */
function isOutputCopy(order: readonly Placed[], p: Placed, results: ReadonlySet<Node>): boolean {
  if (p.group.op !== 'mov' || !p.output) return false;
  const { lanes } = p.group;
  if (!lanes.every(l => results.has(l.args[0].node) && !l.args[0].neg && !l.args[0].abs)) return false;
  const from = new Set(lanes.map(l => l.args[0].node));
  if (from.size < lanes.length || order.some(q => q !== p && q.output === p.output && !sameIf(order, p, q))) return false;
  const read = order.some(q => q !== p && q.group.lanes.some(l => l.args.some(a => from.has(a.node))));
  const writers = order.filter(q => !q.output && q.group.lanes.some(l => from.has(l.node)));
  return !read && writers.every(q => q.group.op === 'mov' && q.group.lanes.every(l => from.has(l.node)));
}

/** True where the other writer of the output is in another side of an `if` around this one. */
function sameIf(order: readonly Placed[], p: Placed, q: Placed): boolean {
  return sidesOf(order).some(({ start, end }) => {
    const inside = (x: Placed) => order.indexOf(x) > start && order.indexOf(x) < end;
    return inside(p) !== inside(q);
  });
}

/** Returns the sides of every `if`, inner ones first. */
function sidesOf(order: readonly Placed[]): Side[] {
  const sides: Side[] = [];
  const open: number[] = [];
  order.forEach(({ group }, i) => {
    if (group.op.startsWith('if_')) open.push(i);
    if (group.op !== 'else' && group.op !== 'endif') return;
    const start = open.pop() ?? 0;
    sides.push({ start, end: i });
    if (group.op === 'else') open.push(i);
  });
  return sides;
}

/** Finds the instruction of the side that can write the output itself instead of the copy at `at`. */
function directOutput(order: readonly Placed[], start: number, at: number): number | undefined {
  const copy = order[at];
  if (copy.group.lanes.some(l => l.args[0].neg || l.args[0].abs)) return undefined;
  const from = copy.group.lanes.map(l => l.args[0].node);
  const maker = order.findLastIndex((p, i) => i < at && i > start && p.group.lanes.some(l => l.node === from[0]));
  if (maker < 0 || order[maker].output) return undefined;
  const { group } = order[maker];
  const whole = group.lanes.length === from.length && group.lanes.every((l, i) => l.node === from[i]);
  const texel = group.op !== 'tex' || group.lanes.every((l, i) => l.node.lane === copy.outputLanes[i]);
  if (!whole || !texel || group.op === 'sincos' || group.op === 'carried') return undefined;
  const read = order.some((p, i) => i !== at && p.group.lanes.some(l => l.args.some(a => from.includes(a.node))));
  return read ? undefined : maker;
}

/** Lets a side that keeps the value from before the `if` have it in the result's register already. */
function keepOldValues(order: Placed[], registers: Registers, results: ReadonlySet<Node>): void {
  for (const { start, end } of sidesOf(order)) {
    for (let i = end - 1; i > start; i--) {
      const { group, output } = order[i];
      if (group.op !== 'mov' || output || !group.lanes.every(l => results.has(l.node))) continue;
      const to = new Map(group.lanes.map(l => [l.args[0].node, l.node]));
      if (group.lanes.some(l => l.args[0].neg || l.args[0].abs) || to.size < group.lanes.length) continue;
      const [old] = to.keys();
      const maker = order.findLastIndex((p, k) => k < start && p.group.lanes.some(l => l.node === old));
      const home = registers.of(group.lanes[0].node);
      const from = registers.of(old);
      if (maker < 0 || order[maker].output || !home || !from || from.closed || from.nodes.some(n => !to.has(n))) continue;
      const made = order[maker].group;
      if (made.lanes.length !== to.size || made.op === 'sincos') continue;
      if (made.op === 'tex' && ![...to].every(([n, c]) => n.lane === home.pinned.get(c))) continue;
      if (!isSafe(order, maker, i, to)) continue;
      if (made.op === 'tex') home.whole = true;
      rename(order, to);
    }
  }
}

/** True where no loop and no other use of the result stands between, and nobody reads the old value after the result changed. */
function isSafe(order: readonly Placed[], maker: number, copy: number, to: ReadonlyMap<Node, Node>): boolean {
  const results = new Set(to.values());
  let changed = false;
  return order.every(({ group }, i) => {
    const reads = group.lanes.some(l => l.args.some(a => to.has(a.node)));
    if (i < maker) return !group.lanes.some(l => results.has(l.node) || l.args.some(a => results.has(a.node)));
    if (i > maker && i < copy && (group.op === 'rep' || group.op === 'endrep')) return false;
    if (i > maker && i < copy && group.lanes.some(l => l.args.some(a => results.has(a.node)))) return false;
    if (i !== maker && group.lanes.some(l => to.has(l.node))) return false;
    if (reads && i !== copy && (changed || i > copy)) return false;
    if (i !== copy && group.lanes.some(l => results.has(l.node))) changed = true;
    return true;
  });
}

const isSelfCopy = ({ group, output }: Placed): boolean =>
  group.op === 'mov' &&
  !output &&
  group.lanes.length > 0 &&
  group.lanes.every(l => l.node === l.args[0].node && !l.args[0].neg && !l.args[0].abs);
