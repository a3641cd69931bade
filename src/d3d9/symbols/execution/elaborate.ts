/** Symbolic execution of a whole shader: its statements and calls. */
import type { Declaration, Expression, FunctionDefinition, Statement, Variable } from '../../glsl/ast.ts';
import type { Program } from '../../glsl/check/checker.ts';
import { ShaderError } from '../../shader-error.ts';
import type { Target } from '../../target.ts';
import type { Work } from '../../work-budget.ts';
import type { Computed } from '../computed.ts';
import type { Node } from '../graph/graph.ts';
import { isDiscontinuous } from '../regions/loop-rule.ts';
import { Branches } from './branches.ts';
import { Evaluator } from './evaluate.ts';
import { Execution, type Interpreter } from './execution.ts';
import { type Exit, join, leaves, NO_EXIT } from './exit.ts';
import { initialValue, zeros } from './initial-values.ts';
import { LoopKeeper } from './kept-loop.ts';
import { leaveKept, leavesKept } from './loop-exits.ts';
import type { ForStatement } from './loop-region.ts';
import { LoopUnroller } from './unrolled-loop.ts';

/** ANGLE's limit of nested calls. */
const MAX_CALLS = 256;

/**
 * Executes the program symbolically: inlines calls, unrolls loops and turns branches into selections.
 * The result is one graph of scalars.
 */
export class Elaborator {
  readonly #program: Program;
  readonly #execution: Execution;
  readonly #branches: Branches;
  readonly #expressions: Evaluator;
  readonly #keeper: LoopKeeper;
  readonly #unroller: LoopUnroller;

  constructor(program: Program, target: Target, work: Work) {
    this.#program = program;
    const execution = new Execution(target, work);
    const branches = new Branches(execution);
    const expressions = new Evaluator(execution, {
      inline: (f, args) => this.#inline(f, args),
      choose: (condition, yes, no) => branches.choose(condition, yes, no),
    });
    const interpreter: Interpreter = { statement: s => this.#statement(s), value: e => expressions.value(e) };
    this.#execution = execution;
    this.#branches = branches;
    this.#expressions = expressions;
    this.#keeper = new LoopKeeper(execution, branches, interpreter);
    this.#unroller = new LoopUnroller(execution, branches, interpreter);
  }

  /** Executes `main`. @throws ShaderError where a loop does not end or the work budget is spent. */
  run(): Computed {
    const { unit, main, variables } = this.#program;
    const execution = this.#execution;
    for (const v of variables) execution.variables.set(v, initialValue(v, execution.m));
    for (const item of unit.items) if ('kind' in item) this.#statement(item);
    if (main.body) this.#statement(main.body);
    const outputs = new Map<Variable, readonly Node[]>();
    for (const v of variables) {
      const out = v.storage === 'varying' || v.storage === 'builtin';
      if (out && v.writable) outputs.set(v, execution.variables.get(v) ?? []);
    }
    return { outputs, kills: execution.kills, m: execution.m, regions: execution.regions };
  }

  #statement(s: Statement): Exit {
    const { g, work } = this.#execution;
    work.place = s.place;
    work.spend(2);
    g.line = s.place.line;
    switch (s.kind) {
      case 'block':
        return this.#sequence(s.body, 0);
      case 'declare':
        for (const d of s.declarations) this.#declare(d);
        return NO_EXIT;
      case 'expression':
        this.#expressions.value(s.expression);
        return NO_EXIT;
      case 'if': {
        const { yes, no } = s;
        const [condition] = this.#expressions.value(s.condition);
        return this.#branches.if(condition, () => this.#statement(yes), no && (() => this.#statement(no)));
      }
      case 'for':
        return this.#for(s);
      case 'while':
      case 'do':
        return this.#unroller.run(s, []);
      case 'return':
        return this.#return(s.value);
      case 'break':
        return { broken: g.one };
      case 'continue':
        return this.#continue();
      case 'discard':
        this.#discard();
        return NO_EXIT;
      case 'empty':
        return NO_EXIT;
    }
  }

  #declare({ variable, initial }: Declaration): void {
    const { m, variables } = this.#execution;
    if (!variable) return;
    if (variable.storage === 'uniform' || variable.storage === 'attribute' || variable.storage === 'varying') return;
    variables.set(variable, initial ? [...this.#expressions.value(initial)] : zeros(variable.type, m));
  }

  #return(value: Expression | undefined): Exit {
    const { g, results, variables } = this.#execution;
    const returned = value ? this.#expressions.value(value) : [];
    const result = results.at(-1);
    if (result) variables.set(result, [...returned]);
    return { returned: g.one };
  }

  #continue(): Exit {
    const { g, loops } = this.#execution;
    // Microsoft's compiler counts at each `continue` of a kept loop.
    const loop = loops.at(-1);
    if (loop?.kept && loop.next) this.#expressions.value(loop.next);
    return { continued: g.one };
  }

  #discard(): void {
    const { around, path, g, m, keptLoop, kills } = this.#execution;
    const [kill] = m.select.choose(m.select.and(around, path), [g.constant(-1)], [g.constant(-0)]);
    if (keptLoop) keptLoop.effects.push({ kill });
    else kills.push(kill);
  }

  /** Executes the statements from an index on. Those behind a jump run only where the jump was not taken. */
  #sequence(body: readonly Statement[], from: number): Exit {
    const execution = this.#execution;
    const { select } = execution.m;
    for (let i = from; i < body.length; i++) {
      const exit = this.#statement(body[i]);
      const left = leaves(select, exit);
      if (!left) continue;
      if (left.op === 'const') {
        if (left.value !== 0) return exit;
        continue;
      }
      if (leavesKept(execution, exit)) {
        leaveKept(execution, left, exit, execution.variables);
        continue;
      }
      if (i + 1 === body.length) return exit;
      const rest = this.#branches.unless(left, () => this.#sequence(body, i + 1));
      return join(select, exit, rest);
    }
    return NO_EXIT;
  }

  #for(s: ForStatement): Exit {
    if (s.first) this.#statement(s.first);
    const counters = s.first?.kind === 'declare' ? s.first.declarations.flatMap(d => d.variable ?? []) : [];
    const discontinuous = isDiscontinuous(s.body) ? 1 : 0;
    this.#execution.discontinuous += discontinuous;
    const exit = this.#keeper.run(s, counters) ?? this.#unroller.run(s, counters);
    this.#execution.discontinuous -= discontinuous;
    return exit;
  }

  /** Runs the body of a function in place of a call. */
  #inline(f: FunctionDefinition, args: readonly Expression[]): Node[] {
    const execution = this.#execution;
    const { m, results } = execution;
    const values = args.map(a => this.#expressions.value(a));
    if (++execution.calls > MAX_CALLS) throw new ShaderError('calls are nested too deeply', f.place);
    f.parameters.forEach((p, i) => {
      if (p.variable) execution.variables.set(p.variable, p.direction === 'out' ? zeros(p.type, m) : [...values[i]]);
    });
    const result: Variable = { name: '', type: f.returns, storage: 'parameter', place: f.place, writable: true };
    execution.variables.set(result, f.returns.base === 'void' ? [] : zeros(f.returns, m));
    results.push(result);
    if (f.body) this.#statement(f.body);
    results.pop();
    execution.calls--;
    const value = execution.variables.get(result) ?? [];
    execution.variables.delete(result);
    f.parameters.forEach((p, i) => {
      if (p.variable && p.direction !== 'in') this.#expressions.parts.assign(args[i], execution.variables.get(p.variable) ?? []);
    });
    return value;
  }
}
