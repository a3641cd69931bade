/** The evaluation of expressions. */
import type { Expression, FunctionDefinition } from '../../glsl/ast.ts';
import { partsOf } from '../../glsl/parts.ts';
import { isMatrix, isScalar, isVector, sizeOf, type Type } from '../../glsl/type.ts';
import type { Algebra } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';
import type { Arithmetic } from '../values/arithmetic.ts';
import { FUNCTIONS, nonNegative } from '../values/functions.ts';
import { textureCall } from '../values/texture.ts';
import type { Execution } from './execution.ts';
import { VariableParts } from './variable-parts.ts';

/** The control flow within expressions. */
export interface ControlFlow {
  /** Runs the body of a function in place of a call. */
  inline(f: FunctionDefinition, args: readonly Expression[]): Node[];
  /** Selects one of two values that may be branches. */
  choose(condition: Node, yes: () => Node[], no: () => Node[]): Node[];
}

/** Evaluates expressions symbolically: one node for each scalar of the value. */
export class Evaluator {
  readonly parts: VariableParts;
  readonly #execution: Execution;
  readonly #m: Arithmetic;
  readonly #g: Algebra;
  readonly #control: ControlFlow;

  constructor(execution: Execution, control: ControlFlow) {
    this.parts = new VariableParts(execution, e => this.value(e));
    this.#execution = execution;
    this.#m = execution.m;
    this.#g = execution.g;
    this.#control = control;
  }

  value(e: Expression): Node[] {
    this.#execution.work.spend(1);
    const line = this.#g.line;
    this.#g.line = e.place.line;
    const value = this.#evaluate(e);
    this.#g.line = line;
    return value;
  }

  #evaluate(e: Expression): Node[] {
    const m = this.#m;
    switch (e.kind) {
      case 'literal':
        return [this.#g.constant(e.value)];
      case 'name':
      case 'index':
      case 'member': {
        const path = this.parts.resolve(e);
        if (path) return this.parts.read(path);
        return this.#part(e);
      }
      case 'unary': {
        const v = this.value(e.operand);
        if (e.operator === '!') return [m.select.not(v[0])];
        return e.operator === '-' ? m.neg(v) : v;
      }
      case 'step': {
        const old = this.value(e.operand);
        const changed = m.add(old, m.constants(e.operator === '++' ? 1 : -1));
        this.parts.assign(e.operand, changed);
        return e.prefix ? changed : old;
      }
      case 'binary':
        return this.#binary(e);
      case 'assign': {
        const value =
          e.operator === '='
            ? this.value(e.value)
            : this.#operate(e.operator[0], this.value(e.target), this.value(e.value), e.target.type, e.value.type);
        this.parts.assign(e.target, value);
        return value;
      }
      case 'ternary':
        return this.#ternary(e);
      case 'call':
        return this.#call(e);
      case 'construct':
        return this.#construct(e.of, e.args);
    }
  }

