/** The assignment of scalars to lanes under the few swizzles of ps_2_0. */
import type { Node } from '../../symbols/graph/graph.ts';
import type { Work } from '../../work-budget.ts';
import { type Group, isExternal } from '../groups/group.ts';
import { fixedSwizzle } from '../literals.ts';
import { type Placed, positionsOf } from '../placed-instruction.ts';
import type { Register, Registers } from '../registers.ts';

/**
 * Returns the source lane for each destination lane of a group's source. Undefined where the source contains literals: these
 * adapt to any layout.
 */
function readLanes(
  p: Placed,
  position: readonly { lane: number; arg: number }[],
  laneOf: (n: Node) => number,
): Map<number, number> | undefined {
  const { group } = p;
  const nodes = position.map(at => group.lanes[at.lane].args[at.arg].node);
  if (nodes[0].op === 'const') return undefined;
  return new Map(nodes.map((n, i) => [group.vectors ? i : destination(p, position[i].lane, laneOf), laneOf(n)]));
}

export const destination = (p: Placed, lane: number, laneOf: (n: Node) => number): number =>
  p.output ? p.outputLanes[lane] : laneOf(p.group.lanes[lane].node);

const ORDERS = permutations([0, 1, 2, 3]);

function permutations(items: number[]): number[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((x, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map(p => [x, ...p]));
}

/**
 * Chooses lanes for ps_2_0, whose sources have few swizzles. Each register gets the lane order under which most instructions can
 * read their operands.
 */
export function chooseLanes(placed: readonly Placed[], registers: Registers, work: Work): void {
  const touching = new Map<Register, Placed[]>();
  const touch = (n: Node, p: Placed) => {
    const r = isExternal(n) ? undefined : registers.of(n);
    if (!r) return;
    const list = touching.get(r) ?? [];
    if (list.at(-1) !== p) list.push(p);
    touching.set(r, list);
  };
  for (const p of placed) {
    for (const l of p.group.lanes) {
      if (!p.output) touch(l.node, p);
      for (const a of l.args) touch(a.node, p);
    }
  }
  const laneOf = (n: Node): number => (isExternal(n) ? n.lane : (registers.of(n)?.pinned.get(n) ?? 0));
  // A result prefers the lane of its operand.
  const wish = new Map<Node, number>();
  for (const p of placed) {
    if (p.group.vectors) continue;
    for (const l of p.group.lanes) {
      const from = l.args.find(a => a.node.op === 'input' || !isExternal(a.node));
      if (from) wish.set(l.node, from.node.op === 'input' ? from.node.lane : (wish.get(from.node) ?? laneOf(from.node)));
    }
  }
  for (const r of touching.keys()) start(r, wish);
  const cost = (list: readonly Placed[]) => list.reduce((sum, p) => sum + illegal(p, laneOf), 0);
  for (let sweep = 0; sweep < 2; sweep++) {
    for (const [r, list] of touching) {
      const free = r.nodes.filter(n => !r.fixed.has(n));
      if (free.length === 0 || list.length > 60) continue;
      let best = cost(list);
      let chosen = new Map(r.pinned);
      const room = [0, 1, 2, 3].filter(l => ![...r.fixed].some(n => r.pinned.get(n) === l));
      for (const order of ORDERS) {
        if (best === 0) break;
        work.spend(list.length);
        const lanes = order.filter(l => room.includes(l));
        free.forEach((n, i) => void r.pinned.set(n, lanes[i]));
        const c = cost(list);
        if (c < best) {
          best = c;
          chosen = new Map(r.pinned);
        }
      }
      for (const [n, lane] of chosen) r.pinned.set(n, lane);
    }
  }
}

function start(r: Register, wish: ReadonlyMap<Node, number>): void {
  for (const n of r.pinned.keys()) r.fixed.add(n);
  const taken = new Set(r.pinned.values());
  for (const n of r.nodes) {
    const lane = wish.get(n);
    if (r.pinned.has(n) || lane === undefined || taken.has(lane)) continue;
    taken.add(lane);
    r.pinned.set(n, lane);
  }
  for (const n of r.nodes) {
    if (r.pinned.has(n)) continue;
    const lane = [0, 1, 2, 3].find(l => !taken.has(l)) ?? 0;
    taken.add(lane);
    r.pinned.set(n, lane);
  }
}

const SCALAR = new Set(['rcp', 'rsq', 'exp', 'log', 'sincos']);

/** Counts the sources of the instruction that ps_2_0 cannot read at once. */
function illegal(p: Placed, laneOf: (n: Node) => number): number {
  const g: Group = p.group;
  if (SCALAR.has(g.op) && g.lanes.length === 1) return 0;
  let n = 0;
  for (const position of positionsOf(g)) {
    const lanes = readLanes(p, position, laneOf);
    if (lanes && !fixedSwizzle(lanes)) n += g.vectors ? 2 : 1;
  }
  return n;
}
