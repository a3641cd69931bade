/** Joins scalar instructions into vector instructions. */
import type { Node } from '../../symbols/graph/graph.ts';
import { COMMUTATIVE, COMPONENTWISE, type Group, type Groups } from './group.ts';

/** Joins instructions with the same operation and source registers, up to four lanes each. */
export function vectorize(groups: Groups): void {
  // Lanes that differ in every source come first: x + 1, y + 1, z + 1 join before x + 1 and x + 2 do.
  join(groups, true);
  join(groups, false);
}

function sourcesOf(groups: Groups, g: Group): string[] | undefined {
  const keys = g.lanes[0].args.map((a, i) => {
    const source = groups.source(a.node);
    if (g.lanes.some(l => groups.source(l.args[i].node) !== source)) return undefined;
    return `${a.neg ? '-' : ''}${a.abs ? '|' : ''}${source}`;
  });
  if (keys.some(k => k === undefined) || keys.every(k => k === 'k')) return undefined;
  return keys.flatMap(k => k ?? []);
}

/** True where the lanes of the two groups share no computed operand. */
function distinct(a: Group, b: Group): boolean {
  return a.lanes.every(x => b.lanes.every(y => x.args.every((p, i) => p.node !== y.args[i].node || p.node.op === 'const')));
}

/** True for a group made for the one instruction that reads its lanes in order (symbols/vector-mads.ts). */
const isOwn = (g: Group): boolean => g.op !== 'tex' && g.lanes[0].node.register > 0;

/** Returns the products that only sums read: they become mad, and join no other products. */
function summands(groups: Groups): Set<Group> {
  const others = new Set<Node>();
  const summed = new Set<Node>();
  for (const g of groups.all) for (const l of g.lanes) for (const a of l.args) (g.op === 'add' ? summed : others).add(a.node);
  for (const o of groups.flowReads()) others.add(o.node);
  const products = [...groups.all].filter(g => g.op === 'mul');
  return new Set(products.filter(g => g.lanes.every(l => summed.has(l.node) && !others.has(l.node))));
}

function join(groups: Groups, distinctOnly: boolean): void {
  const sums = summands(groups);
  const buckets = new Map<string, Group[]>();
  for (const group of [...groups.all]) {
    const key = COMPONENTWISE.has(group.op) && !isOwn(group) ? sourcesOf(groups, group) : undefined;
    if (!key) continue;
    const kind = `${group.op}/${group.block.id}/${sums.has(group)}`;
    const direct = `${kind}/${key.join('/')}`;
    const other = COMMUTATIVE.has(group.op) ? `${kind}/${key[1]}/${key[0]}` : direct;
    const swap = !buckets.has(direct) && buckets.has(other);
    const bucket = buckets.get(direct) ?? buckets.get(other);
    if (!bucket) {
      buckets.set(direct, [group]);
      continue;
    }
    if (swap) for (const l of group.lanes) l.args.reverse();
    const host = bucket
      .slice(-6)
      .find(
        b =>
          b.lanes.length + group.lanes.length <= 4 &&
          (!distinctOnly || distinct(b, group)) &&
          !dependsOn(groups, group, b) &&
          !dependsOn(groups, b, group),
      );
    if (!host) {
      bucket.push(group);
      continue;
    }
    for (const l of group.lanes) {
      host.lanes.push(l);
      groups.of.set(l.node, host);
    }
    groups.remove(group);
  }
}

/** True where the group needs the goal's result, directly or not. A search that takes too long counts as true. */
export function dependsOn(groups: Groups, group: Group, goal: Group): boolean {
  const stamp = ++groups.stamp;
  const { marks, of } = groups;
  const stack = [group];
  for (let steps = 0, g = stack.pop(); g; g = stack.pop()) {
    for (const l of g.lanes) {
      for (const a of l.args) {
        const inner = of.get(a.node.op === 'relative' ? a.node.args[0] : a.node);
        if (!inner || marks[inner.id] === stamp) continue;
        if (inner === goal) return true;
        marks[inner.id] = stamp;
        stack.push(inner);
      }
    }
    if (++steps > 1000) return true;
  }
  groups.work.spend(1);
  return false;
}
