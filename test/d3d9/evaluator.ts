import type { Expression, FunctionDefinition, Statement, Variable } from '../../src/d3d9/glsl/ast.ts';
import type { Program } from '../../src/d3d9/glsl/check/checker.ts';
import { elementOf, isMatrix, isScalar, isVector, sizeOf, type Type } from '../../src/d3d9/glsl/type.ts';

/** Interprets GLSL on numbers, statement by statement, following the language and independent of Direct3D. */

type Value = number[];
export type Fetch = (sampler: string, coordinates: readonly number[], kind: string) => number[];

class Left extends Error {
  readonly kind: 'return' | 'break' | 'continue' | 'discard';
  readonly value: Value;
  constructor(kind: Left['kind'], value: Value = []) {
    super(kind);
    this.kind = kind;
    this.value = value;
  }
}

interface Place {
  readonly value: Value;
  readonly lanes: readonly number[];
}

const clampIndex = (i: number, n: number) => Math.min(n - 1, Math.max(0, i));
const each =
  (f: (...v: number[]) => number) =>
  (...a: Value[]): Value =>
    Array.from({ length: Math.max(...a.map(v => v.length)) }, (_, i) => f(...a.map(v => v[v.length === 1 ? 0 : i])));
const dot = (a: Value, b: Value) => a.reduce((s, x, i) => s + x * b[i], 0);
const length = (a: Value) => Math.sqrt(dot(a, a));
const clamp = (x: number, a: number, b: number) => Math.min(Math.max(x, a), b);
const bool = (b: boolean) => (b ? 1 : 0);

const FUNCTIONS: Record<string, (...a: Value[]) => Value> = {
  radians: each(x => (x * Math.PI) / 180),
  degrees: each(x => (x * 180) / Math.PI),
  sin: each(Math.sin),
  cos: each(Math.cos),
  tan: each(Math.tan),
  asin: each(Math.asin),
  acos: each(Math.acos),
  pow: each((x, y) => x ** y),
  exp: each(Math.exp),
  log: each(Math.log),
  exp2: each(x => 2 ** x),
  log2: each(Math.log2),
  sqrt: each(Math.sqrt),
  inversesqrt: each(x => 1 / Math.sqrt(x)),
  abs: each(Math.abs),
  sign: each(Math.sign),
  floor: each(Math.floor),
  ceil: each(Math.ceil),
  fract: each(x => x - Math.floor(x)),
  mod: each((x, y) => x - y * Math.floor(x / y)),
  min: each(Math.min),
  max: each(Math.max),
  clamp: each(clamp),
  mix: each((a, b, t) => a * (1 - t) + b * t),
  step: each((e, x) => bool(x >= e)),
  smoothstep: each((a, b, x) => {
    const t = clamp((x - a) / (b - a), 0, 1);
    return t * t * (3 - 2 * t);
  }),
  length: a => [length(a)],
  distance: (a, b) => [length(a.map((x, i) => x - b[i]))],
  dot: (a, b) => [dot(a, b)],
  normalize: a => a.map(x => x / length(a)),
  cross: (a, b) => [a[1] * b[2] - b[1] * a[2], a[2] * b[0] - b[2] * a[0], a[0] * b[1] - b[0] * a[1]],
  faceforward: (n, i, r) => (dot(r, i) < 0 ? n : n.map(x => -x)),
  reflect: (i, n) => i.map((x, k) => x - 2 * dot(n, i) * n[k]),
  refract: (i, n, [eta]) => {
    const d = dot(n, i);
    const k = 1 - eta * eta * (1 - d * d);
    return i.map((x, l) => (k < 0 ? 0 : eta * x - (eta * d + Math.sqrt(k)) * n[l]));
  },
  matrixCompMult: each((a, b) => a * b),
  dFdx: each(() => 0),
  dFdy: each(() => 0),
  fwidth: each(() => 0),
  lessThan: each((a, b) => bool(a < b)),
  lessThanEqual: each((a, b) => bool(a <= b)),
  greaterThan: each((a, b) => bool(a > b)),
  greaterThanEqual: each((a, b) => bool(a >= b)),
  equal: each((a, b) => bool(a === b)),
  notEqual: each((a, b) => bool(a !== b)),
  any: a => [bool(a.some(x => x !== 0))],
  all: a => [bool(a.every(x => x !== 0))],
  not: each(a => bool(a === 0)),
};

export class Evaluator {
  readonly #program: Program;
  readonly #fetch: Fetch;
  readonly #globals = new Map<Variable, Value>();
  #locals: Map<Variable, Value>[] = [new Map()];

  constructor(program: Program, inputs: (v: Variable) => Value | undefined, fetch: Fetch) {
    this.#program = program;
    this.#fetch = fetch;
    for (const v of program.variables) this.#globals.set(v, inputs(v) ?? new Array<number>(sizeOf(v.type)).fill(0));
  }

