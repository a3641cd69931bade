/** Moves functions of max and min with a literal into both sides of a selection, as Microsoft's compiler does for fragments. */
import type { Node } from '../graph/graph.ts';
import type { Chains } from './chains.ts';

const UNARY = new Set(['frc', 'exp', 'log', 'rcp', 'rsq', 'abs', 'sat']);

const isBounded = (n: Node): boolean => (n.op === 'max' || n.op === 'min') && n.args[1].op === 'const';
const isKnown = (n: Node): boolean => n.op === 'const' && Number.isFinite(n.value);

/**
 * Rewrites f(max(x, k)) as x >= k ? f(x) : f(k), where nothing else reads max(x, k). f is a function of one scalar, or a sum or
 * product with a literal. The compiler computes f(k), which must be finite. Chains of such functions move as a whole:
 * `pow(max(x, 0.01), 32.0)` selects between pow(x, 32) and 1e-64.
 */
export function pushBound(chains: Chains, n: Node, [a, k]: readonly Node[]): Node | undefined {
  const { g } = chains;
  if (!g.target.fragment) return undefined;
  const literal = (n.op === 'mul' || n.op === 'add') && k.op === 'const';
  if (!literal && n.op !== 'neg' && !UNARY.has(n.op)) return undefined;
  if (!(chains.selections.has(a) || isBounded(a)) || !chains.isOnlyReader(n, 0)) return undefined;
  const f = (x: Node) => apply(chains, n, x, k);
  const select = (test: Node, yes: Node, no: Node): Node => {
    const made = chains.as('select', n.birth, () => g.cmp(test, yes, no));
    if (made.op === 'cmp') chains.selections.add(made);
    return made;
  };
  if (isBounded(a)) {
    const [x, bound] = a.args;
    // -max(x, k) is min(-x, -k): no selection.
    const mirror = () => (a.op === 'max' ? g.min(g.neg(x), g.neg(bound)) : g.max(g.neg(x), g.neg(bound)));
    if (n.op === 'neg') return chains.as('bound', n.birth, mirror);
    if (literal && isBounded(x)) return undefined;
    const end = f(bound);
    if (!isKnown(end)) return undefined;
    const test = chains.as('test', a.birth, () => g.sub(x, bound));
    const value = g.within(n.birth, () => f(x));
    return a.op === 'max' ? select(test, value, end) : select(test, end, value);
  }
  const [test, ...sides] = a.args;
  const [yes, no] = sides.map(s => (s.op === 'const' ? f(s) : g.within(n.birth, () => f(s))));
  return isKnown(yes) || isKnown(no) ? select(test, yes, no) : undefined;
}

/** Applies the operation of `n` to another operand. */
function apply({ g }: Chains, n: Node, x: Node, k: Node): Node {
  switch (n.op) {
    case 'mul':
      return g.mul(x, k);
    case 'add':
      return g.add(x, k);
    case 'neg':
      return g.neg(x);
    case 'abs':
      return g.abs(x);
    case 'sat':
      return g.saturate(x);
    case 'frc':
    case 'exp':
    case 'log':
    case 'rcp':
    case 'rsq':
      return g.unary(n.op, x);
    default:
      return x;
  }
}
