/** Instruction fusion: mad, lrp, saturate and dot products with a summand. */
import type { Node } from '../../symbols/graph/graph.ts';
import { type Group, type Groups, isExternal, type Operand, type Output } from './group.ts';

/** The readers of a scalar: groups by operand position, or an output. */
interface Uses {
  readonly groups: Map<Node, Set<string>>;
  readonly outputs: Set<Node>;
  /** Scalars that flow control and `texkill` read. */
  readonly flow: Set<Node>;
}

function findUses(groups: Groups, outputs: readonly Output[], kills: readonly Operand[]): Uses {
  const flow = [...groups.flowReads(), ...kills];
  const uses: Uses = { groups: new Map(), outputs: new Set(), flow: new Set(flow.map(o => o.node)) };
  const add = (n: Node, by: string) => {
    const set = uses.groups.get(n) ?? new Set();
    set.add(by);
    uses.groups.set(n, set);
  };
  for (const g of groups.all) {
    for (const l of g.lanes) {
      l.args.forEach((a, i) => {
        add(a.node, `${g.id}:${g.vectors ? 'v' : i}`);
        if (a.node.op === 'relative') add(a.node.args[0], `a${g.id}`);
      });
    }
  }
  for (const o of outputs) for (const l of o.lanes) if (l) uses.outputs.add(l.node);
  return uses;
}

/** True where every use of the results of `inner` is operand `position` of `outer`. */
function onlyUsedBy(uses: Uses, inner: Group, outer: Group, position: number | 'v'): boolean {
  return inner.lanes.every(l => {
    if (uses.outputs.has(l.node) || uses.flow.has(l.node)) return false;
    const by = uses.groups.get(l.node);
    return by?.size === 1 && by.has(`${outer.id}:${position}`);
  });
}

/** Counts the additions that take a product. 0 where anything else reads it. All of them become mad, however many there are. */
function onlySummands(groups: Groups, uses: Uses, product: Group, known: Map<Group, { left: number }>): { left: number } {
  const counted = known.get(product);
  if (counted) return counted;
  const users = new Set<string>();
  let sums = true;
  for (const l of product.lanes) {
    if (uses.outputs.has(l.node) || uses.flow.has(l.node)) sums = false;
    for (const by of uses.groups.get(l.node) ?? []) users.add(by);
  }
  for (const by of users) {
    const [id, position] = by.split(':');
    const add = groups.byId.get(Number(id));
    const p = Number(position);
    if (
      add?.op !== 'add' ||
      !add.lanes.every(
        l => groups.of.get(l.args[p].node) === product && !l.args[p].abs && groups.of.get(l.args[1 - p].node) !== product,
      )
    )
      sums = false;
  }
  const result = { left: sums ? users.size : 0 };
  known.set(product, result);
  return result;
}

const unmodified = (o: Operand): boolean => !o.neg && !o.abs;

/**
 * Fuses instructions: products that are only added become mad, interpolations lrp, clamped results saturate. Dot products of
 * two-component vectors take a summand.
 */
export function fuse(groups: Groups, outputs: readonly Output[], kills: readonly Operand[]): void {
  const uses = findUses(groups, outputs, kills);
  const products = new Map<Group, { left: number }>();
  for (const g of [...groups.all]) if (g.op === 'add') fuseProduct(groups, uses, g, products);
  removeUnread(groups, findUses(groups, outputs, kills));
  const after = findUses(groups, outputs, kills);
  for (const g of [...groups.all]) if (g.op === 'mad') fuseInterpolation(groups, after, g);
  const last = findUses(groups, outputs, kills);
  for (const g of [...groups.all]) if (g.op === 'sat') fuseSaturate(groups, last, g);
}

/** Removes products, and lanes of products, that nothing reads any more: they went into mad and dp2add. */
function removeUnread(groups: Groups, uses: Uses): void {
  for (const g of [...groups.all]) {
    if (g.op !== 'mul' && g.op !== 'dp') continue;
    const read = g.lanes.filter(l => uses.outputs.has(l.node) || uses.flow.has(l.node) || uses.groups.has(l.node));
    if (read.length === 0) groups.remove(g);
    else g.lanes = read;
  }
}

