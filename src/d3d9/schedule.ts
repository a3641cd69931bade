import type { Node } from './graph.ts';
import type { Group, Groups } from './group.ts';
import type { Placed } from './legalize.ts';

/** Instructions in an order where every value is made before it is read: from the outputs down, first use last. */
export function schedule(groups: Groups, outputs: readonly Placed[], kills: readonly Group[]): Placed[] {
  const order: Placed[] = [];
  const done = new Set<Group>();
  const temporary = (group: Group): Placed => ({ group, output: undefined, outputLanes: [] });
  const placedOf = new Map(outputs.map(p => [p.group, p]));
  const visit = (root: Placed) => {
    const stack: { placed: Placed; next: number; inner: Group[] }[] = [];
    const open = (p: Placed) => {
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
  for (const p of [...outputs].sort((a, b) => rank(a) - rank(b))) visit(p);
  return order;
}

/** Outputs are written in the order of the source; plain copies of what needs no work come last. */
const rank = (p: Placed): number => {
  const made = p.group.lanes.map(l => l.node.id).filter(id => id >= 0);
  if (made.length > 0) return Math.max(...made);
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
  return out;
}
