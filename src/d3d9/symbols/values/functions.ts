/** GLSL's built-in functions of scalars and vectors. */

import { isNonNegative } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';
import type { Arithmetic } from './arithmetic.ts';

type Value = readonly Node[];
type Builtin = (m: Arithmetic, ...args: Value[]) => Node[];

const all = (v: Value, f: (n: Node) => boolean): boolean => v.every(f);
const number = (m: Arithmetic, v: number): Node[] => [m.g.constant(v)];

function normalize(m: Arithmetic, v: Value): Node[] {
  m.g.begin();
  const square = m.g.dot(v, v);
  m.g.begin();
  const length = m.g.unary('rsq', square);
  return m.mul(v, [length]);
}

function length(m: Arithmetic, v: Value): Node[] {
  if (v.length === 1) return m.map(x => m.g.abs(x), v);
  m.g.begin();
  return [m.g.sqrt(m.g.dot(v, v))];
}

/** Raises x to a constant power by a chain of at most three products. Undefined where more are needed. */
function powConstant(m: Arithmetic, x: Node, n: number): Node | undefined {
  const { g } = m;
  const square = () => g.mul(x, x);
  switch (n) {
    case 0:
      return g.one;
    case 1:
      return x;
    case 2:
      return square();
    case 3:
      return g.mul(square(), x);
    case 4:
      return g.mul(square(), square());
    case 5:
      return g.mul(g.mul(square(), square()), x);
    case 6:
      return g.mul(g.mul(square(), square()), square());
    case 8: {
      const four = g.mul(square(), square());
      return g.mul(four, four);
    }
    case 0.5:
      return g.sqrt(x);
    case -0.5:
      return g.unary('rsq', x);
    case -1:
      return g.unary('rcp', x);
    default:
      return undefined;
  }
}

function pow(m: Arithmetic, x: Value, y: Value): Node[] {
  if (all(y, e => e.op === 'const' && e === y[0])) {
    const products = m.map(b => powConstant(m, b, y[0].value) ?? m.g.zero, x);
    if (powConstant(m, x[0], y[0].value)) return products;
  }
  const log = m.map(b => m.g.unary('log', b), x);
  const scaled = m.mul(log, y);
  return m.map(e => m.g.unary('exp', e), scaled);
}

/** Computes the cosine of a vector, shifted by `turns`, as a polynomial: sincos makes only one lane. */
function cosineOfVector(m: Arithmetic, x: Value, turns: number): Node[] {
  const turn = m.frc(m.add(m.mul(x, number(m, 1 / (2 * Math.PI))), number(m, turns)));
  const angle = m.add(m.mul(turn, number(m, 2 * Math.PI)), number(m, -Math.PI));
  const square = m.mul(angle, angle);
  return polynomial(m, square, [-2.52398507e-7, 2.47609005e-5, -0.00138883968, 0.0416666418, -0.5, 1]);
}

/** Makes sin or cos. sincos accepts -π…π; sin and cos of the same angle share the instruction and the range reduction. */
function trigonometric(op: 'sin' | 'cos'): Builtin {
  return (m, x) => {
    if (all(x, a => a.op === 'const')) return x.map(a => m.g.constant(op === 'sin' ? Math.sin(a.value) : Math.cos(a.value)));
    // sincos itself accepts -π…π.
    const small = (a: Node) =>
      a.op === 'sat' ||
      a.op === 'frc' ||
      a.op === 'slt' ||
      a.op === 'sge' ||
      (a.op === 'min' && a.args[1].op === 'const' && a.args[1].value <= Math.PI && isNonNegative(a.args[0]));
    if (all(x, small)) return m.map(a => m.g.node(op, [a]), x);
    if (x.length > 1) return cosineOfVector(m, x, op === 'sin' ? 0.25 : 0.5);
    const turns = m.frc(m.add(m.mul(x, number(m, 1 / (2 * Math.PI))), number(m, 0.5)));
    const angle = m.add(m.mul(turns, number(m, 2 * Math.PI)), number(m, -Math.PI));
    return m.map(a => m.g.node(op, [a]), angle);
  };
}

function smoothstep(m: Arithmetic, low: Value, high: Value, x: Value): Node[] {
  const scaled = m.mul(m.sub(x, low), m.rcp(m.sub(high, low)));
  const t = m.map(a => m.g.saturate(a), scaled);
  const three = m.add(m.mul(t, number(m, -2)), number(m, 3));
  return m.mul(m.mul(t, t), three);
}

