import { affineOf } from '../graph/affine.ts';
import { type Algebra, isZero } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';
import { ANY, type Range, rangeOf } from '../graph/range.ts';
import type { Test } from '../regions/region.ts';

/**
 * Builds conditions and selections.
 * Conditions are nodes of their own (lt, ge, eq, ne, and, or, not, or any 0/1 value). Here they become instructions of the shader
 * stage.
 */
export class Select {
  readonly #g: Algebra;
  /** The value of each condition, made once: conditions share parts. */
  readonly #values = new Map<Node, Node>();

  constructor(g: Algebra) {
    this.#g = g;
  }

  lt(a: Node, b: Node): Node {
    const [p, q] = [rangeOf(a), rangeOf(b)];
    const d = differenceOf(a, b);
    if (p.high < q.low || d.high < 0) return this.#g.one;
    if (a === b || p.low >= q.high || d.low >= 0) return this.#g.zero;
    return this.#g.node('lt', [a, b]);
  }

  ge(a: Node, b: Node): Node {
    const [p, q] = [rangeOf(a), rangeOf(b)];
    const d = differenceOf(a, b);
    if (a === b || p.low >= q.high || d.low >= 0) return this.#g.one;
    if (p.high < q.low || d.high < 0) return this.#g.zero;
    return this.#g.node('ge', [a, b]);
  }

  eq(a: Node, b: Node): Node {
    if (a.op === 'const' && b.op === 'const') return a.value === b.value ? this.#g.one : this.#g.zero;
    if (a === b) return this.#g.one;
    const [p, q] = [rangeOf(a), rangeOf(b)];
    if (p.high < q.low || q.high < p.low) return this.#g.zero;
    return this.#g.node('eq', [a, b]);
  }

  not(a: Node): Node {
    const { one, zero } = this.#g;
    if (a.op === 'const') return a.value === 0 ? one : zero;
    const [x, y] = a.args;
    switch (a.op) {
      case 'lt':
        return this.#g.node('ge', [x, y]);
      case 'ge':
        return this.#g.node('lt', [x, y]);
      case 'eq':
        return this.#g.node('ne', [x, y]);
      case 'ne':
        return this.#g.node('eq', [x, y]);
      case 'not':
        return x;
      default:
        return this.#g.node('not', [a]);
    }
  }

  and(a: Node, b: Node): Node {
    if (a.op === 'const') return a.value === 0 ? a : b;
    if (b.op === 'const') return b.value === 0 ? b : a;
    // a && !(a && x) is a && !x. It occurs after a break in a loop.
    const inner = b.op === 'not' ? b.args[0] : undefined;
    if (inner?.op === 'and' && inner.args[0] === a) return this.and(a, this.not(inner.args[1]));
    if (inner === a || (isComparison(b) && this.not(a) === b)) return this.#g.zero;
    return a === b ? a : this.#g.node('and', [a, b]);
  }

  or(a: Node, b: Node): Node {
    if (a.op === 'const') return a.value === 0 ? b : a;
    if (b.op === 'const') return b.value === 0 ? a : b;
    return a === b ? a : this.#g.node('or', [a, b]);
  }

  xor(a: Node, b: Node): Node {
    return this.or(this.and(a, this.not(b)), this.and(b, this.not(a)));
  }

  /** Returns the condition as 0 or 1. */
  value(c: Node): Node {
    const known = this.#values.get(c);
    if (known) return known;
    const made = this.#valueOf(c);
    this.#values.set(c, made);
    return made;
  }

