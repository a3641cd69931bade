import { type Affine, affineOf } from '../graph/affine.ts';
import { type Algebra, isZero } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';
import { Select } from './select.ts';
import { VectorMads } from './vector-mads.ts';

/** Operations on values of GLSL types, which are flat lists of scalars. The scalars of each vector operation share a birth. */
export class Arithmetic {
  readonly g: Algebra;
  readonly select: Select;
  readonly mads: VectorMads;
  readonly #whole = new Set<Node>();
  readonly #products = new Map<string, Node[]>();

  constructor(g: Algebra) {
    this.g = g;
    this.select = new Select(g);
    this.mads = new VectorMads(g);
  }

  /** Applies an operation to every lane. An operand with one scalar applies to all lanes. */
  map(f: (...lanes: Node[]) => Node, ...operands: (readonly Node[])[]): Node[] {
    const n = Math.max(...operands.map(o => o.length));
    this.g.begin();
    return Array.from({ length: n }, (_, i) => f(...operands.map(o => o[o.length === 1 ? 0 : i])));
  }

  /**
   * Adds lane by lane. A sum with a literal vector keeps its 0 where other lanes have real summands: one instruction makes all
   * lanes.
   */
  add = (a: readonly Node[], b: readonly Node[]): Node[] => {
    const literal = [a, b].find(v => v.length > 1 && v.every(x => x.op === 'const'));
    const other = literal === a ? b : a;
    const mixed = literal?.some(isZero) && literal.some(x => !isZero(x)) && other.every(x => x.op !== 'const');
    const multiples = this.#multiples(a, b);
    if (multiples) return multiples;
    const sum = (x: Node, y: Node) => (mixed && (isZero(x) || isZero(y)) ? this.#plusZero(isZero(x) ? y : x) : this.g.add(x, y));
    const result = this.map(sum, a, b);
    this.mads.sum(result, a, b);
    return result;
  };
  /** Returns a sum with 0 that stays one. The second one in a row is none. */
  #plusZero(x: Node): Node {
    return x.op === 'add' && isZero(x.args[1]) ? x : this.g.node('add', [x, this.g.zero]);
  }

