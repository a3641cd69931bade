/** Affine scalars, and vectors that one `mad` makes of them. */
import type { Algebra } from './fold-scalars.ts';
import type { Node } from './graph.ts';

/** A scalar as `factor` * `of` + `plus`. `of` is undefined for a literal. */
export interface Affine {
  readonly of: Node | undefined;
  readonly factor: number;
  readonly plus: number;
}

const MAX_DEPTH = 8;

/**
 * Returns the scalar as a literal multiple of a base, plus a literal. The base is an input, a texel or any node that is not a sum
 * or product with a literal.
 */
export function affineOf(n: Node, depth = MAX_DEPTH): Affine {
  const self = { of: n, factor: 1, plus: 0 };
  if (n.op === 'const') return { of: undefined, factor: 0, plus: n.value };
  if (depth === 0) return self;
  if (n.op === 'neg') {
    const { of, factor, plus } = affineOf(n.args[0], depth - 1);
    return { of, factor: -factor, plus: -plus };
  }
  if (n.op !== 'add' && n.op !== 'mul') return self;
  const [value, literal] = n.args;
  if (literal.op !== 'const') return self;
  const { of, factor, plus } = affineOf(value, depth - 1);
  return n.op === 'add'
    ? { of, factor, plus: Math.fround(plus + literal.value) }
    : { of, factor: Math.fround(factor * literal.value), plus: Math.fround(plus * literal.value) };
}

/** Returns the register that the scalar shares with others: an input, or the texel of one fetch. */
function registerOf(n: Node): string {
  if (n.op === 'input') return `input ${n.variable?.name}.${n.register}`;
  if (n.op === 'texel') return `texel ${n.args[0].id}`;
  return `${n.op} ${n.birth}`;
}

/**
 * Makes the lanes of a vector that are literal multiples of one register's lanes by one `mad` (or `mul`, `add`).
 * Microsoft's compiler makes vec4(n, 1.0), vec2(uv.x, 1.0 - uv.y) and vec4(1.0 - c.rgb, c.a) this way.
 * Literals join only the lanes of inputs, and only where sources can have any swizzle.
 * Returns undefined where this saves nothing.
 */
export function packAffine(g: Algebra, lanes: readonly Node[]): Node[] | undefined {
  const any = g.target.swizzles;
  const forms = lanes.map(n => affineOf(n));
  const buckets = new Map<string, number[]>();
  const literals: number[] = [];
  forms.forEach(({ of }, i) => {
    if (!of) literals.push(i);
    else if (of.op !== 'uniform' && of.op !== 'relative') {
      const key = registerOf(of);
      buckets.set(key, [...(buckets.get(key) ?? []), i]);
    }
  });
  const out = [...lanes];
  let changed = false;
  for (const bucket of buckets.values()) {
    const input = forms[bucket[0]].of?.op === 'input';
    const joined = input && any ? [...bucket, ...literals.splice(0)] : bucket;
    if (joined.length < 2 || isOneInstruction(joined.map(i => lanes[i]))) continue;
    if (!any && bucket.some(i => forms[i].of?.op !== 'texel' && forms[i].of?.op !== 'input')) continue;
    if (!any && bucket.some(i => forms[i].of?.lane !== i)) continue;
    build(g, joined, forms, out);
    changed = true;
  }
  return changed ? out : undefined;
}

/** True where the lanes are copies of one register, or one operation made them together. */
function isOneInstruction(lanes: readonly Node[]): boolean {
  const kind = (n: Node): string => {
    if (n.op === 'input' || n.op === 'texel') return 'copy';
    if (n.op === 'neg') return n.args[0].op === 'add' || n.args[0].op === 'mul' ? `neg ${kind(n.args[0])}` : 'neg';
    return `${n.op} ${n.birth} ${n.args.map(a => (a.op === 'neg' ? '-' : '') + (a.op === 'const' ? 'k' : '')).join()}`;
  };
  return new Set(lanes.map(kind)).size === 1;
}

function build(g: Algebra, at: readonly number[], forms: readonly Affine[], out: Node[]): void {
  const source = forms[at[0]].of ?? g.zero;
  // The birth number makes these nodes unique. Shared nodes would become lanes of another instruction.
  const own = { register: g.begin() };
  const scaled = at.some(i => forms[i].factor !== 1 || !forms[i].of);
  const products = at.map(i => {
    const { of, factor } = forms[i];
    return scaled ? g.node('mul', [of ?? source, g.constant(of ? factor : 0)], own) : (of ?? source);
  });
  const shifted = at.some(i => forms[i].plus !== 0);
  const sum = { register: shifted ? g.begin() : 0 };
  at.forEach((i, k) => {
    out[i] = shifted ? g.node('add', [products[k], g.constant(forms[i].plus)], sum) : products[k];
  });
}
