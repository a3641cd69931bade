/** Vectors that one mad instruction makes. */
import { packAffine } from '../graph/affine.ts';
import type { Algebra } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';

/** A vector as factors * of + plus, lane by lane. */
interface Mad {
  readonly of: readonly Node[];
  readonly factors: readonly number[];
  readonly plus: readonly Node[] | undefined;
}

/**
 * Records vectors that one mad makes, where scalar folding would simplify some lanes.
 * `uv + texel * vec2(1, 0)` is an addition and a copy by scalars. Microsoft's compiler makes mad(texel, {1, 0}, uv) (three.js's
 * Sobel shader).
 * `vec3(1 - a, 2 * a, a)` is mad(a, {-1, 2, 1}, {1, 0, 0}) (its sepia shader).
 * Code that reads all lanes of a vector in one instruction calls `of`.
 */
export class VectorMads {
  readonly #g: Algebra;
  readonly #known = new Map<string, Mad>();
  readonly #made = new Map<string, Node[]>();

  constructor(g: Algebra) {
    this.#g = g;
  }

  /** Records that `result` is `of` times a literal vector. */
  product(result: readonly Node[], of: readonly Node[], literal: readonly Node[]): void {
    if (isMixed(result)) this.#known.set(keyOf(result), { of, factors: literal.map(l => l.value), plus: undefined });
  }

  /** Records that `result` is a + b. */
  sum(result: readonly Node[], a: readonly Node[], b: readonly Node[]): void {
    if (a.length !== b.length || this.#known.size === 0 || !isMixed(result)) return;
    const [product, plus] = this.#known.has(keyOf(b)) ? [b, a] : [a, b];
    const mad = this.#known.get(keyOf(product));
    if (mad && !mad.plus && !isMixed(plus)) this.#known.set(keyOf(result), { ...mad, plus });
  }

  /** Returns the lanes as one instruction makes them, or `lanes` where that saves nothing. */
  of(lanes: readonly Node[]): readonly Node[] {
    if (lanes.length < 2 || !isMixed(lanes)) return lanes;
    const key = keyOf(lanes);
    const known = this.#made.get(key);
    if (known) return known;
    const mad = this.#known.get(key) ?? scaledScalar(this.#g, lanes);
    const made = mad?.plus ? this.#build(mad, mad.plus) : packAffine(this.#g, lanes);
    if (!made) return lanes;
    this.#made.set(key, made);
    return made;
  }

  #build({ of, factors }: Mad, plus: readonly Node[]): Node[] {
    // The birth number makes these nodes unique. Shared nodes would become lanes of another instruction.
    const register = this.#g.begin();
    const products = of.map((n, i) => this.#g.node('mul', [n, this.#g.constant(factors[i])], { register }));
    const own = { register: this.#g.begin() };
    return products.map((p, i) => this.#g.node('add', [p, plus[i]], own));
  }
}

const keyOf = (lanes: readonly Node[]): string => lanes.map(n => n.id).join();

const isArithmetic = (n: Node): boolean => n.op === 'add' || n.op === 'mul';

/** True where several instructions make the lanes. */
function isMixed(lanes: readonly Node[]): boolean {
  const by = (n: Node) =>
    n.args.length > 0 && n.op !== 'texel' ? `${n.op}${n.birth}` : `${n.variable?.name ?? n.args[0]?.id}.${n.register}`;
  return new Set(lanes.map(by)).size > 1;
}

/** Returns the mad of lanes that are all sums and products of one scalar and literals. */
function scaledScalar(g: Algebra, lanes: readonly Node[]): Mad | undefined {
  if (!lanes.every(isArithmetic)) return undefined;
  const parts = lanes.map(n => {
    const [a, b] = n.args;
    if (n.op === 'mul') return { ...scaled(n), plus: g.zero };
    if (a.op === 'const') return { ...scaled(b), plus: a };
    return b.op === 'const' ? { ...scaled(a), plus: b } : undefined;
  });
  const [lead] = parts;
  if (!lead || !parts.every(p => p?.of === lead.of)) return undefined;
  const whole = parts.flatMap(p => p ?? []);
  return { of: whole.map(p => p.of), factors: whole.map(p => p.factor), plus: whole.map(p => p.plus) };
}

function scaled(n: Node): { of: Node; factor: number } {
  if (n.op === 'neg') {
    const { of, factor } = scaled(n.args[0]);
    return { of, factor: -factor };
  }
  const at = n.op === 'mul' ? n.args.findIndex(a => a.op === 'const') : -1;
  return at < 0 ? { of: n, factor: 1 } : { of: n.args[1 - at], factor: n.args[at].value };
}
