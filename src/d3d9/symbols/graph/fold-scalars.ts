/** Scalar operations with constant folding. */
import type { Target } from '../../target.ts';
import type { Work } from '../../work-budget.ts';
import { Graph, type Node } from './graph.ts';
import { floorOf, rangeOf } from './range.ts';

/** True where `a` is known to be zero or more. */
export const isNonNegative = (a: Node): boolean => rangeOf(a).low >= 0;

/**
 * Builds scalar operations with constant folding and the identities that Microsoft's compiler applies.
 * Constants use float arithmetic, as the compiler's do.
 */
export class Algebra extends Graph {
  readonly target: Target;
  readonly zero: Node;
  readonly one: Node;

  constructor(work: Work, target: Target) {
    super(work);
    this.target = target;
    this.zero = this.constant(0);
    this.one = this.constant(1);
  }

  neg(a: Node): Node {
    if (a.op === 'const') return this.constant(-a.value);
    if (a.op === 'neg') return a.args[0];
    return this.node('neg', [a]);
  }

  add(a: Node, b: Node): Node {
    if (a.op === 'const' && b.op === 'const') return this.constant(a.value + b.value);
    if (a.op === 'const') return this.add(b, a);
    if (b.op === 'const') {
      if (b.value === 0) return a;
      if (a.op === 'add' && a.args[1].op === 'const') return this.add(a.args[0], this.constant(a.args[1].value + b.value));
    }
    if ((b.op === 'neg' && b.args[0] === a) || (a.op === 'neg' && a.args[0] === b)) return this.zero;
    // (x - b) + b occurs where ANGLE's epilogue follows a shader whose matrix supplies z + w.
    const left = withoutTerm(a, this.neg(b)) ?? withoutTerm(b, this.neg(a));
    if (left) return left;
    if (a === b) return a.op === 'neg' ? this.mul(a.args[0], this.constant(-2)) : this.mul(a, this.constant(2));
    const selected = b.op === 'const' ? this.#ofLiterals(a, k => this.add(k, b)) : undefined;
    return selected ?? this.node('add', [a, b].sort(byId));
  }

  /** Returns a product that stays one. `mul` makes a selection of a product with a selection. */
  product(a: Node, b: Node): Node {
    return this.node('mul', [a, b].sort(byId));
  }

