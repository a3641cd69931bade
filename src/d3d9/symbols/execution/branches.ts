/** Branches: an `if` becomes selections, or a region where Microsoft's compiler keeps it. */
import type { Variable } from '../../glsl/ast.ts';
import type { Node } from '../graph/graph.ts';
import { keepsBranch } from '../regions/branch-rule.ts';
import { Homes } from '../regions/homes.ts';
import type { Block, Region } from '../regions/region.ts';
import { type Execution, local } from './execution.ts';
import { type Exit, join, leavesAlways, NO_EXIT, under } from './exit.ts';
import { leaveKept, leavesKept } from './loop-exits.ts';

type Side = () => Exit;
type Variables = Map<Variable, Node[]>;

/** How the source writes an `if`: with an `else`, without one, or as the code behind a jump, which runs unless the jump was taken. */
type Form = 'else' | 'if' | 'unless';

/** The blocks of an `if`, and what was known before its sides were run. */
interface Sides {
  readonly yes: Block;
  readonly no: Block;
  readonly both: boolean;
  readonly fetches: number;
  readonly births: number;
  readonly effects: number;
}

/** Executes branches: both sides run, then every variable takes the value of the side that the condition selects. */
export class Branches {
  readonly #execution: Execution;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  /** Executes an `if`. `no` is undefined where it has no `else`. */
  if(condition: Node, yes: Side, no?: Side): Exit {
    return this.#run(condition, yes, no ?? nothing, no ? 'else' : 'if');
  }

  /** Executes the code behind a jump, which runs unless `condition` holds. */
  unless(condition: Node, run: Side): Exit {
    return this.#run(condition, nothing, run, 'unless');
  }

  /** Selects a value: by a branch where Microsoft's compiler makes one, else by comparison. */
  choose(condition: Node, yes: () => Node[], no: () => Node[]): Node[] {
    const execution = this.#execution;
    const sides = this.#open(true);
    const { block } = execution;
    execution.block = sides.yes;
    const a = yes();
    execution.block = sides.no;
    const b = no();
    execution.block = block;
    const region = this.#region(sides, condition);
    if (!region) return execution.m.select.choose(condition, a, b);
    const value = local('', { line: execution.g.line, column: 0 });
    const made = this.#carry(region, new Homes(), value, a, b);
    execution.regions.add(region);
    return made;
  }

  #run(condition: Node, yes: Side, no: Side, form: Form): Exit {
    if (condition.op === 'const') return condition.value !== 0 ? yes() : no();
    const execution = this.#execution;
    const { select } = execution.m;
    const before = execution.variables;
    const sides = this.#open(form === 'else');
    execution.work.spend(before.size);
    const [first, whenYes] = this.#side(sides.yes, condition, yes);
    const [second, whenNo] = this.#side(sides.no, select.not(condition), no);
    const [yesLeaves, noLeaves] = [first, second].map(e => leavesKept(execution, e) && leavesAlways(e));
    if (yesLeaves !== noLeaves) {
      this.#dissolve(sides);
      // One side leaves the loop: it becomes a `break` with its variables' values. The other side continues as if there were no
      // `if`.
      const taken = yesLeaves ? condition : select.not(condition);
      leaveKept(execution, taken, yesLeaves ? first : second, yesLeaves ? whenYes : whenNo);
      const rest = yesLeaves ? whenNo : whenYes;
      for (const [v, value] of rest) if (before.has(v) || v.storage === 'parameter') before.set(v, value);
      return yesLeaves ? second : first;
    }
    this.#combine(condition, sides, whenYes, whenNo, form);
    return join(select, under(select, condition, first), under(select, select.not(condition), second));
  }

  #open(both: boolean): Sides {
    const execution = this.#execution;
    const [yes, no] = [execution.newBlock(), execution.newBlock()];
    const { effects, fetches, g } = execution;
    return { yes, no, both, fetches: fetches.length, births: g.births, effects };
  }

  /** Runs one side on its own copy of the variables. */
  #side(block: Block, condition: Node, run: Side): [Exit, Variables] {
    const execution = this.#execution;
    const { block: around, path, variables } = execution;
    execution.variables = new Map(variables);
    execution.block = block;
    execution.path = execution.m.select.and(path, condition);
    const exit = run();
    const changed = execution.variables;
    execution.block = around;
    execution.path = path;
    execution.variables = variables;
    return [exit, changed];
  }

  /** Gives every variable that the sides left different its value behind the `if`. */
  #combine(condition: Node, sides: Sides, whenYes: Variables, whenNo: Variables, form: Form): void {
    const { regions, variables } = this.#execution;
    const region = this.#region(sides, condition);
    const homes = new Homes();
    for (const [v, old] of variables) {
      const a = whenYes.get(v) ?? old;
      const b = whenNo.get(v) ?? old;
      if (a === b) continue;
      variables.set(v, region ? this.#carry(region, homes, v, a, b) : this.#merge(condition, a, b, old, form));
    }
    if (region) regions.add(region);
    for (const [v, a] of whenYes) if (!variables.has(v) && v.storage === 'parameter') variables.set(v, a);
  }

  /** Makes the region of an `if` that stays one. Undefined for one that becomes selections. */
  #region(sides: Sides, condition: Node): Region | undefined {
    const execution = this.#execution;
    const { yes, no, both } = sides;
    const fetches = execution.fetches.slice(sides.fetches);
    const operations = execution.g.births - sides.births;
    if (execution.effects > sides.effects || !keepsBranch(execution.target, { fetches, operations, bothSides: both })) {
      this.#dissolve(sides);
      return undefined;
    }
    const region: Region = {
      id: execution.regions.all.length,
      kind: 'if',
      block: execution.block,
      blocks: [yes, no],
      count: 0,
      test: execution.m.select.test(condition),
      carried: [],
      effects: [],
      line: execution.g.line,
    };
    yes.owner = region;
    no.owner = region;
    return region;
  }

  #dissolve({ yes, no }: Sides): void {
    const { block, regions } = this.#execution;
    regions.dissolve(yes, block);
    regions.dissolve(no, block);
  }

  /** Returns the variable's value behind a kept `if`: carried scalars where the sides differ. */
  #carry(region: Region, homes: Homes, variable: Variable, a: readonly Node[], b: readonly Node[]): Node[] {
    const { g } = this.#execution;
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
      const ends = [a[i] ?? g.zero, b[i] ?? g.zero];
      if (ends[0] === ends[1]) return ends[0];
      const after = g.carry();
      const { home, lane } = homes.place(variable, i, after);
      region.carried.push({ inside: undefined, after, before: undefined, ends, home, lane });
      return after;
    });
  }

  /** Returns the variable's value as selections, one for each register of it. */
  #merge(condition: Node, a: readonly Node[], b: readonly Node[], old: readonly Node[], form: Form): Node[] {
    const { g, m } = this.#execution;
    const unless = form === 'unless';
    const out: Node[] = [...a];
    const n = Math.max(a.length, b.length);
    for (let i = 0; i < n; i += 4) {
      const yes = Array.from({ length: Math.min(4, n - i) }, (_, k) => a[i + k] ?? g.zero);
      const no = yes.map((_, k) => b[i + k] ?? g.zero);
      const kept = form !== 'else' && (unless ? yes : no).every((x, k) => x === old[i + k]);
      const merged = unless
        ? m.select.choose(m.select.not(condition), no, yes, kept, true)
        : m.select.choose(condition, yes, no, kept, true);
      merged.forEach((x, k) => void (out[i + k] = x));
    }
    return out;
  }
}

const nothing: Side = () => NO_EXIT;
