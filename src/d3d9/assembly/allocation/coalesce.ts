import type { Node } from '../../symbols/graph/graph.ts';
import type { Region } from '../../symbols/regions/region.ts';
import type { Placed } from '../placed-instruction.ts';
import type { Registers } from '../registers.ts';

/**
 * Gives each scalar that a loop carries one register inside and behind the loop.
 * Instructions write the carried register directly where the copy at the end of the loop becomes redundant.
 * Returns the order without those copies.
 */
export function coalesce(order: readonly Placed[], registers: Registers, regions: readonly Region[]): Placed[] {
  if (regions.length === 0) return [...order];
  const names = new Map<Node, Node>();
  for (const r of regions) for (const c of r.carried) if (c.inside) names.set(c.after, c.inside);
  rename(order, names);
  const gone = new Set<Placed>();
  const starts: number[] = [];
  order.forEach((p, end) => {
    if (p.group.op === 'rep') starts.push(end);
    if (p.group.op !== 'endrep' || !p.group.region) return;
    const start = starts.pop() ?? 0;
    const carried = new Set(p.group.region.carried.flatMap(c => c.inside ?? []));
    for (let i = end - 1; i > start && isCopyInto(order[i], carried); i--)
      if (mergeCopy(order, start, i, end, registers)) gone.add(order[i]);
  });
  return order.filter(p => !gone.has(p));
}

/** Replaces scalars in all instructions. */
export function rename(order: readonly Placed[], names: ReadonlyMap<Node, Node>): void {
  for (const { group } of order) {
    group.lanes = group.lanes.map(l => ({
      node: names.get(l.node) ?? l.node,
      args: l.args.map(a => {
        const node = names.get(a.node);
        return node ? { ...a, node } : a;
      }),
    }));
  }
}

const isCopyInto = ({ group, output }: Placed, carried: ReadonlySet<Node>): boolean =>
  group.op === 'mov' && !output && group.lanes.every(l => carried.has(l.node));

/**
 * Lets the instruction that makes the source of the copy `order[at]` write the carried register. Returns false where that is
 * unsafe.
 */
export function mergeCopy(order: readonly Placed[], start: number, at: number, end: number, registers: Registers): boolean {
  const copy = order[at].group;
  if (copy.lanes.some(l => l.args[0].neg || l.args[0].abs)) return false;
  const to = new Map(copy.lanes.map(l => [l.args[0].node, l.node]));
  if (to.size < copy.lanes.length) return false;
  const maker = order.findLastIndex((p, i) => i < at && i > start && p.group.lanes.some(l => to.has(l.node)));
  if (maker < 0) return false;
  const { group } = order[maker];
  const tex = group.op === 'tex';
  const made = group.lanes.filter(l => to.has(l.node)).length;
  if (made < to.size || (!tex && group.lanes.length > to.size) || group.op === 'sincos' || order[maker].output) return false;
  const home = registers.of(copy.lanes[0].node);
  const from = registers.of([...to.keys()][0]);
  if (!home || !from || from === home || from.closed || from.nodes.some(n => !to.has(n) && !tex)) return false;
  if (tex) {
    // A fetch writes all four lanes, each to its own place.
    if (home.nodes.length > to.size || [...to].some(([n, c]) => n.lane !== home.pinned.get(c))) return false;
    if (order.some(p => p.group.lanes.some(l => l.args.some(a => group.lanes.some(x => x.node === a.node) && !to.has(a.node)))))
      return false;
  }
  const carried = new Set(to.values());
  let depth = 0;
  for (let i = maker + 1; i < end; i++) {
    const { group: later } = order[i];
    if (later.op === 'rep' || later.op.startsWith('if_')) depth++;
    if (later.op === 'endrep' || later.op === 'endif') depth--;
    if (depth < 0 || later.op === 'break') return false;
    // Another instruction reads or changes the carried value after this one would overwrite it.
    if (i !== at && later.lanes.some(l => carried.has(l.node) || l.args.some(a => carried.has(a.node)))) return false;
  }
  for (let i = start + 1; i < maker; i++) {
    // The value is made in an inner block, so the copy is not redundant.
    if (order[i].group.lanes.some(l => to.has(l.node))) return false;
  }
  if (tex) home.whole = true;
  rename(order.slice(start, end + 1), to);
  return true;
}