function mix(m: Arithmetic, a: Value, b: Value, t: Value): Node[] {
  const { g } = m;
  if (all(t, x => x.op === 'cmp' && x.args[1] === g.one && x.args[2] === g.zero))
    return m.map((x, p, q) => g.cmp(x.args[0], q, p), t, a, b);
  return m.add(m.mul(t, m.sub(b, a)), a);
}

function sign(m: Arithmetic, x: Value): Node[] {
  const { g } = m;
  if (g.target.fragment)
    return m.add(
      m.map(a => g.cmp(a, g.zero, g.constant(-1)), x),
      m.map(a => g.cmp(g.neg(a), g.zero, g.one), x),
    );
  return m.sub(
    m.map(a => g.slt(g.neg(a), a), x),
    m.map(a => g.slt(a, g.neg(a)), x),
  );
}

function step(m: Arithmetic, edge: Value, x: Value): Node[] {
  const { g } = m;
  if (!g.target.fragment) return m.map((e, a) => g.sge(a, e), edge, x);
  const d = m.sub(x, edge);
  return m.map(a => g.cmp(a, g.one, g.zero), d);
}

function mod(m: Arithmetic, x: Value, y: Value): Node[] {
  return m.sub(x, m.mul(y, m.floor(m.div(x, y))));
}

const polynomial = (m: Arithmetic, x: Value, coefficients: readonly number[]): Node[] => {
  let p = number(m, coefficients[0]);
  for (const c of coefficients.slice(1)) p = m.add(m.mul(x, p), number(m, c));
  return p;
};

/** Multiplies by 0 or 1. Microsoft's compiler makes these products after it has folded selections. */
const times = (m: Arithmetic, a: Value, b: Value): Node[] => m.map((x, y) => m.g.product(x, y), a, b);

/** Returns 1 where a < b, else 0. */
const less = (m: Arithmetic, a: Value, b: Value): Node[] => m.map((x, y) => m.select.value(m.select.lt(x, y)), a, b);

function acos(m: Arithmetic, x: Value): Node[] {
  const a = m.map(v => m.g.abs(v), x);
  const p = polynomial(m, a, [-0.0187292993, 0.0742610022, -0.212114394, 1.57072878]);
  const root = m.map(v => m.g.sqrt(v), m.sub(m.constants(1), a));
  const r = m.mul(root, p);
  const mirrored = m.add(m.mul(r, number(m, -2)), number(m, Math.PI));
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
  const mirrored = m.add(m.mul(r, number(m, -2)), number(m, Math.PI / 2));
  return m.add(times(m, mirrored, less(m, x, y)), r);
}

function atan(m: Arithmetic, y: Value): Node[] {
  const { g } = m;
  const r = atanOfRatio(
    m,
    m.map(v => g.abs(v), y),
    m.constants(1),
  );
  const negative = less(m, y, m.constants(0));
  return m.sub(r, times(m, negative, m.mul(r, number(m, 2))));
}

function atan2(m: Arithmetic, y: Value, from: Value): Node[] {
  const { g } = m;
  // Where both are 0, ANGLE computes the angle of (1, 0).
  const x = from.map((a, i) => m.select.choose(m.select.and(m.select.eq(a, g.zero), m.select.eq(y[i], g.zero)), [g.one], [a])[0]);
  const r = atanOfRatio(
    m,
    m.map(v => g.abs(v), y),
    m.map(v => g.abs(v), x),
  );
  const full = m.add(m.mul(less(m, x, m.constants(0)), number(m, -Math.PI)), r);
  const low = m.map((a, b) => g.min(a, b), x, y);
  const high = m.map((a, b) => g.max(a, b), x, y);
  const flip = m.mul(
    less(m, low, m.constants(0)),
    m.map(v => m.select.value(m.select.ge(v, g.zero)), high),
  );
  return m.sub(full, times(m, flip, m.mul(full, number(m, 2))));
}

function refract(m: Arithmetic, i: Value, n: Value, eta: Value): Node[] {
  const { g } = m;
  m.g.begin();
  const d = [g.dot(n, i)];
  const k = m.sub(number(m, 1), m.mul(m.mul(eta, eta), m.sub(number(m, 1), m.mul(d, d))));
  const root = m.map(v => g.sqrt(v), k);
  const bent = m.sub(m.mul(eta, i), m.mul(m.add(m.mul(eta, d), root), n));
  return m.select.choose(
    m.select.lt(k[0], g.zero),
    bent.map(() => g.zero),
    bent,
  );
}

function cross(m: Arithmetic, a: Value, b: Value): Node[] {
  const yzx = (v: Value) => [v[1], v[2], v[0]];
  const zxy = (v: Value) => [v[2], v[0], v[1]];
  return m.sub(m.mul(yzx(a), zxy(b)), m.mul(zxy(a), yzx(b)));
}

