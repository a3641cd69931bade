/** GLSL's trigonometric functions. */
import { isNonNegative } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';
import type { Arithmetic } from './arithmetic.ts';

type Value = readonly Node[];

/** Computes the cosine of a vector, shifted by `turns`, as a polynomial: sincos makes only one lane. */
function cosineOfVector(m: Arithmetic, x: Value, turns: number): Node[] {
  const turn = m.frc(m.add(m.mul(x, m.constants(1 / (2 * Math.PI))), m.constants(turns)));
  const angle = m.add(m.mul(turn, m.constants(2 * Math.PI)), m.constants(-Math.PI));
  const square = m.mul(angle, angle);
  return polynomial(m, square, [-2.52398507e-7, 2.47609005e-5, -0.00138883968, 0.0416666418, -0.5, 1]);
}

/** Makes sin or cos. sincos accepts -π…π; sin and cos of the same angle share the instruction and the range reduction. */
export function trigonometric(op: 'sin' | 'cos'): (m: Arithmetic, x: Value) => Node[] {
  return (m, x) => {
    if (x.every(a => a.op === 'const')) return x.map(a => m.g.constant(op === 'sin' ? Math.sin(a.value) : Math.cos(a.value)));
    // sincos itself accepts -π…π.
    const small = (a: Node) =>
      a.op === 'sat' ||
      a.op === 'frc' ||
      a.op === 'slt' ||
      a.op === 'sge' ||
      (a.op === 'min' && a.args[1].op === 'const' && a.args[1].value <= Math.PI && isNonNegative(a.args[0]));
    if (x.every(small)) return m.map(a => m.g.node(op, [a]), x);
    if (x.length > 1) return cosineOfVector(m, x, op === 'sin' ? 0.25 : 0.5);
    const turns = m.frc(m.add(m.mul(x, m.constants(1 / (2 * Math.PI))), m.constants(0.5)));
    const angle = m.add(m.mul(turns, m.constants(2 * Math.PI)), m.constants(-Math.PI));
    return m.map(a => m.g.node(op, [a]), angle);
  };
}

const polynomial = (m: Arithmetic, x: Value, coefficients: readonly number[]): Node[] => {
  let p = m.constants(coefficients[0]);
  for (const c of coefficients.slice(1)) p = m.add(m.mul(x, p), m.constants(c));
  return p;
};

/** Multiplies by 0 or 1. Microsoft's compiler makes these products after it has folded selections. */
const times = (m: Arithmetic, a: Value, b: Value): Node[] => m.map((x, y) => m.g.product(x, y), a, b);

/** Returns 1 where a < b, else 0. */
const less = (m: Arithmetic, a: Value, b: Value): Node[] => m.map((x, y) => m.select.value(m.select.lt(x, y)), a, b);

/** Computes acos by a polynomial. */
export function acos(m: Arithmetic, x: Value): Node[] {
  const a = m.map(v => m.g.abs(v), x);
  const p = polynomial(m, a, [-0.0187292993, 0.0742610022, -0.212114394, 1.57072878]);
  const root = m.map(v => m.g.sqrt(v), m.sub(m.constants(1), a));
  const r = m.mul(root, p);
  const mirrored = m.add(m.mul(r, m.constants(-2)), m.constants(Math.PI));
  return m.add(times(m, mirrored, less(m, x, m.constants(0))), r);
}

/** Computes atan(y / x) in the first quadrant, where both are not negative. */
function atanOfRatio(m: Arithmetic, y: Value, x: Value): Node[] {
  const { g } = m;
  const ratio = m.mul(
    m.rcp(m.map((a, b) => g.max(a, b), x, y)),
    m.map((a, b) => g.min(a, b), x, y),
  );
  const square = m.mul(ratio, ratio);
  const r = m.mul(polynomial(m, square, [0.0208350997, -0.0851330012, 0.180141002, -0.330299497, 0.999866009]), ratio);
  const mirrored = m.add(m.mul(r, m.constants(-2)), m.constants(Math.PI / 2));
  return m.add(times(m, mirrored, less(m, x, y)), r);
}

/** Computes atan(y). */
export function atan(m: Arithmetic, y: Value): Node[] {
  const { g } = m;
  const r = atanOfRatio(
    m,
    m.map(v => g.abs(v), y),
    m.constants(1),
  );
  const negative = less(m, y, m.constants(0));
  return m.sub(r, times(m, negative, m.mul(r, m.constants(2))));
}

/** Computes the angle of (x, y). */
export function atan2(m: Arithmetic, y: Value, from: Value): Node[] {
  const { g } = m;
  // Where both are 0, ANGLE computes the angle of (1, 0).
  const x = from.map((a, i) => m.select.choose(m.select.and(m.select.eq(a, g.zero), m.select.eq(y[i], g.zero)), [g.one], [a])[0]);
  const r = atanOfRatio(
    m,
    m.map(v => g.abs(v), y),
    m.map(v => g.abs(v), x),
  );
  const full = m.add(m.mul(less(m, x, m.constants(0)), m.constants(-Math.PI)), r);
  const low = m.map((a, b) => g.min(a, b), x, y);
  const high = m.map((a, b) => g.max(a, b), x, y);
  const flip = m.mul(
    less(m, low, m.constants(0)),
    m.map(v => m.select.value(m.select.ge(v, g.zero)), high),
  );
  return m.sub(full, times(m, flip, m.mul(full, m.constants(2))));
}