  #ternary(e: Expression & { kind: 'ternary' }): Node[] {
    const c = this.value(e.condition)[0];
    if (c.op === 'const') return this.value(c.value !== 0 ? e.yes : e.no);
    return this.#control.choose(
      c,
      () => this.value(e.yes),
      () => this.value(e.no),
    );
  }

  #binary(e: Expression & { kind: 'binary' }): Node[] {
    const { select } = this.#m;
    const left = this.value(e.left);
    if (e.operator === '&&' && left[0] === this.#g.zero) return left;
    if (e.operator === '||' && left[0] === this.#g.one) return left;
    const right = this.value(e.right);
    const [a] = left;
    const [b] = right;
    switch (e.operator) {
      case ',':
        return right;
      case '&&':
      case '||':
        if (holdsCall(e.left) || holdsCall(e.right)) return [this.#shortCircuit(e.operator, a, b)];
        return [e.operator === '&&' ? select.and(a, b) : select.or(a, b)];
      case '^^':
        return [select.xor(a, b)];
      case '<':
        return [select.lt(a, b)];
      case '>':
        return [select.lt(b, a)];
      case '<=':
        return [select.ge(b, a)];
      case '>=':
        return [select.ge(a, b)];
      case '==':
        return [this.#equal(left, right)];
      case '!=':
        return [select.not(this.#equal(left, right))];
      default:
        return this.#operate(e.operator, left, right, e.left.type, e.right.type);
    }
  }

  /** Makes an `if` of && and || where the right side contains a call, as ANGLE does: a selection instead of a sum. */
  #shortCircuit(operator: '&&' | '||', a: Node, b: Node): Node {
    const { select } = this.#m;
    if (a.op === 'const' || b.op === 'const') return operator === '&&' ? select.and(a, b) : select.or(a, b);
    const simple = a.op === 'lt' || a.op === 'ge' || a.op === 'eq' || a.op === 'ne';
    const left = simple && this.#g.target.fragment ? this.#g.one : select.value(a);
    const right = select.value(b);
    return operator === '||' ? select.choose(a, [left], [right], true)[0] : select.choose(a, [right], [this.#g.zero], true)[0];
  }

  #equal(a: readonly Node[], b: readonly Node[]): Node {
    return a.map((x, i) => this.#m.select.eq(x, b[i])).reduce((p, q) => this.#m.select.and(p, q));
  }

  #operate(op: string, a: Node[], b: Node[], ta: Type, tb: Type): Node[] {
    const m = this.#m;
    if (op === '*') {
      if (isMatrix(ta) && isVector(tb)) return m.matrixTimesVector(a, b);
      if (isVector(ta) && isMatrix(tb)) return m.vectorTimesMatrix(a, b);
      if (isMatrix(ta) && isMatrix(tb)) return m.matrixTimesMatrix(a, b, ta.rows);
    }
    const one = (x: Node[], y: Node[]): Node[] => {
      if (op === '+') return m.add(x, y);
      if (op === '-') return m.sub(x, y);
      if (op === '*') return m.mul(x, y);
      const quotient = m.div(x, y);
      if (ta.base !== 'int') return quotient;
      if ([...x, ...y].every(v => v.op === 'const'))
        return x.map((v, i) => this.#g.constant(Math.trunc(v.value / (y[i] ?? y[0]).value)));
      return m.truncate(quotient, nonNegative);
    };
    const size = Math.max(a.length, b.length);
    if (size <= 4) return one(a, b);
    // A matrix is processed by rows, because a register holds a row.
    const rows = isMatrix(ta) ? ta.rows : tb.rows;
    const out = new Array<Node>(size);
    for (let r = 0; r < rows; r++) {
      const row = (v: Node[]) => (v.length === 1 ? v : Array.from({ length: rows }, (_, c) => v[c * rows + r]));
      one(row(a), row(b)).forEach((x, c) => void (out[c * rows + r] = x));
    }
    return out;
  }

  #construct(of: Type, args: readonly Expression[]): Node[] {
    const values = args.map(a => this.value(a));
    if (of.struct) return values.flat();
    const [first] = args;
    if (args.length === 1 && isMatrix(of)) {
      const identity = (at: (c: number, r: number) => Node | undefined) =>
        Array.from({ length: of.rows * of.columns }, (_, i) => {
          const c = Math.floor(i / of.rows);
          const r = i % of.rows;
          return at(c, r) ?? (c === r ? this.#g.one : this.#g.zero);
        });
      if (isScalar(first.type)) {
        const [s] = this.#convert(values[0], first.type, of);
        return identity((c, r) => (c === r ? s : this.#g.zero));
      }
      if (isMatrix(first.type))
        return identity((c, r) =>
          c < first.type.columns && r < first.type.rows ? values[0][c * first.type.rows + r] : undefined,
        );
    }
    const flat = args.flatMap((a, i) => this.#convert(values[i], a.type, of));
    const size = sizeOf(of);
    return flat.length === 1 ? new Array<Node>(size).fill(flat[0]) : flat.slice(0, size);
  }

  #convert(value: Node[], from: Type, to: Type): Node[] {
    if (from.base === to.base) return value;
    const m = this.#m;
    if (to.base === 'bool') return value.map(x => m.select.not(m.select.eq(x, this.#g.zero)));
    if (from.base === 'bool') return m.map(x => m.select.value(x), value);
    return to.base === 'int' ? m.truncate(value, nonNegative) : value;
  }

  #call(e: Expression & { kind: 'call' }): Node[] {
    const target = e.target;
    if (target && 'define' in target) return this.#control.inline(target.define, e.args);
    const args = e.args.map(a => this.value(a));
    if (e.name.startsWith('texture')) {
      const texels = textureCall(this.#m, e.name, args, this.#execution.discontinuous > 0);
      this.#execution.fetches.push(...texels.slice(0, 1).map(t => t.args[0]));
      return texels;
    }
    return FUNCTIONS[e.name](this.#m, ...args);
  }

  #part(e: Expression & { kind: 'name' | 'index' | 'member' }): Node[] {
    if (e.kind === 'name') return [];
    const object = this.value(e.object);
    if (e.kind === 'member') {
      const struct = e.object.type.struct;
      if (!struct) return (e.lanes ?? []).map(l => object[l]);
      let start = 0;
      for (const f of struct.fields) {
        if (f.name === e.member) break;
        start += sizeOf(f.type);
      }
      return object.slice(start, start + sizeOf(e.type));
    }
    const [index] = this.value(e.index);
    const n = sizeOf(e.type);
    const elements = Array.from({ length: object.length / n }, (_, k) => object.slice(k * n, k * n + n));
    return this.parts.pick(elements, index);
  }
}

const holdsCall = (e: Expression): boolean => e.kind === 'call' || e.kind === 'construct' || partsOf(e).some(holdsCall);