const dot: Builtin = (m, a, b) => {
  const [x, y] = [a, b].map(v => m.mads.of(v));
  m.g.begin();
  return [m.g.dot(x, y)];
};

/** Tests three or four conditions of a fragment at once, by the square of their length. */
function anyOf(m: Arithmetic, x: Value): Node {
  if (!m.g.target.fragment || x.length < 3 || x.some(c => c.op === 'const')) return x.reduce((p, q) => m.select.or(p, q));
  const values = m.map(c => m.select.value(c), x);
  m.g.begin();
  return m.select.not(m.select.eq(m.g.dot(values, values), m.g.zero));
}

/** The built-in functions of scalars and vectors. Texture and relational functions are in other files. */
export const FUNCTIONS: Readonly<Record<string, Builtin>> = {
  radians: (m, x) => m.mul(x, number(m, Math.PI / 180)),
  degrees: (m, x) => m.mul(x, number(m, 180 / Math.PI)),
  sin: trigonometric('sin'),
  cos: trigonometric('cos'),
  tan: (m, x) => m.div(trigonometric('sin')(m, x), trigonometric('cos')(m, x)),
  asin: (m, x) => m.sub(number(m, Math.PI / 2), acos(m, x)),
  acos,
  atan: (m, y, x) => (x ? atan2(m, y, x) : atan(m, y)),
  pow,
  exp: (m, x) => m.map(a => m.g.unary('exp', a), m.mul(x, number(m, Math.LOG2E))),
  log: (m, x) =>
    m.mul(
      m.map(a => m.g.unary('log', a), x),
      number(m, Math.LN2),
    ),
  exp2: (m, x) => m.map(a => m.g.unary('exp', a), x),
  log2: (m, x) => m.map(a => m.g.unary('log', a), x),
  sqrt: (m, x) => m.map(a => m.g.sqrt(a), x),
  inversesqrt: (m, x) => m.map(a => m.g.unary('rsq', a), x),
  abs: (m, x) => m.map(a => m.g.abs(a), x),
  sign,
  floor: (m, x) => m.floor(x),
  ceil: (m, x) => m.ceil(x),
  fract: (m, x) => m.frc(x),
  mod,
  min: (m, a, b) => m.map((x, y) => m.g.min(x, y), a, b),
  max: (m, a, b) => m.map((x, y) => m.g.max(x, y), a, b),
  clamp: (m, x, low, high) => m.map((a, l, h) => m.g.clamp(a, l, h), x, low, high),
  mix,
  step,
  smoothstep,
  length,
  distance: (m, a, b) => length(m, m.sub(a, b)),
  dot,
  cross,
  normalize: (m, v) => (v.length === 1 ? sign(m, v) : normalize(m, v)),
  faceforward: (m, n, i, r) => m.select.choose(m.select.lt(dot(m, r, i)[0], m.g.zero), n, m.neg(n)),
  reflect: (m, i, n) => m.sub(i, m.mul(n, m.mul(dot(m, n, i), number(m, 2)))),
  refract,
  matrixCompMult: (m, a, b) => m.mul(a, b),
  dFdx: (m, x) => m.map(a => m.g.unary('dsx', a), x),
  dFdy: (m, x) => m.neg(m.map(a => m.g.unary('dsy', a), x)),
  fwidth: (m, x) =>
    m.add(
      m.map(a => m.g.abs(m.g.unary('dsx', a)), x),
      m.map(a => m.g.abs(m.g.unary('dsy', a)), x),
    ),
  lessThan: (m, a, b) => m.map((x, y) => m.select.lt(x, y), a, b),
  greaterThan: (m, a, b) => m.map((x, y) => m.select.lt(y, x), a, b),
  lessThanEqual: (m, a, b) => m.map((x, y) => m.select.ge(y, x), a, b),
  greaterThanEqual: (m, a, b) => m.map((x, y) => m.select.ge(x, y), a, b),
  equal: (m, a, b) => m.map((x, y) => m.select.eq(x, y), a, b),
  notEqual: (m, a, b) => m.map((x, y) => m.select.not(m.select.eq(x, y)), a, b),
  any: (m, x) => [anyOf(m, x)],
  all: (m, x) => [
    m.g.target.fragment && x.length > 2
      ? m.select.not(
          anyOf(
            m,
            m.map(c => m.select.not(c), x),
          ),
        )
      : x.reduce((p, q) => m.select.and(p, q)),
  ],
  not: (m, x) => m.map(a => m.select.not(a), x),
};

/** True for a value known not to be negative: int() of it needs no care of the sign. */
export const nonNegative = (x: Node): boolean => isNonNegative(x);
