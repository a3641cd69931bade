import type { Expression } from './ast.ts';
import { isScalar, sizeOf } from './type.ts';

/**
 * Returns the scalars of a constant expression.
 * Undefined where the expression is not constant, or is of a kind that array sizes and indices never need.
 */
export function foldConstant(e: Expression): number[] | undefined {
  switch (e.kind) {
    case 'literal':
      return [e.value];
    case 'name':
      return e.variable?.constant;
    case 'unary': {
      const v = foldConstant(e.operand);
      if (e.operator === '+') return v;
      return v?.map(x => (e.operator === '-' ? -x : x ? 0 : 1));
    }
    case 'binary': {
      const a = foldConstant(e.left);
      const b = a && foldConstant(e.right);
      if (!a || !b || e.left.type.columns > 1 || e.right.type.columns > 1) return undefined;
      return foldBinary(e.operator, a, b, e.left.type.base === 'int');
    }
    case 'ternary': {
      const c = foldConstant(e.condition);
      return c && foldConstant(c[0] ? e.yes : e.no);
    }
    case 'construct': {
      const args = e.args.map(foldConstant);
      if (args.some(a => a === undefined) || e.of.columns > 1 || e.of.struct) return undefined;
      const flat = args
        .flatMap(a => a ?? [])
        .map(v => (e.of.base === 'int' ? Math.trunc(v) : e.of.base === 'bool' ? (v ? 1 : 0) : v));
      const size = sizeOf(e.of);
      return flat.length === 1 ? new Array<number>(size).fill(flat[0]) : flat.slice(0, size);
    }
    case 'member': {
      const v = foldConstant(e.object);
      return v && e.lanes?.map(l => v[l]);
    }
    case 'index': {
      const v = foldConstant(e.object);
      const i = foldConstant(e.index);
      return v && i && isScalar(e.type) ? [v[i[0]]] : undefined;
    }
    case 'call': {
      const args = e.args.map(foldConstant);
      const f = FUNCTIONS[e.name];
      const known = e.target && 'builtin' in e.target && Object.hasOwn(FUNCTIONS, e.name);
      if (!known || !args.every(a => a !== undefined)) return undefined;
      return Array.from({ length: Math.max(...args.map(a => a.length)) }, (_, i) =>
        f(...args.map(a => a[a.length === 1 ? 0 : i])),
      );
    }
    default:
      return undefined;
  }
}

/** Built-in functions that apply to each component separately. */
const FUNCTIONS: Record<string, (...x: number[]) => number> = {
  abs: Math.abs,
  ceil: Math.ceil,
  clamp: (x, low, high) => Math.min(Math.max(x, low), high),
  cos: Math.cos,
  exp: Math.exp,
  exp2: x => 2 ** x,
  floor: Math.floor,
  fract: x => x - Math.floor(x),
  log: Math.log,
  log2: Math.log2,
  max: Math.max,
  min: Math.min,
  mix: (a, b, t) => a + (b - a) * t,
  mod: (x, y) => x - y * Math.floor(x / y),
  pow: (x, y) => x ** y,
  radians: x => (x * Math.PI) / 180,
  sign: Math.sign,
  sin: Math.sin,
  sqrt: Math.sqrt,
  step: (edge, x) => (x < edge ? 0 : 1),
};

function foldBinary(op: string, a: number[], b: number[], int: boolean): number[] | undefined {
  const each = (f: (x: number, y: number) => number) =>
    Array.from({ length: Math.max(a.length, b.length) }, (_, i) => f(a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]));
  const [x] = a;
  const [y] = b;
  switch (op) {
    case '+':
      return each((p, q) => p + q);
    case '-':
      return each((p, q) => p - q);
    case '*':
      return each((p, q) => p * q);
    case '/':
      return each((p, q) => (int ? (q === 0 ? 0 : Math.trunc(p / q)) : p / q));
    case '<':
      return [x < y ? 1 : 0];
    case '>':
      return [x > y ? 1 : 0];
    case '<=':
      return [x <= y ? 1 : 0];
    case '>=':
      return [x >= y ? 1 : 0];
    case '==':
      return [a.every((v, i) => v === b[i]) ? 1 : 0];
    case '!=':
      return [a.every((v, i) => v === b[i]) ? 0 : 1];
    case '&&':
      return [x && y ? 1 : 0];
    case '||':
      return [x || y ? 1 : 0];
    case '^^':
      return [!x !== !y ? 1 : 0];
    default:
      return undefined;
  }
}
