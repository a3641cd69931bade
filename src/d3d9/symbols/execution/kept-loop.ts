/** Kept loops: a `for` that stays flow control where Microsoft's compiler keeps it. */
import type { Expression, Variable } from '../../glsl/ast.ts';
import { keepsLoop, loopTraits } from '../regions/loop-rule.ts';
import type { Branches } from './branches.ts';
import { type Execution, type Interpreter, local, MAX_ITERATIONS } from './execution.ts';
import { type Exit, NO_EXIT } from './exit.ts';
import { type Changes, type ForStatement, type KeptLoop, LoopRegion } from './loop-region.ts';

/** The most iterations of one `rep`. ANGLE splits a longer loop into several. */
const MAX_REPEATS = 254;
/** How often the body is executed again because it changed other scalars than was assumed. */
const MAX_RETRIES = 2;

/** Executes the body of a loop once and records a region that repeats it. */
export class LoopKeeper {
  readonly #execution: Execution;
  readonly #branches: Branches;
  readonly #interpreter: Interpreter;

  constructor(execution: Execution, branches: Branches, interpreter: Interpreter) {
    this.#execution = execution;
    this.#branches = branches;
    this.#interpreter = interpreter;
  }

  /**
   * Keeps a loop as flow control. Undefined where it must be unrolled instead.
   * @param counters - the variables that the `for` declares.
   */
  run(s: ForStatement, counters: readonly Variable[]): Exit | undefined {
    const { target, keptLoop } = this.#execution;
    if (target.name === 'ps_2_0') return undefined;
    const runs = this.#countRuns(s, counters);
    if (runs === undefined) return undefined;
    const traits = loopTraits(target, s.next ? [s.body, s.next] : [s.body], counters);
    if (!keepsLoop(target, runs, traits, keptLoop !== undefined)) return undefined;
    const flag = traits.exits ? local('returned', s.place) : undefined;
    return this.#keep({ statement: s, traits, counters, flag }, runs);
  }

  /** Counts the iterations of a loop that its counters alone decide. Undefined where the count is unknown. */
  #countRuns({ condition, next }: ForStatement, counters: readonly Variable[]): number | undefined {
    if (!condition || !next || counters.length === 0) return undefined;
    const execution = this.#execution;
    const before = execution.variables;
    execution.variables = new Map(before);
    let runs: number | undefined = 0;
    for (; ; runs++) {
      const [alive] = this.#interpreter.value(condition as Expression);
      if (alive.op !== 'const' || runs > MAX_ITERATIONS) {
        runs = undefined;
        break;
      }
      if (alive.value === 0) break;
      this.#interpreter.value(next);
    }
    execution.variables = before;
    return runs;
  }

  /**
   * Makes the regions of a loop. A loop with too many iterations for one `rep` becomes several in a row.
   * Undefined where the loop always ends in its first iteration, or where its exits forbid a loop.
   */
  #keep(loop: KeptLoop, runs: number): Exit | undefined {
    const { g, variables } = this.#execution;
    const { counters, flag } = loop;
    const { next } = loop.statement;
    if (flag) variables.set(flag, [g.zero]);
    for (let left = runs; left > 0; left -= MAX_REPEATS) {
      const count = Math.min(left, MAX_REPEATS);
      const starts = counters.map(c => variables.get(c) ?? []);
      if (!this.#repeat(loop, count, left < runs ? flag : undefined)) {
        if (flag) variables.delete(flag);
        return undefined;
      }
      // The counters have known values after the loop.
      counters.forEach((c, i) => void variables.set(c, starts[i]));
      if (next && left > count) for (let k = 0; k < count; k++) this.#interpreter.value(next);
    }
    const returned = flag && variables.get(flag)?.[0];
    if (flag) variables.delete(flag);
    return returned && returned !== g.zero ? { returned } : NO_EXIT;
  }

  /**
   * Makes one region. A first attempt assumes that the loop changes every scalar that it writes. Further attempts assume the changes
   * that the attempt before them found.
   * @param stopped - a flag that ends the loop at once.
   * @returns false where the body always leaves the loop, or where its exits forbid a loop.
   */
  #repeat(loop: KeptLoop, count: number, stopped: Variable | undefined): boolean {
    const { regions } = this.#execution;
    const { length } = regions.all;
    let assumed: Changes | undefined;
    for (let retries = 0; ; retries++) {
      const region = new LoopRegion(this.#execution, loop, count, assumed);
      if (!region.run(this.#branches, this.#interpreter, stopped)) {
        regions.rewind(length);
        return false;
      }
      const changes = region.changes();
      if (retries === MAX_RETRIES || agrees(changes, assumed)) {
        region.close();
        return true;
      }
      regions.rewind(length);
      assumed = changes;
    }
  }
}

/** True where a further attempt would find no more than this one. */
function agrees(changes: Changes, assumed: Changes | undefined): boolean {
  const found = [...changes].flatMap(([v, list]) =>
    list.map((change, i) => ({ change, before: assumed?.get(v)?.[i] ?? 'always' })),
  );
  return found.every(f => f.change === f.before) || found.every(f => f.change === 'always');
}