  /** Adds literal multiples of the same scalars: v * 0.7 + 0.5 + v is v * 1.7 + 0.5. Undefined where a lane is none. */
  #multiples(a: readonly Node[], b: readonly Node[]): Node[] | undefined {
    const at = (v: readonly Node[], i: number) => affineOf(v[v.length === 1 ? 0 : i]);
    const pairs = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [at(a, i), at(b, i)] as const);
    const alike = pairs.every(([p, q]) => p.of && p.of === q.of);
    if (!alike || pairs.every(([p, q]) => p.factor === 1 && q.factor === 1)) return undefined;
    // One of the two is the scalar itself, or neither has a summand.
    const bare = (f: Affine) => f.plus === 0 && Math.abs(f.factor) === 1;
    if (!pairs.every(([p, q]) => bare(p) || bare(q) || (p.plus === 0 && q.plus === 0))) return undefined;
    this.g.begin();
    const products = pairs.map(([p, q]) => this.g.mul(p.of ?? this.g.zero, this.g.constant(p.factor + q.factor)));
    this.g.begin();
    return products.map((x, i) => this.g.add(x, this.g.constant(pairs[i][0].plus + pairs[i][1].plus)));
  }

  sub = (a: readonly Node[], b: readonly Node[]): Node[] =>
    [a, b].some(v => v.length > 1 && v.every(x => x.op === 'const'))
      ? this.add(
          a,
          b.map(x => this.g.neg(x)),
        )
      : (this.#multiples(a, this.neg(b)) ?? this.map((x, y) => this.g.sub(x, y), a, b));
  /**
   * Multiplies lane by lane. A product with a literal vector of several values keeps its 0, 1 and -1: one instruction makes all
   * lanes.
   */
  mul = (a: readonly Node[], b: readonly Node[]): Node[] => {
    const literal = [a, b].find(v => v.length > 1 && v.every(x => x.op === 'const'));
    const other = literal === a ? b : a;
    const mixed = literal?.some(x => x.value !== literal[0].value) && other.every(x => x.op !== 'const');
    return mixed && literal ? this.#scaled(other, literal) : this.map((x, y) => this.g.mul(x, y), a, b);
  };

  /** Makes unique products, so that lanes shared with other vectors do not join the instructions of those. */
  #scaled(other: readonly Node[], literal: readonly Node[]): Node[] {
    const key = `${other.map(n => n.id)}*${literal.map(n => n.value)}`;
    const known = this.#products.get(key);
    if (known) return known;
    const own = { register: -this.g.begin() };
    const made = literal.map((factor, i) => {
      const value = other[other.length === 1 ? 0 : i];
      return value.op === 'neg'
        ? this.g.node('mul', [value.args[0], this.g.neg(factor)], own)
        : this.g.node('mul', [value, factor], own);
    });
    this.#products.set(key, made);
    return made;
  }

  neg = (a: readonly Node[]): Node[] => this.map(x => this.g.neg(x), a);
  rcp = (a: readonly Node[]): Node[] => this.map(x => this.g.unary('rcp', x), a);
  frc = (a: readonly Node[]): Node[] => this.map(x => this.g.unary('frc', x), a);

  constants(...values: number[]): Node[] {
    return values.map(v => this.g.constant(v));
  }

  div(a: readonly Node[], b: readonly Node[]): Node[] {
    return this.mul(a, this.rcp(b));
  }

  floor(a: readonly Node[]): Node[] {
    if (a.every(x => this.isWhole(x))) return [...a];
    return this.sub(a, this.frc(a)).map(x => this.whole(x));
  }

  ceil(a: readonly Node[]): Node[] {
    return this.add(a, this.frc(this.neg(a))).map(x => this.whole(x));
  }

  whole(x: Node): Node {
    this.#whole.add(x);
    return x;
  }

  /** True for a value that is known to have no fraction. */
  isWhole(x: Node, depth = 12): boolean {
    if (x.op === 'const') return Number.isInteger(x.value);
    if (this.#whole.has(x) || x.op === 'slt' || x.op === 'sge') return true;
    if (depth === 0) return false;
    if (x.op === 'add' || x.op === 'mul' || x.op === 'min' || x.op === 'max' || x.op === 'neg' || x.op === 'abs')
      return x.args.every(a => this.isWhole(a, depth - 1));
    return x.op === 'cmp' && this.isWhole(x.args[1], depth - 1) && this.isWhole(x.args[2], depth - 1);
  }

  /**
   * Converts to int. This hardware stores integers as floats. Truncation towards zero takes five instructions, or two for a value
   * known not to be negative.
   */
  truncate(a: readonly Node[], nonNegative: (x: Node) => boolean): Node[] {
    const { g } = this;
    if (a.every(x => x.op === 'const')) return a.map(x => g.constant(Math.trunc(x.value)));
    if (a.every(x => this.isWhole(x))) return [...a];
    if (a.every(nonNegative)) return this.floor(a);
    const result = g.target.fragment ? this.#truncateByCompare(a) : this.#truncateBySet(a);
    return result.map(x => this.whole(x));
  }

  #truncateBySet(a: readonly Node[]): Node[] {
    const { g } = this;
    const negative = this.map(x => g.slt(x, g.neg(x)), a);
    const fraction = this.frc(a);
    const floor = this.sub(a, fraction);
    const inexact = this.map(x => g.slt(g.neg(x), x), fraction);
    return this.add(this.mul(negative, inexact), floor);
  }

  #truncateByCompare(a: readonly Node[]): Node[] {
    const { g } = this;
    const fraction = this.frc(a);
    const inexact = this.map(x => g.cmp(g.neg(x), g.zero, g.one), fraction);
    const floor = this.sub(a, fraction);
    const up = this.map((x, i) => g.cmp(x, g.zero, i), a, inexact);
    return this.add(up, floor);
  }

  /** Adds the terms in the order of Microsoft's compiler: the second first, then the first, third and fourth. */
  sum(terms: readonly Node[][]): Node[] {
    const [a, b, ...rest] = terms;
    let s = b ? this.add(a, b) : [...a];
    for (const t of rest) s = this.add(t, s);
    return s;
  }

  /** Multiplies a matrix, given by GLSL's columns, by a vector. `n` is the size of the square matrix. */
  matrixTimesVector(m: readonly Node[], v: readonly Node[]): Node[] {
    const n = v.length;
    const columns = v.map((_, c) => m.slice(c * n, c * n + n));
    const rows = v.map((_, r) => columns.map(c => c[r]));
    // A matrix made of vectors becomes a sum of columns. A matrix whose rows are in registers takes dot products.
    if (columns.every(c => together(c)) && !rows.every(r => together(r)))
      return this.sum(columns.map((c, i) => this.mul(c, [v[i]])));
    return v.map((_, row) => {
      this.g.begin();
      return this.g.dot(
        Array.from({ length: n }, (_, c) => m[c * n + row]),
        v,
      );
    });
  }

  vectorTimesMatrix(v: readonly Node[], m: readonly Node[]): Node[] {
    const n = v.length;
    const rows = v.map((_, r) => Array.from({ length: n }, (_, c) => m[c * n + r]));
    return this.sum(rows.map((row, i) => this.mul([v[i]], row)));
  }

  #rowTimesColumns(row: readonly Node[], m: readonly Node[]): Node[] {
    const n = row.length;
    return row.map((_, c) => {
      this.g.begin();
      return this.g.dot(row, m.slice(c * n, c * n + n));
    });
  }

  matrixTimesMatrix(a: readonly Node[], b: readonly Node[], n: number): Node[] {
    const out: Node[] = new Array(n * n);
    for (let r = 0; r < n; r++) {
      const row = Array.from({ length: n }, (_, c) => a[c * n + r]);
      const product = standsInRegisters(Array.from({ length: n }, (_, c) => b[c * n]))
        ? this.vectorTimesMatrix(row, b)
        : this.#rowTimesColumns(row, b);
      for (let c = 0; c < n; c++) out[c * n + r] = product[c];
    }
    return out;
  }
}

/** True where the scalars are a row of a uniform matrix. */
const standsInRegisters = (v: readonly Node[]): boolean =>
  v[0].op !== 'const' &&
  v.every(b => (b.op === 'uniform' || b.op === 'relative') && b.register === v[0].register && b.op === v[0].op);

/** True where the scalars share one register, or one operation made them. */
export function together(v: readonly Node[]): boolean {
  const [a] = v;
  const external = a.op === 'uniform' || a.op === 'input' || a.op === 'relative';
  return v.every(b => {
    if (external || a.op === 'texel')
      return b.op === a.op && b.variable === a.variable && b.register === a.register && b.args[0] === a.args[0];
    return b.op !== 'const' && b.op !== 'uniform' && b.op !== 'input' && b.op !== 'relative' && b.birth === a.birth;
  });
}
