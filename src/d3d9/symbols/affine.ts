import type { Algebra } from './fold-scalars.ts';
import type { Node } from './graph.ts';

/** A scalar as `factor` times `of` plus `plus`; `of` is undefined for a literal. */
export interface Affine {
  readonly of: Node | undefined;
  readonly factor: number;
  readonly plus: number;
}

const MAX_DEPTH = 8;

/** The scalar as a literal multiple of an input, a texel or whatever else is no sum or product with a literal, plus a literal. */
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

/** What a scalar is read from, where several of it stand in one register: an input, or the texel of one fetch. */
function registerOf(n: Node): string {
  if (n.op === 'input') return `input ${n.variable?.name}.${n.register}`;
  if (n.op === 'texel') return `texel ${n.args[0].id}`;
  return `${n.op} ${n.birth}`;
}

/**
 * The lanes of a vector with those that are literal multiples of lanes of one register made by one `mad` (or `mul`, `add`), as
 * Microsoft's compiler makes vec4(n, 1.0), vec2(uv.x, 1.0 - uv.y) and vec4(1.0 - c.rgb, c.a). Literals join the lanes of inputs, and
 * only where sources can have any swizzle. Undefined where that saves nothing.
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

/** The lanes are copies of one register, or were born together by one operation. */
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
  // The number of the birth makes the nodes their own: shared ones would be lanes of another instruction.
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