function fuseProduct(groups: Groups, uses: Uses, add: Group, products: Map<Group, { left: number }>): void {
  // A dot product of two lanes takes the summand, even where that is a product.
  const isDot = (p: number) => groups.of.get(add.lanes[0].args[p].node)?.op === 'dp';
  for (const p of isDot(1) && !isDot(0) ? [1, 0] : [0, 1]) {
    const inner = groups.of.get(add.lanes[0].args[p].node);
    if (!inner || inner === add || inner.sat || !add.lanes.every(l => groups.of.get(l.args[p].node) === inner && !l.args[p].abs))
      continue;
    const dot = inner.op === 'dp' && inner.vectors?.[0] === 2 && inner.vectors.length === 2;
    if (dot && (add.lanes.length > 1 || !unmodified(add.lanes[0].args[p]))) continue;
    const users = inner.op === 'mul' || dot ? onlySummands(groups, uses, inner, products) : undefined;
    if (users ? users.left === 0 : !onlyUsedBy(uses, inner, add, p)) continue;
    if (dot) {
      const [lane] = add.lanes;
      groups.remove(add);
      groups.make(
        'dp',
        [{ node: lane.node, args: [...inner.lanes[0].args, lane.args[1 - p]] }],
        add.birth,
        [2, 2, 1],
        undefined,
        add.block,
      );
      return;
    }
    if (users) {
      for (const l of add.lanes) {
        const product = inner.lanes.find(i => i.node === l.args[p].node);
        if (!product) return;
        const [a, b] = product.args;
        l.args = [a, l.args[p].neg ? { ...b, neg: !b.neg } : b, l.args[1 - p]];
      }
      add.op = 'mad';
      return;
    }
  }
}

/**
 * Rewrites mad(t, b - a, a) as lrp(t, b, a). All targets but ps_2_0 keep the two instructions where the result only goes to an
 * output.
 */
function fuseInterpolation(groups: Groups, uses: Uses, mad: Group): void {
  const onlyOutput = mad.lanes.every(l => uses.outputs.has(l.node) && !uses.groups.has(l.node) && !uses.flow.has(l.node));
  if (groups.target.name !== 'ps_2_0' && onlyOutput) return;
  for (const p of [0, 1]) {
    const inner = groups.of.get(mad.lanes[0].args[p].node);
    if (inner?.op !== 'add' || inner.sat || !onlyUsedBy(uses, inner, mad, p)) continue;
    const parts = mad.lanes.map(l => {
      const difference = inner.lanes.find(i => i.node === l.args[p].node);
      const base = l.args[2];
      const at = difference?.args.findIndex(d => d.node === base.node && d.neg !== base.neg && d.abs === base.abs) ?? -1;
      return difference && at >= 0 && unmodified(l.args[p]) ? [l.args[1 - p], difference.args[1 - at], base] : undefined;
    });
    if (parts.some(x => x === undefined || clash(groups, x[1], x[2]) || clash(groups, x[0], x[1]) || clash(groups, x[0], x[2])))
      continue;
    mad.lanes.forEach((l, i) => void (l.args = parts[i] ?? l.args));
    mad.op = 'lrp';
    groups.remove(inner);
    return;
  }
}

/**
 * True for two different inputs or two different constants. One goes through a temporary, and the compiler no longer recognizes
 * the difference.
 */
function clash(groups: Groups, a: Operand, b: Operand): boolean {
  const bank = (o: Operand) => (o.node.op === 'input' ? 'v' : isExternal(o.node) ? 'c' : '');
  return bank(a) !== '' && bank(a) === bank(b) && groups.source(a.node) !== groups.source(b.node);
}

const SATURATES = new Set(['add', 'mul', 'mad', 'min', 'max', 'frc', 'cmp', 'dp', 'rcp', 'rsq', 'exp', 'log', 'lrp']);

function fuseSaturate(groups: Groups, uses: Uses, sat: Group): void {
  const each = sat.lanes.map(l => groups.of.get(l.args[0].node));
  const apart = each.every(
    (g, i) => g && g.lanes.length === 1 && SATURATES.has(g.op) && unmodified(sat.lanes[i].args[0]) && onlyUsedBy(uses, g, sat, 0),
  );
  if (apart && new Set(each).size === sat.lanes.length) {
    groups.remove(sat);
    each.forEach((g, i) => {
      if (!g) return;
      groups.remove(g);
      groups.make(g.op, [{ node: sat.lanes[i].node, args: g.lanes[0].args }], g.birth, g.vectors, undefined, g.block).sat = true;
    });
    return;
  }
  const [inner] = each;
  const fits =
    inner && SATURATES.has(inner.op) && sat.lanes.every(l => groups.of.get(l.args[0].node) === inner && unmodified(l.args[0]));
  if (!inner || !fits || !onlyUsedBy(uses, inner, sat, 0)) return;
  const lanes = sat.lanes.map(l => ({ node: l.node, args: inner.lanes.find(i => i.node === l.args[0].node)?.args ?? [] }));
  groups.remove(inner);
  groups.remove(sat);
  groups.make(inner.op, lanes, inner.birth, inner.vectors, undefined, inner.block).sat = true;
}