  /** Applies `f` to both sides of a selection between two literals (fragment shaders). Undefined for anything else. */
  #ofLiterals(a: Node, f: (k: Node) => Node): Node | undefined {
    if (a.op === 'neg') return this.#ofLiterals(a.args[0], k => f(this.neg(k)));
    if (a.op !== 'cmp' || a.args[1].op !== 'const' || a.args[2].op !== 'const') return undefined;
    const [yes, no] = [f(a.args[1]), f(a.args[2])];
    const known = yes.op === 'const' && no.op === 'const' && Number.isFinite(yes.value) && Number.isFinite(no.value);
    if (!known) return undefined;
    // A lane that selects between equal literals belongs to a selection of whole vectors.
    const own = { register: this.births };
    return a.args[1] === a.args[2] ? this.node('cmp', [a.args[0], yes, no], own) : this.cmp(a.args[0], yes, no);
  }

  sub(a: Node, b: Node): Node {
    return this.add(a, this.neg(b));
  }

  mul(a: Node, b: Node): Node {
    if (a.op === 'const' && b.op === 'const') return this.constant(a.value * b.value);
    if (a.op === 'const') return this.mul(b, a);
    if (b.op === 'const') {
      if (b.value === 1) return a;
      if (b.value === 0) return this.zero;
      if (b.value === -1) return this.neg(a);
      if (a.op === 'neg') return this.mul(a.args[0], this.constant(-b.value));
      if (a.op === 'mul' && a.args[1].op === 'const') return this.mul(a.args[0], this.constant(a.args[1].value * b.value));
      const selected = this.#ofLiterals(a, k => this.mul(k, b));
      if (selected) return selected;
    }
    const chosen = this.target.fragment && b.op !== 'const' ? this.#timesSelection(a, b) : undefined;
    if (chosen) return chosen;
    if (a.op === 'neg' && b.op === 'neg') return this.mul(a.args[0], b.args[0]);
    return this.node('mul', [a, b].sort(byId));
  }

  /** Multiplies by a selection between a literal and 0: x * (c ? k : 0) is c ? x * k : 0. A square of literals is known. */
  #timesSelection(a: Node, b: Node): Node | undefined {
    if (a === b) return this.#ofLiterals(a, k => this.mul(k, k));
    const selects = (x: Node) => x.op === 'cmp' && x.args[1].op === 'const' && x.args[2].op === 'const';
    if (selects(a) === selects(b) && a.args[0] !== b.args[0]) return undefined;
    const [pick, other] = selects(a) ? [a, b] : [b, a];
    const [test, yes, no] = pick.args;
    if (!selects(pick) || (!isZero(yes) && !isZero(no))) return undefined;
    const of = (k: Node) => (isZero(k) ? this.zero : this.mul(other, k));
    return this.cmp(test, of(yes), of(no));
  }

  min(a: Node, b: Node): Node {
    if (a === b) return a;
    if (a.op === 'const' && b.op === 'const') return this.constant(Math.min(a.value, b.value));
    if (a.op === 'const') return this.min(b, a);
    if (b.op === 'const') {
      if (a.op === 'min' && a.args[1].op === 'const')
        return this.min(a.args[0], this.constant(Math.min(a.args[1].value, b.value)));
      const selected = this.#ofLiterals(a, k => this.min(k, b));
      if (selected) return selected;
    }
    const [p, q] = [rangeOf(a), rangeOf(b)];
    if (p.high <= q.low) return a;
    if (q.high <= p.low) return b;
    return this.node('min', [a, b].sort(byId));
  }

  max(a: Node, b: Node): Node {
    if (a === b) return a;
    if (a.op === 'const' && b.op === 'const') return this.constant(Math.max(a.value, b.value));
    if (a.op === 'const') return this.max(b, a);
    if (b.op === 'const') {
      if (a.op === 'max' && a.args[1].op === 'const')
        return this.max(a.args[0], this.constant(Math.max(a.args[1].value, b.value)));
      const selected = this.#ofLiterals(a, k => this.max(k, b));
      if (selected) return selected;
    }
    const [p, q] = [rangeOf(a), rangeOf(b)];
    if (p.low >= q.high) return a;
    if (q.low >= p.high) return b;
    return this.node('max', [a, b].sort(byId));
  }

  clamp(x: Node, low: Node, high: Node): Node {
    const unit = low.op === 'const' && high.op === 'const' && low.value === 0 && high.value === 1;
    return unit ? this.saturate(x) : this.min(this.max(x, low), high);
  }

  saturate(a: Node): Node {
    if (a.op === 'const') return this.constant(Math.min(1, Math.max(0, a.value)));
    const { low, high } = rangeOf(a);
    if (low >= 0 && high <= 1) return a;
    if (high <= 0) return this.zero;
    if (low >= 1) return this.one;
    const selected = this.#ofLiterals(a, k => this.saturate(k));
    if (selected) return selected;
    return this.target.saturate ? this.node('sat', [a]) : this.min(this.max(a, this.zero), this.one);
  }

  abs(a: Node): Node {
    if (a.op === 'const') return this.constant(Math.abs(a.value));
    if (a.op === 'neg') return this.abs(a.args[0]);
    const { low, high } = rangeOf(a);
    if (low >= 0) return a;
    if (high <= 0) return this.neg(a);
    return this.#ofLiterals(a, k => this.abs(k)) ?? this.node('abs', [a]);
  }

  unary(op: 'frc' | 'rcp' | 'rsq' | 'exp' | 'log' | 'dsx' | 'dsy', a: Node): Node {
    if (a.op === 'const') {
      const x = a.value;
      if (op === 'frc') return this.constant(x - Math.floor(x));
      if (op === 'rcp' && x !== 0) return this.constant(1 / x);
      if (op === 'rsq' && x > 0) return this.constant(1 / Math.sqrt(x));
      if (op === 'exp') return this.constant(2 ** x);
      if (op === 'log' && x > 0) return this.constant(Math.log2(x));
      if (op === 'dsx' || op === 'dsy') return this.zero;
    }
    if (op === 'frc') {
      if (isWhole(a)) return this.zero;
      // A whole summand does not change the fraction.
      const whole = a.op === 'add' ? a.args.findIndex(x => isWhole(x)) : -1;
      if (whole >= 0) return this.unary('frc', a.args[1 - whole]);
    }
    const selected = this.#ofLiterals(a, k => this.unary(op, k));
    if (selected) return selected;
    if (op === 'rcp' && a.op === 'rcp') return a.args[0];
    if (op === 'rcp' && a.op === 'neg') return this.neg(this.unary('rcp', a.args[0]));
    return this.node(op, [a]);
  }

  sqrt(a: Node): Node {
    if (a.op === 'const') return this.constant(Math.sqrt(Math.max(0, a.value)));
    return this.#ofLiterals(a, k => this.sqrt(k)) ?? this.node('rcp', [this.unary('rsq', a)]);
  }

  /** Returns 1 where a < b, else 0 (vertex shaders). */
  slt(a: Node, b: Node): Node {
    const [p, q] = [rangeOf(a), rangeOf(b)];
    if (p.high < q.low) return this.one;
    if (p.low >= q.high) return this.zero;
    return this.node('slt', [a, b]);
  }

  sge(a: Node, b: Node): Node {
    const [p, q] = [rangeOf(a), rangeOf(b)];
    if (p.low >= q.high) return this.one;
    if (p.high < q.low) return this.zero;
    return this.node('sge', [a, b]);
  }

  /** Returns b where a >= 0, else c (fragment shaders). */
  cmp(a: Node, b: Node, c: Node): Node {
    if (b === c) return b;
    const { low, high } = rangeOf(a);
    if (low >= 0) return b;
    if (high < 0) return c;
    const inner = a.op === 'neg' ? a.args[0] : a;
    if (inner.op === 'cmp' && inner.args[1].op === 'const' && inner.args[2].op === 'const') {
      // A test of a selection between literals is that selection's own test.
      const side = (k: Node) => ((a === inner ? k.value : -k.value) >= 0 ? b : c);
      return this.cmp(inner.args[0], side(inner.args[1]), side(inner.args[2]));
    }
    const [yes, no] = [this.#chosen(a, b, 1), this.#chosen(a, c, 2)];
    return yes === no ? yes : this.node('cmp', [a, yes, no]);
  }

  /**
   * Simplifies a side of a selection that holds another selection by the same `test`: as a whole, or as one operand of a sum or
   * product. Microsoft's compiler looks no deeper.
   */
  #chosen(test: Node, side: Node, at: 1 | 2): Node {
    const pick = (n: Node): Node => {
      let from = n;
      while (from.op === 'cmp' && from.args[0] === test) from = from.args[at];
      return from;
    };
    const [x, y] = side.args;
    if ((side.op !== 'add' && side.op !== 'mul') || x === y) return pick(side);
    const [p, q] = [pick(x), pick(y)];
    if (p === x && q === y) return side;
    return side.op === 'add' ? this.add(p, q) : this.mul(p, q);
  }

  dot(a: readonly Node[], b: readonly Node[]): Node {
    const n = a.length;
    if (n === 1) return this.mul(a[0], b[0]);
    const known = a.every(x => x.op === 'const') && b.every(x => x.op === 'const');
    if (known) return this.constant(a.reduce((s, x, i) => s + x.value * b[i].value, 0));
    const kept = a.map((_, i) => i).filter(i => !isZero(a[i]) && !isZero(b[i]));
    if (kept.length === 0) return this.zero;
    if (kept.length < n)
      return this.dot(
        kept.map(i => a[i]),
        kept.map(i => b[i]),
      );
    const swap = (n: readonly Node[]) => n.every(x => x.op === 'const');
    // ps_2_0 reads lanes x and y only where they are: other lanes would take a copy each.
    const inPlace = (v: Node, i: number) => {
      const at = v.op === 'neg' ? v.args[0] : v;
      return (at.op !== 'input' && at.op !== 'uniform' && at.op !== 'texel') || at.lane === i;
    };
    const apart = n === 2 && !this.target.swizzles && this.target.fragment && !(a.every(inPlace) && b.every(inPlace));
    if (n === 2 && (!this.target.dp2 || apart)) {
      this.begin();
      const products = a.map((x, i) => {
        if (apart) this.begin();
        return this.mul(x, b[i]);
      });
      this.begin();
      return this.add(products[1], products[0]);
    }
    return this.node('dp', swap(a) ? [...b, ...a] : [...a, ...b]);
  }
}

/** True for a value that has no fraction by the way it is made. */
function isWhole(a: Node, depth = 8): boolean {
  switch (a.op) {
    case 'const':
      return Number.isInteger(a.value);
    case 'slt':
    case 'sge':
      return true;
    case 'neg':
      return isWhole(a.args[0], depth - 1);
    case 'cmp':
      return depth > 0 && isWhole(a.args[1], depth - 1) && isWhole(a.args[2], depth - 1);
    case 'add':
      return floorOf(a) !== undefined || (depth > 0 && a.args.every(x => isWhole(x, depth - 1)));
    case 'mul':
      return depth > 0 && a.args.every(x => isWhole(x, depth - 1));
    default:
      return false;
  }
}

const byId = (a: Node, b: Node): number => {
  if (a.op === 'const') return 1;
  if (b.op === 'const') return -1;
  return a.id - b.id;
};
export const isZero = (a: Node): boolean => a.op === 'const' && a.value === 0;

/** Returns a sum without one of its two terms. Undefined where it lacks that term. */
function withoutTerm(sum: Node, term: Node): Node | undefined {
  if (sum.op !== 'add') return undefined;
  const [x, y] = sum.args;
  return x === term ? y : y === term ? x : undefined;
}
