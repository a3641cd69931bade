/** Bounds of scalars by interval arithmetic: Microsoft's compiler folds comparisons, min, max and abs that they decide. */
import type { Node } from './graph.ts';

/** The least and the greatest value that a scalar can have. Both are infinite where nothing is known. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The bounds of a scalar of which nothing is known. */
export const ANY: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const UNIT: Range = { low: 0, high: 1 };
const ANY_POSITIVE: Range = { low: 0, high: Number.POSITIVE_INFINITY };
/** The greatest float below 1: `fract(x) < 1.0` always holds. */
const FRACTION: Range = { low: 0, high: 1 - 2 ** -24 };
const SINE: Range = { low: -1, high: 1 };
/** The longest chain of operands that one search follows. What is beyond counts as unknown. */
const DEEPEST = 100;

const known = new WeakMap<Node, Range>();

/** Returns the bounds of a scalar. They hold for every input that is a number. */
export function rangeOf(n: Node, depth = DEEPEST): Range {
  if (n.op === 'const') return { low: n.value, high: n.value };
  const before = known.get(n);
  if (before) return before;
  if (depth === 0) return ANY;
  const range = bounds(n, depth - 1);
  known.set(n, range);
  return range;
}

function bounds(n: Node, depth: number): Range {
  const of = (i: number) => rangeOf(n.args[i], depth);
  switch (n.op) {
    case 'frc':
      return FRACTION;
    case 'slt':
    case 'sge':
      return UNIT;
    case 'sin':
    case 'cos':
      return SINE;
    case 'sat': {
      const a = of(0);
      return { low: unit(a.low), high: unit(a.high) };
    }
    case 'neg': {
      const a = of(0);
      return { low: -a.high, high: -a.low };
    }
    case 'abs': {
      const a = of(0);
      const [x, y] = [Math.abs(a.low), Math.abs(a.high)];
      return { low: a.low <= 0 && a.high >= 0 ? 0 : Math.min(x, y), high: Math.max(x, y) };
    }
    case 'exp': {
      const a = of(0);
      return { low: 2 ** a.low, high: 2 ** a.high };
    }
    case 'rsq': {
      const a = of(0);
      return a.low > 0 ? { low: 1 / Math.sqrt(a.high), high: 1 / Math.sqrt(a.low) } : ANY_POSITIVE;
    }
    case 'rcp': {
      const a = of(0);
      if (a.low > 0 || a.high < 0) return { low: 1 / a.high, high: 1 / a.low };
      return a.low >= 0 ? ANY_POSITIVE : ANY;
    }
    case 'min': {
      const [a, b] = [of(0), of(1)];
      return { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) };
    }
    case 'max': {
      const [a, b] = [of(0), of(1)];
      return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) };
    }
    case 'cmp': {
      const [a, b] = [of(1), of(2)];
      return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
    }
    case 'add': {
      const floored = floorOf(n);
      if (floored) {
        const a = rangeOf(floored, depth);
        return { low: Math.floor(a.low), high: Math.floor(a.high) };
      }
      const [a, b] = [of(0), of(1)];
      return { low: a.low + b.low, high: a.high + b.high };
    }
    case 'mul':
      return product(n.args[0], n.args[1], depth);
    case 'dp': {
      const half = n.args.length / 2;
      let [low, high] = [0, 0];
      for (let i = 0; i < half; i++) {
        const p = product(n.args[i], n.args[half + i], depth);
        low += p.low;
        high += p.high;
      }
      return { low, high };
    }
    default:
      return ANY;
  }
}

const unit = (x: number): number => Math.min(1, Math.max(0, x));

function product(x: Node, y: Node, depth: number): Range {
  const a = rangeOf(x, depth);
  if (x === y) {
    const [p, q] = [a.low * a.low, a.high * a.high];
    return { low: a.low <= 0 && a.high >= 0 ? 0 : Math.min(p, q), high: Math.max(p, q) };
  }
  const b = rangeOf(y, depth);
  const corners = [times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)];
  return { low: Math.min(...corners), high: Math.max(...corners) };
}

/** An infinite bound times 0 is 0: the bound is not reached. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

/** Returns x where the sum is x - frc(x), which is floor(x). */
export function floorOf(sum: Node): Node | undefined {
  const [x, y] = sum.args;
  if (y.op === 'neg' && y.args[0].op === 'frc' && y.args[0].args[0] === x) return x;
  if (x.op === 'neg' && x.args[0].op === 'frc' && x.args[0].args[0] === y) return y;
  return undefined;
}
