/** GLSL's built-in functions of scalars and vectors. */

import { isNonNegative } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';
import type { Arithmetic } from './arithmetic.ts';
import { acos, atan, atan2, trigonometric } from './trigonometry.ts';

type Value = readonly Node[];
type Builtin = (m: Arithmetic, ...args: Value[]) => Node[];

const all = (v: Value, f: (n: Node) => boolean): boolean => v.every(f);

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

function smoothstep(m: Arithmetic, low: Value, high: Value, x: Value): Node[] {
  const scaled = m.mul(m.sub(x, low), m.rcp(m.sub(high, low)));
  const t = m.map(a => m.g.saturate(a), scaled);
  const three = m.add(m.mul(t, m.constants(-2)), m.constants(3));
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

function refract(m: Arithmetic, i: Value, n: Value, eta: Value): Node[] {
  const { g } = m;
  m.g.begin();
  const d = [g.dot(n, i)];
  const k = m.sub(m.constants(1), m.mul(m.mul(eta, eta), m.sub(m.constants(1), m.mul(d, d))));
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
  radians: (m, x) => m.mul(x, m.constants(Math.PI / 180)),
  degrees: (m, x) => m.mul(x, m.constants(180 / Math.PI)),
  sin: trigonometric('sin'),
  cos: trigonometric('cos'),
  tan: (m, x) => m.div(trigonometric('sin')(m, x), trigonometric('cos')(m, x)),
  asin: (m, x) => m.sub(m.constants(Math.PI / 2), acos(m, x)),
  acos,
  atan: (m, y, x) => (x ? atan2(m, y, x) : atan(m, y)),
  pow,
  exp: (m, x) => m.map(a => m.g.unary('exp', a), m.mul(x, m.constants(Math.LOG2E))),
  log: (m, x) =>
    m.mul(
      m.map(a => m.g.unary('log', a), x),
      m.constants(Math.LN2),
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
  reflect: (m, i, n) => m.sub(i, m.mul(n, m.mul(dot(m, n, i), m.constants(2)))),
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
