/** Sums and products that take the same term again and again. */
import type { Node } from '../graph/graph.ts';
import type { Chains } from './chains.ts';

/**
 * Rewrites x + a + a + a as x + a * 3, and x * a * a * a as x * (a * a) * a. The sums and products between have no other reader.
 */
export function takeRepeats(chains: Chains, n: Node, args: readonly Node[]): Node | undefined {
  if (n.op !== 'add' && n.op !== 'mul') return undefined;
  for (const at of [0, 1]) {
    const [inner, term] = [args[at], args[1 - at]];
    if (term.op === 'const' || n.args[0] === n.args[1]) continue;
    const before = chains.repeated.get(inner) ?? once(n.op, inner, term);
    if (before?.term !== term || !chains.isOnlyReader(n, at)) continue;
    const chain = { ...before, count: before.count + 1 };
    const made = n.op === 'add' ? sum(chains, n.birth, chain) : power(chains, n.birth, chain);
    chains.repeated.set(made, chain);
    return made;
  }
  return undefined;
}

type Chain = Chains['repeated'] extends Map<Node, infer C> ? C : never;

/** Returns the sum or product as a base that took the term once. Undefined where it did not. */
function once(op: 'add' | 'mul', n: Node, term: Node): Chain | undefined {
  const at = n.op === op ? n.args.indexOf(term) : -1;
  return at < 0 ? undefined : { base: n.args[1 - at], term, count: 1 };
}

function sum(chains: Chains, birth: number, { base, term, count }: Chain): Node {
  const { g } = chains;
  const times = chains.as(`times ${count}`, birth, () => g.mul(term, g.constant(count)));
  return g.within(birth, () => g.add(base, times));
}

/** Multiplies the base by the squares of the term that the power needs, from the highest down. */
function power(chains: Chains, birth: number, { base, term, count }: Chain): Node {
  const { g } = chains;
  // A number that is 0 or 1 is its own square.
  if (term.op === 'slt' || term.op === 'sge') return g.within(birth, () => g.product(base, term));
  const own = base === term;
  const exponent = own ? count + 1 : count;
  const squares = [term];
  while (2 ** squares.length <= exponent) {
    const last = squares[squares.length - 1];
    squares.push(chains.as(`square ${squares.length}`, birth, () => g.mul(last, last)));
  }
  const needed = squares.filter((_, i) => Math.floor(exponent / 2 ** i) % 2 === 1).reverse();
  if (!own) needed.unshift(base);
  return needed.reduce((made, square, i) => {
    const step = () => g.mul(made, square);
    return i === needed.length - 1 ? g.within(birth, step) : chains.as(`product ${i}`, birth, step);
  });
}