  #valueOf(c: Node): Node {
    const g = this.#g;
    const [x, y] = c.args;
    if (g.target.fragment) {
      switch (c.op) {
        case 'and':
          return this.choose(x, [this.value(y)], [g.zero])[0];
        case 'or':
          return g.add(this.value(x), this.value(y));
        case 'lt':
        case 'ge':
        case 'eq':
        case 'ne':
        case 'not':
          return this.choose(c, [g.one], [g.zero])[0];
        default:
          return c;
      }
    }
    switch (c.op) {
      case 'lt':
        return g.slt(x, y);
      case 'ge':
        return g.sge(x, y);
      case 'eq':
      case 'ne': {
        const s = this.#distance(x, y);
        return c.op === 'eq' ? g.sge(g.neg(s), s) : g.slt(g.neg(s), s);
      }
      case 'and':
        return g.mul(this.value(x), this.value(y));
      case 'or': {
        const s = g.add(this.value(x), this.value(y));
        return g.slt(g.neg(s), s);
      }
      case 'not': {
        const s = this.value(x);
        return g.sge(g.neg(s), s);
      }
      default:
        return c;
    }
  }

  /** Returns the condition as a comparison for flow control. */
  test(c: Node): Test {
    if (isComparison(c)) return { op: c.op, a: c.args[0], b: c.args[1] };
    const a = this.value(c);
    return { op: 'ne', a, b: this.#g.neg(a) };
  }

  /**
   * Selects `yes` where c holds, else `no`, lane by lane.
   * `kept`: `no` is the value from before an `if` without `else`. There the vertex compiler blends (no + c * (yes - no)).
   * Otherwise it multiplies both sides (c * (yes - !c * no) + !c * no).
   */
  choose(c: Node, yes: readonly Node[], no: readonly Node[], kept = false, whole = false): Node[] {
    const g = this.#g;
    if (c.op === 'const') return c.value === 0 ? [...no] : [...yes];
    if (yes.every((y, i) => y === no[i])) return [...yes];
    if (g.target.fragment)
      return this.#compare(c, yes, no, whole && yes.length === 4 && [...yes, ...no].every(n => n.op === 'const'));
    if (c.op === 'not') return this.choose(c.args[0], no, yes, kept);
    const pick = (f: (y: Node, n: Node) => Node) => {
      g.begin();
      return yes.map((y, i) => (y === no[i] ? y : f(y, no[i])));
    };
    g.begin();
    const v = this.value(c);
    if (yes.every((y, i) => y === no[i] || (y === g.one && isZero(no[i])))) return pick(() => v);
    if (no.every((n, i) => n === yes[i] || isZero(n))) return pick(y => g.mul(v, y));
    const simple = isComparison(c);
    if (kept || !simple) {
      const d = pick((y, n) => g.sub(y, n));
      const p = pick((_, n) => n);
      g.begin();
      const m = d.map((x, i) => (yes[i] === no[i] ? x : g.mul(v, x)));
      g.begin();
      return yes.map((y, i) => (y === no[i] ? y : g.add(m[i], p[i])));
    }
    g.begin();
    const inverse = this.value(this.not(c));
    const t = pick((_, n) => g.mul(inverse, n));
    g.begin();
    const d = yes.map((y, i) => (y === no[i] ? y : g.sub(y, t[i])));
    g.begin();
    const m = yes.map((y, i) => (y === no[i] ? y : g.mul(v, d[i])));
    g.begin();
    return yes.map((y, i) => (y === no[i] ? y : g.add(m[i], t[i])));
  }

  /** Returns 0 where both are equal, else a positive value: |x - y| where that is free, else its square. */
  #distance(x: Node, y: Node): Node {
    const g = this.#g;
    const d = g.sub(x, y);
    return g.target.absModifier ? g.abs(d) : g.mul(d, d);
  }

  /** @param whole - lanes that are equal on both sides stay in the instruction. */
  #compare(c: Node, yes: readonly Node[], no: readonly Node[], whole: boolean): Node[] {
    const g = this.#g;
    const [x, y] = c.args;
    const pick = (s: Node, a: readonly Node[], b: readonly Node[]) => {
      g.begin();
      const stays = (p: Node) => whole || (p.op === 'cmp' && p.args[1] === p.args[2]);
      return a.map((p, i) => (s.op !== 'const' && p === b[i] && stays(p) ? g.node('cmp', [s, p, b[i]]) : g.cmp(s, p, b[i])));
    };
    g.begin();
    switch (c.op) {
      case 'not':
        return this.#compare(x, no, yes, whole);
      case 'lt':
        return pick(g.sub(x, y), no, yes);
      case 'ge':
        return pick(g.sub(x, y), yes, no);
      case 'eq':
      case 'ne': {
        const s = g.neg(this.#distance(x, y));
        return c.op === 'eq' ? pick(s, yes, no) : pick(s, no, yes);
      }
      default:
        return pick(g.neg(this.value(c)), no, yes);
    }
  }
}

const isComparison = (c: Node): c is Node & { op: Test['op'] } =>
  c.op === 'lt' || c.op === 'ge' || c.op === 'eq' || c.op === 'ne';

/** Returns the bounds of the difference of two literal multiples of the same scalar. */
function differenceOf(a: Node, b: Node): Range {
  const [p, q] = [affineOf(a), affineOf(b)];
  if (!p.of || p.of !== q.of || p.factor === q.factor) return ANY;
  const { low, high } = rangeOf(p.of);
  const factor = p.factor - q.factor;
  const ends = [low, high].map(x => x * factor + p.plus - q.plus);
  return { low: Math.min(...ends), high: Math.max(...ends) };
}
