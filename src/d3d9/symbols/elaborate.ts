import { builtinInput } from '../angle.ts';
import type { Expression, FunctionDefinition, Statement, Variable } from '../glsl/ast.ts';
import type { Program } from '../glsl/check/checker.ts';
import { sizeOf } from '../glsl/type.ts';
import { cellsOf } from '../layout.ts';
import type { Target } from '../target.ts';
import { type Place, ShaderError, type Work } from '../work.ts';
import { Algebra } from './algebra.ts';
import { Arithmetic } from './arithmetic.ts';
import type { Computed } from './computed.ts';
import { Evaluator } from './evaluate.ts';
import { type Exit, join, leaves, NO_EXIT, under } from './exit.ts';
import type { Node } from './graph.ts';
import type { State } from './variable-parts.ts';

const MAX_ITERATIONS = 4096;
/** ANGLE's limit. */
const MAX_CALLS = 256;

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
  readonly #state: State = { variables: new Map() };
  readonly #expressions: Evaluator;
  #path: Node;
  #depth = 0;

  constructor(program: Program, target: Target, work: Work) {
    this.#program = program;
    this.#work = work;
    this.#g = new Algebra(work, target);
    this.#m = new Arithmetic(this.#g);
    this.#path = this.#g.one;
    this.#expressions = new Evaluator(this.#state, this.#m, this.#g, work, (f, args) => this.#inline(f, args));
  }

  /** @throws ShaderError where loops do not end or the work runs out. */
  run(): Computed {
    for (const v of this.#program.variables) this.#state.variables.set(v, this.#initial(v));
    for (const item of this.#program.unit.items) if ('kind' in item) this.#statement(item);
    if (this.#program.main.body) this.#statement(this.#program.main.body);
    const outputs = new Map<Variable, readonly Node[]>();
    for (const v of this.#program.variables) {
      const out = v.storage === 'varying' || v.storage === 'builtin';
      if (out && v.writable) outputs.set(v, this.#state.variables.get(v) ?? []);
    }
    return { outputs, kills: this.#kills, m: this.#m };
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
          const value = d.initial
            ? this.#expressions.value(d.initial)
            : new Array<Node>(sizeOf(d.variable.type)).fill(this.#g.zero);
          this.#state.variables.set(d.variable, [...value]);
        }
        return NO_EXIT;
      case 'expression':
        this.#expressions.value(s.expression);
        return NO_EXIT;
      case 'if':
        return this.#if(
          this.#expressions.value(s.condition)[0],
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
        const value = s.value ? this.#expressions.value(s.value) : [];
        const result = this.#results.at(-1);
        if (result) this.#state.variables.set(result, [...value]);
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
      const left = leaves(this.#m.select, exit);
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
      return join(this.#m.select, exit, rest);
    }
    return NO_EXIT;
  }

  /** Both sides run on their own copy of the variables; then every variable takes its side's value. */
  #if(condition: Node, yes: () => Exit, no: () => Exit, both: boolean, invert = false): Exit {
    if (condition.op === 'const') return condition.value !== 0 ? yes() : no();
    const select = this.#m.select;
    const before = this.#state.variables;
    const path = this.#path;
    this.#state.variables = new Map(before);
    this.#work.spend(before.size);
    this.#path = select.and(path, condition);
    const first = yes();
    const whenYes = this.#state.variables;
    this.#state.variables = new Map(before);
    this.#path = select.and(path, select.not(condition));
    const second = no();
    const whenNo = this.#state.variables;
    this.#path = path;
    this.#state.variables = before;
    for (const [v, old] of before) {
      const a = whenYes.get(v) ?? old;
      const b = whenNo.get(v) ?? old;
      if (a === b) continue;
      before.set(v, this.#merge(condition, a, b, old, both, invert));
    }
    for (const [v, a] of whenYes) if (!before.has(v) && v.storage === 'parameter') before.set(v, a);
    return join(this.#m.select, under(this.#m.select, condition, first), under(this.#m.select, select.not(condition), second));
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
        alive = select.and(alive, this.#expressions.value(condition)[0]);
        if (alive.op !== 'const' && i > 255)
          throw new ShaderError('the end of this loop is not known when it is compiled', place);
      }
      if (alive.op === 'const' && alive.value === 0) break;
      const counted = new Map<Variable, Node[]>();
      const iterate = () => {
        const left = this.#iteration(body, next, counters.length > 0);
        for (const c of counters) counted.set(c, this.#state.variables.get(c) ?? []);
        return left;
      };
      const exit = this.#if(alive, iterate, () => NO_EXIT, false);
      // Nobody sees the counter of a loop that was left: it goes on as if it had not been, and stays a number.
      for (const [c, value] of counted) this.#state.variables.set(c, value);
      if (exit.returned) returned = returned ? select.or(returned, exit.returned) : exit.returned;
      const left = leaves(this.#m.select, { returned: exit.returned, broken: exit.broken });
      if (left) alive = select.and(alive, select.not(left));
    }
    return returned ? { returned } : NO_EXIT;
  }

  #iteration(body: Statement, next: Expression | undefined, counts: boolean): Exit {
    const exit = this.#statement(body);
    const left = leaves(this.#m.select, { returned: exit.returned, broken: exit.broken });
    if (next && !(left?.op === 'const' && left.value !== 0)) {
      if (left && left.op !== 'const' && !counts)
        this.#if(
          left,
          () => NO_EXIT,
          () => {
            this.#expressions.value(next);
            return NO_EXIT;
          },
          false,
          true,
        );
      else this.#expressions.value(next);
    }
    return exit;
  }

  #inline(f: FunctionDefinition, args: readonly Expression[]): Node[] {
    const values = args.map(a => this.#expressions.value(a));
    if (++this.#depth > MAX_CALLS) throw new ShaderError('calls are nested too deeply', f.place);
    f.parameters.forEach((p, i) => {
      if (p.variable)
        this.#state.variables.set(
          p.variable,
          p.direction === 'out' ? new Array<Node>(sizeOf(p.type)).fill(this.#g.zero) : [...values[i]],
        );
    });
    const result: Variable = { name: '', type: f.returns, storage: 'parameter', place: f.place, writable: true };
    this.#state.variables.set(result, new Array<Node>(f.returns.base === 'void' ? 0 : sizeOf(f.returns)).fill(this.#g.zero));
    this.#results.push(result);
    if (f.body) this.#statement(f.body);
    this.#results.pop();
    this.#depth--;
    const value = this.#state.variables.get(result) ?? [];
    this.#state.variables.delete(result);
    f.parameters.forEach((p, i) => {
      if (p.variable && p.direction !== 'in')
        this.#expressions.parts.assign(args[i], this.#state.variables.get(p.variable) ?? []);
    });
    return value;
  }
}
