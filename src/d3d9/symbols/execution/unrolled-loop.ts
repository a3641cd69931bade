/** Unrolled loops: each iteration becomes an `if` after the one before it. */
import type { Expression, Statement, Variable } from '../../glsl/ast.ts';
import { ShaderError } from '../../shader-error.ts';
import type { Node } from '../graph/graph.ts';
import type { Branches } from './branches.ts';
import { type Execution, type Interpreter, MAX_ITERATIONS } from './execution.ts';
import { type Exit, leaves, NO_EXIT } from './exit.ts';

/** The most iterations of a loop whose condition is not a constant. */
const MAX_UNKNOWN_ITERATIONS = 256;

type LoopStatement = Statement & { kind: 'for' | 'while' | 'do' };

/** Executes loops iteration by iteration until their condition is known to fail. */
export class LoopUnroller {
  readonly #execution: Execution;
  readonly #branches: Branches;
  readonly #interpreter: Interpreter;
  /** The conditions of unrolled loops that are flags. */
  readonly #flags = new Set<Node>();

  constructor(execution: Execution, branches: Branches, interpreter: Interpreter) {
    this.#execution = execution;
    this.#branches = branches;
    this.#interpreter = interpreter;
  }

  /**
   * Unrolls a loop.
   * @param counters - the variables that a `for` declares.
   * @throws ShaderError where the loop has too many iterations, or no end that is known.
   */
  run(s: LoopStatement, counters: readonly Variable[]): Exit {
    const execution = this.#execution;
    const { g, m, work } = execution;
    const condition = s.condition as Expression | undefined;
    const next = s.kind === 'for' ? s.next : undefined;
    execution.loops.push({ kept: false, calls: execution.calls, flag: undefined, next, exits: [], effects: [] });
    let alive = g.one;
    let returned: Node | undefined;
    for (let i = 0; ; i++) {
      work.place = s.place;
      if (i > MAX_ITERATIONS) throw new ShaderError(`this loop runs more than ${MAX_ITERATIONS} times`, s.place);
      work.spend(4);
      if (condition && !(s.kind === 'do' && i === 0)) {
        alive = m.select.and(alive, this.#interpreter.value(condition)[0]);
        if (alive.op !== 'const' && i >= MAX_UNKNOWN_ITERATIONS)
          throw new ShaderError('the end of this loop is not known when it is compiled', s.place);
      }
      if (alive.op === 'const' && alive.value === 0) break;
      const exit = this.#iteration(alive, s.body, next, counters);
      if (exit.returned) returned = returned ? m.select.or(returned, exit.returned) : exit.returned;
      const left = leaves(m.select, { returned: exit.returned, broken: exit.broken });
      if (left) alive = this.#stillAlive(alive, left);
    }
    execution.loops.pop();
    return returned ? { returned } : NO_EXIT;
  }

  #iteration(alive: Node, body: Statement, next: Expression | undefined, counters: readonly Variable[]): Exit {
    const execution = this.#execution;
    const counted = new Map<Variable, Node[]>();
    const exit = this.#branches.if(alive, () => {
      const left = this.#turn(body, next, counters.length > 0);
      for (const c of counters) counted.set(c, execution.variables.get(c) ?? []);
      return left;
    });
    // Nothing reads the counter of a loop that was left. It continues as a plain number.
    for (const [c, value] of counted) execution.variables.set(c, value);
    return exit;
  }

  /** Runs the body and the step of an iteration. The step of a loop that `counts` runs after a jump too. */
  #turn(body: Statement, next: Expression | undefined, counts: boolean): Exit {
    const exit = this.#interpreter.statement(body);
    const left = leaves(this.#execution.m.select, { returned: exit.returned, broken: exit.broken });
    if (!next || (left?.op === 'const' && left.value !== 0)) return exit;
    const step = () => {
      this.#interpreter.value(next);
      return NO_EXIT;
    };
    if (left && left.op !== 'const' && !counts) this.#branches.unless(left, step);
    else step();
    return exit;
  }

  /**
   * Returns the condition under which the loop goes on after an iteration that `left` it.
   * Microsoft's compiler keeps a flag for it. Where one comparison made the flag and a second one joins it, the flag is computed as
   * a number: first || (alive ? second : 1). Later ones join as alive ? second : 1; in a fragment shader that costs no more than
   * an `and`.
   */
  #stillAlive(alive: Node, left: Node): Node {
    const { g, m } = this.#execution;
    const { select } = m;
    const flagged = this.#flags.has(alive);
    const joined = left.op === 'and' && left.args[0] === alive;
    if (!joined || (g.target.fragment && (alive.op === 'and' || flagged))) {
      const still = select.and(alive, select.not(left));
      if (flagged) this.#flags.add(still);
      return still;
    }
    const second = select.value(left.args[1]);
    g.begin();
    const [either] = select.choose(alive, [second], [g.one], true);
    let still: Node;
    if (flagged) still = select.not(either);
    else {
      const sum = g.add(select.value(select.not(alive)), either);
      g.begin();
      if (g.target.fragment) still = select.and(alive, select.not(sum));
      else {
        const set = g.slt(g.neg(sum), sum);
        g.begin();
        still = select.not(select.choose(alive, [set], [g.one], true)[0]);
      }
    }
    this.#flags.add(still);
    return still;
  }
}
