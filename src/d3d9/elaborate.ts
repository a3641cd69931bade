import { Algebra } from './algebra.ts';
import { builtinInput } from './angle.ts';
import { Arithmetic } from './arithmetic.ts';
import type { Expression, FunctionDefinition, Statement, Variable } from './ast.ts';
import type { Program } from './checker.ts';
import type { Computed } from './computed.ts';
import { FUNCTIONS, nonNegative } from './functions.ts';
import type { Node } from './graph.ts';
import { cellsOf, registersOf } from './layout.ts';
import type { Target } from './target.ts';
import { textureCall } from './texture.ts';
import { elementOf, isMatrix, isScalar, isVector, sizeOf, type Type } from './type.ts';
import { type Place, ShaderError, type Work } from './work.ts';

type Environment = Map<Variable, Node[]>;

/** Conditions under which a statement was left; undefined: it was not. */
interface Exit {
  readonly returned?: Node | undefined;
  readonly broken?: Node | undefined;
  readonly continued?: Node | undefined;
}

/** A part of a variable: the scalars `lanes` (from `start`), moved by computed indices. */
interface Path {
  readonly variable: Variable;
  readonly start: number;
  readonly type: Type;
  readonly lanes: readonly number[] | undefined;
  readonly steps: readonly { index: Node; scalars: number; registers: number; count: number; array: boolean }[];
}

const NO_EXIT: Exit = {};
const MAX_ITERATIONS = 4096;
const MAX_CALLS = 64;

/**
 * Runs the program on symbols: calls are inlined, loops unrolled, branches become selections. What is left is one graph of scalars.
 */
export class Elaborator {
  readonly #program: Program;
  readonly #work: Work;
  readonly #m: Arithmetic;
  readonly #g: Algebra;
  readonly #kills: Node[] = [];
  readonly #results: Variable[] = [];
  #environment: Environment = new Map();
  #path: Node;
  #depth = 0;

  constructor(program: Program, target: Target, work: Work) {
    this.#program = program;
    this.#work = work;
    this.#g = new Algebra(work, target);
    this.#m = new Arithmetic(this.#g);
    this.#path = this.#g.one;
  }

