import type { Node } from '../symbols/graph.ts';
import type { Group, Groups } from './group.ts';
import type { Placed } from './placed.ts';

/** Instructions in an order where every value is made before it is read: from the outputs down, first use last. */
export function schedule(groups: Groups, outputs: readonly Placed[], kills: readonly Group[]): Placed[] {
  const order: Placed[] = [];
  const done = new Set<Group>();
  const temporary = (group: Group): Placed => ({ group, output: undefined, outputLanes: [] });
  const placedOf = new Map(outputs.map(p => [p.group, p]));
  const visit = (root: Placed) => {
    const stack: { placed: Placed; next: number; inner: Group[] }[] = [];
    const open = (p: Placed) => {
      groups.work.spend(2);
      done.add(p.group);
      stack.push({ placed: p, next: 0, inner: dependencies(groups, p.group) });
    };
    if (!done.has(root.group)) open(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.next >= top.inner.length) {
        order.push(top.placed);
        stack.pop();
        continue;
      }
      const inner = top.inner[top.next++];
      if (!done.has(inner)) open(placedOf.get(inner) ?? temporary(inner));
    }
  };
  for (const k of kills) visit(temporary(k));
  const late = outputs.filter(isPlainCopy);
  for (const p of outputs.filter(p => !late.includes(p)).sort((a, b) => rank(a) - rank(b))) visit(p);
  const before = order.length;
  for (const p of late) visit(p);
  return insertCopies(order.slice(0, before), order.slice(before));
}

/** A value that is only handed on to an output. */
const isPlainCopy = (p: Placed): boolean => p.group.op === 'mov';

/** Copies to the outputs stand right behind the last reader of what they copy; copies of inputs and constants at the end. */
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
  const at = (p: Placed) =>
    Math.max(
      ...p.group.lanes.map(l =>
        l.args[0].node.op === 'input' || l.args[0].node.op === 'uniform' || l.args[0].node.op === 'const'
          ? order.length
          : (last.get(l.args[0].node) ?? order.length),
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

/** Outputs are written in the order of the source; plain copies of what needs no work come last. */
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

function dependencies(groups: Groups, g: Group): Group[] {
  const out: Group[] = [];
  const add = (n: Node) => {
    const inner = groups.of.get(n);
    if (inner && inner !== g && !out.includes(inner)) out.push(inner);
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
  // In the order in which the source makes them.
  return out.sort((a, b) => age(a) - age(b));
}

/** Copies come just before what needs them. */
const age = (g: Group): number => {
  const made = g.lanes.map(l => l.node.id).filter(id => id >= 0);
  return made.length > 0 ? Math.min(...made) : Number.MAX_SAFE_INTEGER;
};