  /** Runs main. Returns the values of the outputs by name, and whether the fragment was discarded. */
  run(): { outputs: Map<string, Value>; killed: boolean } {
    let killed = false;
    try {
      for (const i of this.#program.unit.items) if ('kind' in i) this.#statement(i);
      if (this.#program.main.body) this.#statement(this.#program.main.body);
    } catch (e) {
      if (!(e instanceof Left)) throw e;
      killed = e.kind === 'discard';
    }
    return { outputs: new Map([...this.#globals].map(([v, x]) => [v.name, x])), killed };
  }

  #variable(v: Variable): Value {
    const value = this.#locals.at(-1)?.get(v) ?? this.#globals.get(v) ?? v.constant;
    if (!value) throw new Error(`no value of ${v.name}`);
    return value;
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case 'block':
        for (const b of s.body) this.#statement(b);
        return;
      case 'declare':
        for (const d of s.declarations) {
          const v = d.variable;
          if (!v || v.storage === 'uniform' || v.storage === 'attribute' || v.storage === 'varying') continue;
          const value = d.initial ? [...this.#value(d.initial)] : new Array<number>(sizeOf(v.type)).fill(0);
          if (this.#globals.has(v)) this.#globals.set(v, value);
          else this.#locals.at(-1)?.set(v, value);
        }
        return;
      case 'expression':
        this.#value(s.expression);
        return;
      case 'if':
        if (this.#value(s.condition)[0]) this.#statement(s.yes);
        else if (s.no) this.#statement(s.no);
        return;
      case 'for':
        if (s.first) this.#statement(s.first);
        for (; !s.condition || this.#value(s.condition as Expression)[0]; s.next && this.#value(s.next))
          if (this.#body(s.body)) return;
        return;
      case 'while':
        while (this.#value(s.condition)[0]) if (this.#body(s.body)) return;
        return;
      case 'do':
        do if (this.#body(s.body)) return;
        while (this.#value(s.condition)[0]);
        return;
      case 'return':
        throw new Left('return', s.value ? this.#value(s.value) : []);
      case 'break':
      case 'continue':
      case 'discard':
        throw new Left(s.kind);
    }
  }

  /** Returns true where a `break` left the loop. */
  #body(s: Statement): boolean {
    try {
      this.#statement(s);
    } catch (e) {
      if (!(e instanceof Left) || e.kind === 'return' || e.kind === 'discard') throw e;
      return e.kind === 'break';
    }
    return false;
  }

  #value(e: Expression): Value {
    switch (e.kind) {
      case 'literal':
        // The compiler rounds literals to single precision: 0.7 is a little less, and fract tells.
        return [Math.fround(e.value)];
      case 'name':
      case 'member':
      case 'index': {
        const p = this.#place(e);
        return p.lanes.map(l => p.value[l]);
      }
      case 'unary': {
        const v = this.#value(e.operand);
        return e.operator === '+' ? v : v.map(x => (e.operator === '-' ? -x : bool(x === 0)));
      }
      case 'step': {
        const old = this.#value(e.operand);
        const now = old.map(x => x + (e.operator === '++' ? 1 : -1));
        this.#assign(e.operand, now);
        return e.prefix ? now : old;
      }
      case 'binary':
        return this.#binary(e);
      case 'assign': {
        const value =
          e.operator === '='
            ? this.#value(e.value)
            : this.#operate(e.operator[0], this.#value(e.target), this.#value(e.value), e.target.type, e.value.type);
        this.#assign(e.target, value);
        return value;
      }
      case 'ternary':
        return this.#value(this.#value(e.condition)[0] ? e.yes : e.no);
      case 'construct':
        return this.#construct(e.of, e.args);
      case 'call': {
        if (e.target && 'define' in e.target) return this.#call(e.target.define, e.args);
        if (e.name.startsWith('texture')) return this.#texture(e.name, e.args);
        const args = e.args.map(a => this.#value(a));
        if (e.name === 'atan') return args.length === 1 ? args[0].map(Math.atan) : each(Math.atan2)(...args);
        return FUNCTIONS[e.name](...args);
      }
    }
  }

  #texture(name: string, args: readonly Expression[]): Value {
    const sampler = this.#samplerName(args[0]);
    const [at, ...rest] = args.slice(1).map(a => this.#value(a));
    const cube = name.startsWith('textureCube');
    let c = at.slice(0, cube ? 3 : 2);
    if (name.includes('Proj')) c = c.map(x => x / at[at.length - 1]);
    return this.#fetch(sampler, c, rest.length > 0 ? `bias ${rest[0][0]}` : '');
  }

  readonly #samplers = new Map<Variable, string>();
  #samplerName(e: Expression): string {
    if (e.kind === 'name' && e.variable) return this.#samplers.get(e.variable) ?? `${e.variable.name}`;
    if (e.kind === 'index') return this.#samplerName(e.object);
    throw new Error('no sampler');
  }

  #call(f: FunctionDefinition, args: readonly Expression[]): Value {
    const values = args.map(a => (a.type.base.startsWith('sampler') ? [] : this.#value(a)));
    const locals = new Map<Variable, Value>();
    f.parameters.forEach((p, i) => {
      if (!p.variable) return;
      if (p.type.base.startsWith('sampler')) this.#samplers.set(p.variable, this.#samplerName(args[i]));
      else locals.set(p.variable, p.direction === 'out' ? new Array<number>(sizeOf(p.type)).fill(0) : [...values[i]]);
    });
    this.#locals.push(locals);
    let result: Value = [];
    try {
      if (f.body) this.#statement(f.body);
    } catch (e) {
      if (!(e instanceof Left) || e.kind !== 'return') throw e;
      result = e.value;
    } finally {
      this.#locals.pop();
    }
    f.parameters.forEach((p, i) => {
      if (p.variable && p.direction !== 'in') this.#assign(args[i], locals.get(p.variable) ?? []);
    });
    return result;
  }

  #binary(e: Expression & { kind: 'binary' }): Value {
    const a = this.#value(e.left);
    if (e.operator === '&&' && !a[0]) return [0];
    if (e.operator === '||' && a[0]) return [1];
    const b = this.#value(e.right);
    const [x] = a;
    const [y] = b;
    switch (e.operator) {
      case ',':
        return b;
      case '&&':
      case '||':
        return [bool(y !== 0)];
      case '^^':
        return [bool((x !== 0) !== (y !== 0))];
      case '<':
        return [bool(x < y)];
      case '>':
        return [bool(x > y)];
      case '<=':
        return [bool(x <= y)];
      case '>=':
        return [bool(x >= y)];
      case '==':
        return [bool(a.every((v, i) => v === b[i]))];
      case '!=':
        return [bool(!a.every((v, i) => v === b[i]))];
      default:
        return this.#operate(e.operator, a, b, e.left.type, e.right.type);
    }
  }

  #operate(op: string, a: Value, b: Value, ta: Type, tb: Type): Value {
    if (op === '*') {
      const n = isMatrix(ta) ? ta.rows : tb.rows;
      const row = (m: Value, r: number) => Array.from({ length: n }, (_, c) => m[c * n + r]);
      const column = (m: Value, c: number) => m.slice(c * n, c * n + n);
      if (isMatrix(ta) && isVector(tb)) return b.map((_, r) => dot(row(a, r), b));
      if (isVector(ta) && isMatrix(tb)) return a.map((_, c) => dot(a, column(b, c)));
      if (isMatrix(ta) && isMatrix(tb)) return a.map((_, i) => dot(row(a, i % n), column(b, Math.floor(i / n))));
    }
    const int = ta.base === 'int';
    return each((x, y) => {
      if (op === '+') return x + y;
      if (op === '-') return x - y;
      if (op === '*') return x * y;
      return int ? Math.trunc(x / y) : x / y;
    })(a, b);
  }

  #construct(of: Type, args: readonly Expression[]): Value {
    const values = args.map(a => this.#value(a));
    if (of.struct) return values.flat();
    const n = sizeOf(of);
    const convert = (v: number, from: Type) =>
      of.base === 'int' && from.base !== 'int' ? Math.trunc(v) : of.base === 'bool' ? bool(v !== 0) : v;
    if (isMatrix(of) && args.length === 1) {
      const from = args[0].type;
      return Array.from({ length: n }, (_, i) => {
        const c = Math.floor(i / of.rows);
        const r = i % of.rows;
        if (isScalar(from)) return c === r ? values[0][0] : 0;
        return c < from.columns && r < from.rows ? values[0][c * from.rows + r] : bool(c === r);
      });
    }
    const flat = args.flatMap((a, i) => values[i].map(v => convert(v, a.type)));
    return flat.length === 1 ? new Array<number>(n).fill(flat[0]) : flat.slice(0, n);
  }

  #place(e: Expression): Place {
    if (e.kind === 'name' && e.variable)
      return { value: this.#variable(e.variable), lanes: Array.from({ length: sizeOf(e.type) }, (_, i) => i) };
    if (e.kind === 'member') {
      const p = this.#place(e.object);
      if (e.lanes) return { value: p.value, lanes: e.lanes.map(l => p.lanes[l]) };
      let start = 0;
      for (const f of e.object.type.struct?.fields ?? []) {
        if (f.name === e.member) return { value: p.value, lanes: p.lanes.slice(start, start + sizeOf(f.type)) };
        start += sizeOf(f.type);
      }
    }
    if (e.kind === 'index') {
      const p = this.#place(e.object);
      const t = e.object.type;
      const n = t.count !== undefined ? sizeOf(elementOf(t)) : isMatrix(t) ? t.rows : 1;
      const k = clampIndex(this.#value(e.index)[0], p.lanes.length / n);
      return { value: p.value, lanes: p.lanes.slice(k * n, k * n + n) };
    }
    const value = this.#value(e);
    return { value, lanes: value.map((_, i) => i) };
  }

  #assign(e: Expression, value: Value): void {
    const p = this.#place(e);
    p.lanes.forEach((l, i) => void (p.value[l] = value[i]));
  }
}
