/** The first instructions: one group for the scalars that one source operation made. */
import type { Node } from '../../symbols/graph/graph.ts';
import type { Placement } from '../../symbols/regions/place-in-blocks.ts';
import type { Target } from '../../target.ts';
import type { Work } from '../../work-budget.ts';
import { COMPONENTWISE, type Group, Groups, isExternal, type Lane, readOperand } from './group.ts';
import { dependsOn, vectorize } from './vectorize.ts';

/** Builds the groups of everything that the outputs need. Scalars with the same birth and operation share a group. */
export function buildGroups(target: Target, placement: Placement, work: Work): Groups {
  const groups = new Groups(target, placement, work);
  const order = placement.live;
  carryThroughFlow(groups);
  const claimed = claimColumns(order);
  const born = new Map<string, Group>();
  for (const node of order) {
    if (isExternal(node) || node.op === 'texel') {
      if (node.op === 'texel') addTexel(groups, node);
      continue;
    }
    if (node.op === 'carried' || node.op === 'neg' || (node.op === 'abs' && target.absModifier)) continue;
    if (node.op === 'tex') {
      groups.texOf.set(node, groups.make('tex', [], node.birth, vectorsOfTex(node), node, groups.blockOf(node)));
      continue;
    }
    const lane: Lane = { node, args: node.args.map(a => readOperand(a, target)) };
    if (node.op === 'dp') {
      groups.make('dp', [lane], node.birth, [node.args.length / 2, node.args.length / 2]);
      continue;
    }
    if (node.op === 'sin' || node.op === 'cos') {
      const angle = node.args[0];
      const key = `sincos${angle.id}`;
      const group = born.get(key);
      if (group) {
        group.lanes.push(lane);
        groups.of.set(node, group);
      } else born.set(key, groups.make('sincos', [lane], node.birth));
      continue;
    }
    if (!COMPONENTWISE.has(node.op)) {
      groups.make(node.op, [lane], node.birth);
      continue;
    }
    const modifiers = lane.args.map(a => (a.neg ? '-' : '') + (a.abs ? '|' : '')).join(',');
    const sources = lane.args.map(a => (isExternal(a.node) ? groups.source(a.node) : '')).join(',');
    const claim = claimed.get(node);
    const key =
      claim === undefined ? `${node.op}/${node.birth}/${modifiers}/${sources}/${groups.blockOf(node).id}` : `claimed${claim}`;
    const together = born.get(key);
    if (together && together.lanes.length < 4 && !reaches(groups, lane, together)) {
      together.lanes.push(lane);
      groups.of.set(node, together);
    } else born.set(key, groups.make(node.op, [lane], node.birth));
  }
  // ps_2_0 has few swizzles for sources, so Microsoft's compiler does not combine its scalars.
  if (target.swizzles) vectorize(groups);
  return groups;
}

/** Makes the registers that loops and `if`s carry, inside them and behind them. */
function carryThroughFlow(groups: Groups): void {
  for (const { region, carried } of groups.placement.regions) {
    const read = (n: Node | undefined) => (n ? [readOperand(n, groups.target)] : []);
    const needs = [
      ...carried.flatMap(c => [...read(c.before), ...c.ends.flatMap(read)]),
      ...read(region.test?.a),
      ...read(region.test?.b),
      ...region.effects.flatMap(e =>
        e.kind === 'kill' ? read(e.value) : [...read(e.test.a), ...read(e.test.b), ...e.values.flatMap(read)],
      ),
    ];
    for (const home of new Set(carried.map(c => c.home))) {
      const own = carried.filter(c => c.home === home);
      groups.carry(
        own.flatMap(c => c.inside ?? []),
        [],
        region.blocks[0],
      );
      groups.carry(
        own.map(c => c.after),
        needs,
        region.block,
      );
    }
  }
}

/**
 * Finds the matrices that dot products read by column although they were computed by row.
 * Microsoft's compiler computes such a matrix by columns and copies them from the registers that hold rows.
 * Returns the column number of each such scalar.
 */
function claimColumns(order: readonly Node[]): Map<Node, number> {
  const claimed = new Map<Node, number>();
  let next = 0;
  const claim = (nodes: readonly Node[]): void => {
    const [first] = nodes;
    const computed = first.op === 'add' || first.op === 'mul';
    if (
      !computed ||
      nodes.some(n => n.op !== first.op || claimed.has(n)) ||
      new Set(nodes.map(n => n.birth)).size < nodes.length ||
      new Set(nodes).size < nodes.length
    )
      return;
    const id = next++;
    for (const n of nodes) claimed.set(n, id);
    first.args.forEach((_, i) => void claim(nodes.map(n => n.args[i])));
  };
  for (const node of order) {
    if (node.op !== 'dp') continue;
    const n = node.args.length / 2;
    const a = node.args.slice(0, n);
    const b = node.args.slice(n);
    const row = (v: readonly Node[]) => v.every(x => x.op === 'uniform' && x.register === v[0].register);
    if (n >= 3 && row(a) && b.every(x => isSumOfRegisters(x))) claim(b);
  }
  return claimed;
}

/** True for sums and products of array elements, such as a blended joint matrix. */
function isSumOfRegisters(n: Node, depth = 6): boolean {
  if (n.op === 'relative') return true;
  return depth > 0 && (n.op === 'add' || n.op === 'mul') && n.args.some(a => isSumOfRegisters(a, depth - 1));
}

function vectorsOfTex(tex: Node): number[] {
  const n = tex.args.length;
  return n > 4 ? [n / 3, n / 3, n / 3] : [n];
}

function addTexel(groups: Groups, node: Node): void {
  const group = groups.texOf.get(node.args[0]);
  if (!group) return;
  const args = node.args[0].args.map(a => readOperand(a, groups.target));
  group.lanes.push({ node, args });
  groups.of.set(node, group);
}

/** True where the lane needs the result of the group. Node ids increase, so a node older than the group cannot need it. */
function reaches(groups: Groups, lane: Lane, goal: Group): boolean {
  const oldest = Math.min(...goal.lanes.map(l => l.node.id));
  return lane.args.some(a => {
    const made = a.node.op === 'relative' ? a.node.args[0] : a.node;
    const inner = made.id >= oldest || made.op === 'carried' ? groups.of.get(made) : undefined;
    return inner !== undefined && (inner === goal || dependsOn(groups, inner, goal));
  });
}
