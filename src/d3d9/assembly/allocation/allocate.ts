/** Register allocation: maps temporaries to physical registers. */
import type { Node } from '../../symbols/graph/graph.ts';
import type { Work } from '../../work-budget.ts';
import { isExternal } from '../groups/group.ts';
import type { Placed } from '../placed-instruction.ts';
import type { Register, Registers } from '../registers.ts';
import type { AddressRegister } from './address.ts';

/** The physical register and lane of every temporary scalar. */
export interface Allocation {
  readonly register: Map<Register, number>;
  readonly count: number;
}

/**
 * Allocates registers by linear scan. A register takes the first physical one whose lanes are free when its first value is
 * written.
 * `anyLanes`: scalars may take any free lanes (targets with full swizzles). Otherwise their lanes are already fixed.
 */
export function allocate(
  order: readonly Placed[],
  registers: Registers,
  address: AddressRegister,
  anyLanes: boolean,
  work: Work,
): Allocation {
  const last = new Map<Register, number>();
  const see = (n: Node, i: number) => {
    const r = isExternal(n) ? undefined : registers.of(n);
    if (r) last.set(r, i);
  };
  order.forEach((p, i) => {
    for (const n of address.loadsAt(i)) see(n, i);
    for (const l of p.group.lanes) {
      if (!p.output) see(l.node, i);
      for (const a of l.args) {
        see(a.node, i);
      }
    }
  });
  keepThroughLoops(order, registers, last);
  const wish = new Map<Node, number>();
  for (const p of order) {
    if (p.group.op !== 'mov' || p.group.lanes.length < 2) continue;
    for (const l of p.group.lanes)
      if (l.args[0].node.op !== 'const' && isExternal(l.args[0].node)) wish.set(l.node, l.args[0].node.lane);
  }
  const busy: number[][] = [];
  const register = new Map<Register, number>();
  order.forEach((p, i) => {
    if (p.output) return;
    const [first] = p.group.lanes;
    const r = first && registers.of(first.node);
    if (!r || register.has(r)) return;
    // Macros and split instructions write before they have read all operands.
    const free = anyLanes && p.group.op !== 'sincos' ? i : i - 1;
    const until = last.get(r) ?? i;
    for (let k = 0; ; k++) {
      work.spend(1);
      busy[k] ??= [-1, -1, -1, -1];
      const open = [0, 1, 2, 3].filter(l => busy[k][l] <= free);
      const lanes = place(r, open, anyLanes, wish);
      if (!lanes) continue;
      for (const l of lanes) busy[k][l] = until;
      register.set(r, k);
      return;
    }
  });
  return { register, count: busy.length };
}

/** Extends the lifetime of values that are made before a loop and read in it: the next iteration reads them again. */
function keepThroughLoops(order: readonly Placed[], registers: Registers, last: Map<Register, number>): void {
  const first = new Map<Register, number>();
  const open: { from: number; read: Set<Register> }[] = [];
  order.forEach((p, i) => {
    if (p.group.op === 'rep') open.push({ from: i, read: new Set() });
    for (const l of p.group.lanes) {
      for (const n of [l.node, ...l.args.map(a => a.node)]) {
        const r = isExternal(n) ? (n.op === 'relative' ? registers.of(n.args[0]) : undefined) : registers.of(n);
        if (!r) continue;
        if (!first.has(r)) first.set(r, i);
        for (const loop of open) if ((first.get(r) ?? i) < loop.from) loop.read.add(r);
      }
    }
    if (p.group.op === 'endrep') for (const r of open.pop()?.read ?? []) last.set(r, Math.max(last.get(r) ?? 0, i));
  });
}

function place(r: Register, open: readonly number[], anyLanes: boolean, wish: ReadonlyMap<Node, number>): number[] | undefined {
  if (r.whole) return open.length === 4 ? [0, 1, 2, 3] : undefined;
  const pinned = [...r.pinned.values()];
  if (pinned.some(l => !open.includes(l))) return undefined;
  const rest = r.nodes.filter(n => !r.pinned.has(n));
  if (rest.length === 0) return pinned;
  if (!anyLanes) return undefined;
  const free = open.filter(l => !pinned.includes(l));
  if (free.length < rest.length) return undefined;
  // Copies of registers prefer to keep their lanes.
  const wished = rest.map(n => wish.get(n));
  const kept = wished.every(l => l !== undefined && free.includes(l)) && new Set(wished).size === rest.length;
  const lanes = kept ? wished.map(l => l ?? 0) : free;
  rest.forEach((n, i) => void r.pinned.set(n, lanes[i]));
  return [...pinned, ...lanes.slice(0, rest.length)];
}
