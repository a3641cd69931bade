/** One execution of the body of a kept loop: the region, and the scalars that the loop changes. */
import type { Statement, Variable } from '../../glsl/ast.ts';
import type { Node } from '../graph/graph.ts';
import { Homes } from '../regions/homes.ts';
import { type LoopTraits, staysLoop } from '../regions/loop-rule.ts';
import type { Block, Effect, Region } from '../regions/region.ts';
import type { Branches } from './branches.ts';
import type { Execution, Interpreter, OpenLoop } from './execution.ts';
import { leaves, NO_EXIT } from './exit.ts';
import { leaveKept } from './loop-exits.ts';

export type ForStatement = Statement & { kind: 'for' };

/** A loop that may stay flow control. */
export interface KeptLoop {
  readonly statement: ForStatement;
  readonly traits: LoopTraits;
  /** The variables that the `for` declares. */
  readonly counters: readonly Variable[];
  /** A flag that becomes 1 once the function returns within the loop. Undefined where the body leaves no loop. */
  readonly flag: Variable | undefined;
}

/** When a kept loop changes a scalar: never, only where it leaves the loop, or in any iteration. */
export type Change = 'never' | 'at exits' | 'always';

/** The changes of each scalar of the variables that a loop changes. */
export type Changes = ReadonlyMap<Variable, readonly Change[]>;

/** A scalar that the region carries. */
interface Place {
  readonly variable: Variable;
  readonly index: number;
  /** The node that stands for the scalar where the loop has not changed it. */
  readonly unchanged: Node;
}

/** The region of a kept loop. Its body runs once, with carried scalars for what an iteration can change. */
export class LoopRegion {
  readonly #execution: Execution;
  readonly #loop: KeptLoop;
  readonly #region: Region;
  readonly #body: Block;
  /** The variables before the loop, at the start of its body and at the end of its body. */
  readonly #before: Map<Variable, Node[]>;
  readonly #start: Map<Variable, Node[]>;
  #end: ReadonlyMap<Variable, readonly Node[]>;
  /** One for each carried scalar of the region, in the same order. */
  readonly #places: Place[] = [];
  readonly #open: OpenLoop;

  /**
   * @param count - the number of iterations.
   * @param assumed - the scalars that the loop changes. Undefined where every scalar that it writes counts as changed.
   */
  constructor(execution: Execution, loop: KeptLoop, count: number, assumed: Changes | undefined) {
    this.#execution = execution;
    this.#loop = loop;
    const { statement, flag } = loop;
    this.#body = execution.newBlock();
    this.#region = {
      id: execution.regions.all.length,
      kind: 'loop',
      block: execution.block,
      blocks: [this.#body],
      count,
      test: undefined,
      carried: [],
      effects: [],
      line: statement.place.line,
    };
    this.#body.owner = this.#region;
    this.#open = { kept: true, calls: execution.calls, flag, next: statement.next, exits: [], effects: [] };
    this.#before = execution.variables;
    this.#start = new Map(this.#before);
    this.#end = this.#start;
    this.#carry(assumed);
  }

  /** Replaces the scalars that the loop changes by carried ones. */
  #carry(assumed: Changes | undefined): void {
    const { g, results } = this.#execution;
    const { traits, flag } = this.#loop;
    const result = results.at(-1);
    const written = new Set([...traits.written, ...(flag ? [flag] : []), ...(flag && result ? [result] : [])]);
    const homes = new Homes();
    for (const variable of written) {
      const old = this.#before.get(variable);
      const changes = assumed?.get(variable);
      if (!old || (assumed && !changes)) continue;
      const inside = old.map((before, index) => {
        if (changes?.[index] === 'never') return before;
        const node = g.carry();
        const { home, lane } = homes.place(variable, index, before);
        this.#region.carried.push({ inside: node, after: g.carry(), before, ends: [], home, lane });
        const unchanged = changes?.[index] === 'at exits' ? before : node;
        this.#places.push({ variable, index, unchanged });
        return unchanged;
      });
      this.#start.set(variable, inside);
    }
  }

  /**
   * Executes the body.
   * @param stopped - a flag that ends the loop at once.
   * @returns false where the body always leaves the loop, or where its exits forbid a loop.
   */
  run(branches: Branches, interpreter: Interpreter, stopped: Variable | undefined): boolean {
    const execution = this.#execution;
    const { g, m } = execution;
    const { path, around, block } = execution;
    execution.variables = this.#start;
    execution.around = m.select.and(around, path);
    execution.path = g.one;
    execution.block = this.#body;
    execution.loops.push(this.#open);
    if (stopped) leaveKept(execution, execution.variables.get(stopped)?.[0] ?? g.zero, NO_EXIT, execution.variables);
    const repeats = this.#turn(branches, interpreter);
    execution.loops.pop();
    execution.path = path;
    execution.around = around;
    execution.block = block;
    this.#end = execution.variables;
    execution.variables = this.#before;
    return repeats && staysLoop(execution.target, this.#loop.traits, this.#open.exits.length);
  }

  /** Executes the body and the step of the `for`. False where the body always leaves the loop. */
  #turn(branches: Branches, interpreter: Interpreter): boolean {
    const execution = this.#execution;
    const { body, next } = this.#loop.statement;
    const exit = interpreter.statement(body);
    const left = leaves(execution.m.select, { returned: exit.returned, broken: exit.broken });
    if (left) leaveKept(execution, left, exit, execution.variables);
    const step = () => {
      if (next) interpreter.value(next);
      return NO_EXIT;
    };
    if (exit.continued) branches.unless(exit.continued, step);
    else step();
    return !(left?.op === 'const' && left.value !== 0);
  }

  /** Returns the carried scalar's value in `variables`: the scalar itself where they left it unchanged. */
  #at(variables: ReadonlyMap<Variable, readonly Node[]>, i: number): Node {
    const { variable, index, unchanged } = this.#places[i];
    const value = variables.get(variable)?.[index] ?? this.#execution.g.zero;
    return value === unchanged ? (this.#region.carried[i].inside ?? value) : value;
  }

  /** Returns what the body changed, after it ran. */
  changes(): Changes {
    const changes = new Map<Variable, Change[]>();
    this.#places.forEach(({ variable, index }, i) => {
      const list = changes.get(variable) ?? (this.#before.get(variable) ?? []).map((): Change => 'never');
      const { inside } = this.#region.carried[i];
      if (this.#at(this.#end, i) !== inside) list[index] = 'always';
      else if (this.#open.exits.some(e => this.#at(e.variables, i) !== inside)) list[index] = 'at exits';
      changes.set(variable, list);
    });
    return changes;
  }

  /** Completes the region, after the body ran, and gives the variables their values behind the loop. */
  close(): void {
    const { regions } = this.#execution;
    const region = this.#region;
    region.carried.forEach((c, i) => void (c.ends = [this.#at(this.#end, i)]));
    for (const e of this.#open.effects) region.effects.push('kill' in e ? { kind: 'kill', value: e.kill } : this.#break(e.exit));
    regions.add(region);
    this.#places.forEach(({ variable, index }, i) => {
      const value = [...(this.#before.get(variable) ?? [])];
      value[index] = region.carried[i].after;
      this.#before.set(variable, value);
    });
  }

  #break(exit: number): Effect {
    const { condition, variables } = this.#open.exits[exit];
    const values = this.#places.map((_, i) => this.#at(variables, i));
    return { kind: 'break', test: this.#execution.m.select.test(condition), values };
  }
}