  /** @throws ShaderError where loops do not end or the work runs out. */
  run(): Computed {
    for (const v of this.#program.variables) this.#environment.set(v, this.#initial(v));
    for (const item of this.#program.unit.items) if ('kind' in item) this.#statement(item);
    if (this.#program.main.body) this.#statement(this.#program.main.body);
    const outputs = new Map<Variable, readonly Node[]>();
    for (const v of this.#program.variables) {
      const out = v.storage === 'varying' || v.storage === 'builtin';
      if (out && v.writable) outputs.set(v, this.#environment.get(v) ?? []);
    }
    return { outputs, kills: this.#kills, g: this.#g };
  }

  #initial(v: Variable): Node[] {
    const g = this.#g;
    const external =
      v.storage === 'uniform' ||
      v.storage === 'attribute' ||
      (v.storage === 'varying' && g.target.fragment) ||
      (v.storage === 'builtin' && !v.writable);
    if (!external) return new Array<Node>(sizeOf(v.type)).fill(g.zero);
    const builtin = v.storage === 'builtin' ? builtinInput(v, this.#m) : undefined;
    if (builtin) return builtin;
    const op = v.storage === 'uniform' ? 'uniform' : 'input';
    g.begin();
    return cellsOf(v.type, op === 'input').map(c => {
      const node = g.node(op, [], { variable: v, register: c.register, lane: c.lane });
      return v.type.base === 'int' ? this.#m.whole(node) : node;
    });
  }

  // Statements

  #statement(s: Statement): Exit {
    this.#work.place = s.place;
    this.#work.spend(2);
    this.#g.line = s.place.line;
    switch (s.kind) {
      case 'block':
        return this.#block(s.body, 0);
      case 'declare':
        for (const d of s.declarations) {
          if (
            !d.variable ||
            d.variable.storage === 'uniform' ||
            d.variable.storage === 'attribute' ||
            d.variable.storage === 'varying'
          )
            continue;
          const value = d.initial ? this.#value(d.initial) : new Array<Node>(sizeOf(d.variable.type)).fill(this.#g.zero);
          this.#environment.set(d.variable, [...value]);
        }
        return NO_EXIT;
      case 'expression':
        this.#value(s.expression);
        return NO_EXIT;
      case 'if':
        return this.#if(
          this.#value(s.condition)[0],
          () => this.#statement(s.yes),
          () => (s.no ? this.#statement(s.no) : NO_EXIT),
          s.no !== undefined,
        );
      case 'for': {
        if (s.first) this.#statement(s.first);
        const counters = s.first?.kind === 'declare' ? s.first.declarations.flatMap(d => d.variable ?? []) : [];
        return this.#loop(s.condition as Expression | undefined, s.next, s.body, s.place, false, counters);
      }
      case 'while':
        return this.#loop(s.condition, undefined, s.body, s.place, false, []);
      case 'do':
        return this.#loop(s.condition, undefined, s.body, s.place, true, []);
      case 'return': {
        const value = s.value ? this.#value(s.value) : [];
        const result = this.#results.at(-1);
        if (result) this.#environment.set(result, [...value]);
        return { returned: this.#g.one };
      }
      case 'break':
        return { broken: this.#g.one };
      case 'continue':
        return { continued: this.#g.one };
      case 'discard':
        this.#kill();
        return NO_EXIT;
      case 'empty':
        return NO_EXIT;
    }
  }

  #kill(): void {
    const g = this.#g;
    this.#kills.push(this.#m.select.choose(this.#path, [g.constant(-1)], [g.constant(-0)])[0]);
  }

  #block(body: readonly Statement[], from: number): Exit {
    for (let i = from; i < body.length; i++) {
      const exit = this.#statement(body[i]);
      const left = this.#any(exit);
      if (!left) continue;
      if (left.op === 'const') {
        if (left.value !== 0) return exit;
        continue;
      }
      if (i + 1 === body.length) return exit;
      const rest = this.#if(
        left,
        () => NO_EXIT,
        () => this.#block(body, i + 1),
        false,
        true,
      );
      return this.#join(exit, rest);
    }
    return NO_EXIT;
  }

  #any(e: Exit): Node | undefined {
    const parts = [e.returned, e.broken, e.continued].filter(p => p !== undefined);
    return parts.length === 0 ? undefined : parts.reduce((a, b) => this.#m.select.or(a, b));
  }

  #join(a: Exit, b: Exit): Exit {
    const either = (x?: Node, y?: Node) => (x && y ? this.#m.select.or(x, y) : (x ?? y));
    return {
      returned: either(a.returned, b.returned),
      broken: either(a.broken, b.broken),
      continued: either(a.continued, b.continued),
    };
  }

  #under(condition: Node, e: Exit): Exit {
    const when = (x?: Node) => (x ? this.#m.select.and(condition, x) : undefined);
    return { returned: when(e.returned), broken: when(e.broken), continued: when(e.continued) };
  }

  /** Both sides run on their own copy of the variables; then every variable takes its side's value. */
  #if(condition: Node, yes: () => Exit, no: () => Exit, both: boolean, invert = false): Exit {
    if (condition.op === 'const') return condition.value !== 0 ? yes() : no();
    const select = this.#m.select;
    const before = this.#environment;
    const path = this.#path;
    this.#environment = new Map(before);
    this.#work.spend(before.size);
    this.#path = select.and(path, condition);
    const first = yes();
    const whenYes = this.#environment;
    this.#environment = new Map(before);
    this.#path = select.and(path, select.not(condition));
    const second = no();
    const whenNo = this.#environment;
    this.#path = path;
    this.#environment = before;
    for (const [v, old] of before) {
      const a = whenYes.get(v) ?? old;
      const b = whenNo.get(v) ?? old;
      if (a === b) continue;
      before.set(v, this.#merge(condition, a, b, old, both, invert));
    }
    for (const [v, a] of whenYes) if (!before.has(v) && v.storage === 'parameter') before.set(v, a);
    return this.#join(this.#under(condition, first), this.#under(select.not(condition), second));
  }

  #merge(condition: Node, a: readonly Node[], b: readonly Node[], old: readonly Node[], both: boolean, invert: boolean): Node[] {
    const out: Node[] = [...a];
    const n = Math.max(a.length, b.length);
    for (let i = 0; i < n; i += 4) {
      const yes = Array.from({ length: Math.min(4, n - i) }, (_, k) => a[i + k] ?? this.#g.zero);
      const no = yes.map((_, k) => b[i + k] ?? this.#g.zero);
      const kept = !both && (invert ? yes : no).every((x, k) => x === old[i + k]);
      const merged = invert
        ? this.#m.select.choose(this.#m.select.not(condition), no, yes, kept)
        : this.#m.select.choose(condition, yes, no, kept);
      merged.forEach((m, k) => void (out[i + k] = m));
    }
    return out;
  }

  #loop(
    condition: Expression | undefined,
    next: Expression | undefined,
    body: Statement,
    place: Place,
    bodyFirst: boolean,
    counters: readonly Variable[],
  ): Exit {
    const select = this.#m.select;
    let alive = this.#g.one;
    let returned: Node | undefined;
    for (let i = 0; ; i++) {
      this.#work.place = place;
      if (i > MAX_ITERATIONS) throw new ShaderError(`this loop runs more than ${MAX_ITERATIONS} times`, place);
      this.#work.spend(4);
      if (condition && !(bodyFirst && i === 0)) {
        alive = select.and(alive, this.#value(condition)[0]);
        if (alive.op !== 'const' && i > 255)
          throw new ShaderError('the end of this loop is not known when it is compiled', place);
      }
      if (alive.op === 'const' && alive.value === 0) break;
      const counted = new Map<Variable, Node[]>();
      const iterate = () => {
        const left = this.#iteration(body, next, counters.length > 0);
        for (const c of counters) counted.set(c, this.#environment.get(c) ?? []);
        return left;
      };
      const exit = this.#if(alive, iterate, () => NO_EXIT, false);
      // Nobody sees the counter of a loop that was left: it goes on as if it had not been, and stays a number.
      for (const [c, value] of counted) this.#environment.set(c, value);
      if (exit.returned) returned = returned ? select.or(returned, exit.returned) : exit.returned;
      const left = this.#any({ returned: exit.returned, broken: exit.broken });
      if (left) alive = select.and(alive, select.not(left));
    }
    return returned ? { returned } : NO_EXIT;
  }

  #iteration(body: Statement, next: Expression | undefined, counts: boolean): Exit {
    const exit = this.#statement(body);
    const left = this.#any({ returned: exit.returned, broken: exit.broken });
    if (next && !(left?.op === 'const' && left.value !== 0)) {
      if (left && left.op !== 'const' && !counts)
        this.#if(
          left,
          () => NO_EXIT,
          () => {
            this.#value(next);
            return NO_EXIT;
          },
          false,
          true,
        );
      else this.#value(next);
    }
    return exit;
  }

  // Expressions

  #value(e: Expression): Node[] {
    this.#work.spend(1);
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
        const path = this.#resolve(e);
        if (path) return this.#read(path);
        return this.#part(e);
      }
      case 'unary': {
        const v = this.#value(e.operand);
        if (e.operator === '!') return [m.select.not(v[0])];
        return e.operator === '-' ? m.neg(v) : v;
      }
      case 'step': {
        const old = this.#value(e.operand);
        const changed = m.add(old, m.constants(e.operator === '++' ? 1 : -1));
        this.#assign(e.operand, changed);
        return e.prefix ? changed : old;
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
        return this.#ternary(e);
      case 'call':
        return this.#call(e);
      case 'construct':
        return this.#construct(e.of, e.args);
    }
  }

  #ternary(e: Expression & { kind: 'ternary' }): Node[] {
    const c = this.#value(e.condition)[0];
    if (c.op === 'const') return this.#value(c.value !== 0 ? e.yes : e.no);
    const yes = this.#value(e.yes);
    const no = this.#value(e.no);
    return this.#m.select.choose(c, yes, no);
  }

  #binary(e: Expression & { kind: 'binary' }): Node[] {
    const { select } = this.#m;
    const left = this.#value(e.left);
    if (e.operator === '&&' && left[0] === this.#g.zero) return left;
    if (e.operator === '||' && left[0] === this.#g.one) return left;
    const right = this.#value(e.right);
    const [a] = left;
    const [b] = right;
    switch (e.operator) {
      case ',':
        return right;
      case '&&':
        return [select.and(a, b)];
      case '||':
        return [select.or(a, b)];
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
    // A matrix row by row: a register holds a row.
    const rows = isMatrix(ta) ? ta.rows : tb.rows;
    const out = new Array<Node>(size);
    for (let r = 0; r < rows; r++) {
      const row = (v: Node[]) => (v.length === 1 ? v : Array.from({ length: rows }, (_, c) => v[c * rows + r]));
      one(row(a), row(b)).forEach((x, c) => void (out[c * rows + r] = x));
    }
    return out;
  }

  #construct(of: Type, args: readonly Expression[]): Node[] {
    const values = args.map(a => this.#value(a));
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
    if (target && 'define' in target) return this.#inline(target.define, e.args);
    const args = e.args.map(a => this.#value(a));
    if (e.name.startsWith('texture')) return textureCall(this.#m, e.name, args);
    return FUNCTIONS[e.name](this.#m, ...args);
  }

  #inline(f: FunctionDefinition, args: readonly Expression[]): Node[] {
    const values = args.map(a => this.#value(a));
    if (++this.#depth > MAX_CALLS) throw new ShaderError('calls are nested too deeply', f.place);
    f.parameters.forEach((p, i) => {
      if (p.variable)
        this.#environment.set(
          p.variable,
          p.direction === 'out' ? new Array<Node>(sizeOf(p.type)).fill(this.#g.zero) : [...values[i]],
        );
    });
    const result: Variable = { name: '', type: f.returns, storage: 'parameter', place: f.place, writable: true };
    this.#environment.set(result, new Array<Node>(f.returns.base === 'void' ? 0 : sizeOf(f.returns)).fill(this.#g.zero));
    this.#results.push(result);
    if (f.body) this.#statement(f.body);
    this.#results.pop();
    this.#depth--;
    const value = this.#environment.get(result) ?? [];
    this.#environment.delete(result);
    f.parameters.forEach((p, i) => {
      if (p.variable && p.direction !== 'in') this.#assign(args[i], this.#environment.get(p.variable) ?? []);
    });
    return value;
  }

  // Parts of variables

  #resolve(e: Expression): Path | undefined {
    if (e.kind === 'name') return e.variable && { variable: e.variable, start: 0, type: e.type, lanes: undefined, steps: [] };
    if (e.kind === 'member') {
      const object = this.#resolve(e.object);
      if (!object) return undefined;
      const struct = e.object.type.struct;
      if (struct) {
        let start = object.start;
        for (const f of struct.fields) {
          if (f.name === e.member) break;
          start += sizeOf(f.type);
        }
        return { ...object, start, type: e.type };
      }
      const lanes = e.lanes ?? [];
      return { ...object, type: e.type, lanes: object.lanes ? lanes.map(l => object.lanes?.[l] ?? l) : lanes };
    }
    if (e.kind !== 'index') return undefined;
    const object = this.#resolve(e.object);
    if (!object) return undefined;
    const [index] = this.#value(e.index);
    const t = e.object.type;
    const element = t.count !== undefined ? elementOf(t) : e.type;
    const scalars = sizeOf(element);
    const count = t.count ?? (isMatrix(t) ? t.columns : t.rows);
    if (index.op === 'const') {
      const k = Math.min(count - 1, Math.max(0, index.value));
      if (object.lanes) return { ...object, type: e.type, lanes: [object.lanes[k]] };
      return { ...object, type: e.type, start: object.start + k * scalars };
    }
    if (object.lanes) return undefined;
    const step = { index, scalars, registers: registersOf(element), count, array: t.count !== undefined };
    return { ...object, type: e.type, steps: [...object.steps, step] };
  }

  #part(e: Expression & { kind: 'name' | 'index' | 'member' }): Node[] {
    if (e.kind === 'name') return [];
    const object = this.#value(e.object);
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
    const [index] = this.#value(e.index);
    const n = sizeOf(e.type);
    const elements = Array.from({ length: object.length / n }, (_, k) => object.slice(k * n, k * n + n));
    return this.#pick(elements, index);
  }

  #pick(elements: Node[][], index: Node): Node[] {
    if (index.op === 'const') return elements[Math.min(elements.length - 1, Math.max(0, index.value))];
    let value = elements[elements.length - 1];
    for (let k = elements.length - 2; k >= 0; k--)
      value = this.#m.select.choose(this.#m.select.eq(index, this.#g.constant(k)), elements[k], value);
    return value;
  }

  #read(path: Path): Node[] {
    const size = path.lanes ? 0 : sizeOf(path.type);
    const offsets = path.lanes ? path.lanes.map(l => path.start + l) : Array.from({ length: size }, (_, i) => path.start + i);
    if (path.steps.length === 0) {
      const all = this.#environment.get(path.variable) ?? path.variable.constant?.map(v => this.#g.constant(v)) ?? [];
      return offsets.map(o => all[o]);
    }
    const relative = path.variable.storage === 'uniform' && !this.#g.target.fragment && path.steps.every(s => s.array);
    if (relative) return this.#readRelative(path, offsets);
    const [step, ...rest] = path.steps;
    const elements = Array.from({ length: step.count }, (_, k) =>
      this.#read({ ...path, steps: rest, start: path.start + k * step.scalars }),
    );
    return this.#pick(elements, step.index);
  }

  /** ANGLE clamps every computed index into a uniform array: a[int(clamp(float(i), 0.0, N - 1.0))]. */
  #readRelative(path: Path, offsets: readonly number[]): Node[] {
    const g = this.#g;
    let address = g.zero;
    for (const s of path.steps) {
      g.begin();
      const low = g.max(s.index, g.zero);
      g.begin();
      const clamped = g.min(low, g.constant(s.count - 1));
      g.begin();
      address = g.add(address, g.mul(clamped, g.constant(s.registers)));
    }
    const cells = cellsOf(path.variable.type);
    g.begin();
    return offsets.map(o =>
      g.node('relative', [address], { variable: path.variable, register: cells[o].register, lane: cells[o].lane }),
    );
  }

  #assign(e: Expression, value: readonly Node[]): void {
    const path = this.#resolve(e);
    if (!path) throw new ShaderError('this cannot be written', e.place);
    this.#write(path, value);
  }

  #write(path: Path, value: readonly Node[]): void {
    if (path.steps.length === 0) {
      const all = [...(this.#environment.get(path.variable) ?? [])];
      if (path.lanes) path.lanes.forEach((l, i) => void (all[path.start + l] = value[i]));
      else value.forEach((v, i) => void (all[path.start + i] = v));
      this.#environment.set(path.variable, all);
      return;
    }
    const [step, ...rest] = path.steps;
    for (let k = 0; k < step.count; k++) {
      const element = { ...path, steps: rest, start: path.start + k * step.scalars };
      const old = this.#read(element);
      this.#write(element, this.#m.select.choose(this.#m.select.eq(step.index, this.#g.constant(k)), value, old));
    }
  }
}
