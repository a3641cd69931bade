/** Symbolic execution of a whole shader. */
import { builtinInput } from '../angle.ts';
import type { Expression, FunctionDefinition, Statement, Variable } from '../glsl/ast.ts';
import type { Program } from '../glsl/check/checker.ts';
import { FLOAT, sizeOf } from '../glsl/type.ts';
import { cellsOf } from '../layout.ts';
import { type Place, ShaderError } from '../shader-error.ts';
import type { Target } from '../target.ts';
import type { Work } from '../work-budget.ts';
import { Arithmetic } from './arithmetic.ts';
import { keepsBranch } from './branch-rule.ts';
import type { Computed } from './computed.ts';
import { Evaluator } from './evaluate.ts';
import { type Exit, join, leaves, NO_EXIT, under } from './exit.ts';
import { Algebra } from './fold-scalars.ts';
import type { Node } from './graph.ts';
import { Homes } from './homes.ts';
import { isDiscontinuous, keepsLoop, type LoopTraits, loopTraits, staysLoop } from './loop-rule.ts';
import { type Block, type Effect, type Region, Regions, SHADER } from './region.ts';
import type { State } from './variable-parts.ts';

const MAX_ITERATIONS = 4096;
/** ANGLE's limit of nested calls. */
const MAX_CALLS = 256;
/** The most iterations of one `rep`. ANGLE splits a longer loop into several. */
const MAX_REPEATS = 254;

/** A loop that is being elaborated. */
interface OpenLoop {
  /** True where the loop stays flow control, false where it is unrolled. */
  readonly kept: boolean;
  /** The call depth of the loop. A return in a deeper call does not leave it. */
  readonly calls: number;
  /** A flag that becomes 1 once the function returns within the loop. */
  readonly flag: Variable | undefined;
  /** The step of a `for`. */
  readonly next: Expression | undefined;
  readonly exits: { condition: Node; variables: Map<Variable, Node[]> }[];
  readonly effects: ({ exit: number } | { kill: Node })[];
}

type ForStatement = Statement & { kind: 'for' };

/** When a kept loop changes a scalar: never, only where it leaves the loop, or in any iteration. */
type Change = 'never' | 'at exits' | 'always';

/** The blocks of an `if`, and what was known before its sides were run. */
interface Sides {
  readonly yes: Block;
  readonly no: Block;
  readonly both: boolean;
  readonly fetches: number;
  readonly births: number;
  readonly effects: number;
}

/**
 * Executes the program symbolically: inlines calls, unrolls loops and turns branches into selections.
 * The result is one graph of scalars.
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
  readonly #loops: OpenLoop[] = [];
  readonly #regions = new Regions();
  readonly #target: Target;
  /** The condition under which the current code runs, within the innermost kept loop. */
  #path: Node;
  /** The condition under which that loop runs. */
  #around: Node;
  #block: Block = SHADER;
  #blocks = 0;
  #depth = 0;
  /** The conditions of unrolled loops that are flags. */
  readonly #flags = new Set<Node>();

  constructor(program: Program, target: Target, work: Work) {
    this.#program = program;
    this.#work = work;
    this.#g = new Algebra(work, target);
    this.#m = new Arithmetic(this.#g);
    this.#path = this.#g.one;
    this.#around = this.#g.one;
    this.#target = target;
    this.#expressions = new Evaluator(
      this.#state,
      this.#m,
      this.#g,
      work,
      (f, args) => this.#inline(f, args),
      (condition, yes, no) => this.#choose(condition, yes, no),
    );
  }

  /** Executes `main`. @throws ShaderError where a loop does not end or the work budget is spent. */
  run(): Computed {
    for (const v of this.#program.variables) this.#state.variables.set(v, this.#initial(v));
    for (const item of this.#program.unit.items) if ('kind' in item) this.#statement(item);
    if (this.#program.main.body) this.#statement(this.#program.main.body);
    const outputs = new Map<Variable, readonly Node[]>();
    for (const v of this.#program.variables) {
      const out = v.storage === 'varying' || v.storage === 'builtin';
      if (out && v.writable) outputs.set(v, this.#state.variables.get(v) ?? []);
    }
    return { outputs, kills: this.#kills, m: this.#m, regions: this.#regions };
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
        return this.#sequence(s.body, 0);
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
        const discontinuous = isDiscontinuous(s.body) ? 1 : 0;
        this.#expressions.discontinuous += discontinuous;
        const exit = this.#for(s);
        this.#expressions.discontinuous -= discontinuous;
        return exit;
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
      case 'continue': {
        // Microsoft's compiler counts at each `continue` of a kept loop.
        const loop = this.#loops.at(-1);
        if (loop?.kept && loop.next) this.#expressions.value(loop.next);
        return { continued: this.#g.one };
      }
      case 'discard':
        this.#kill();
        return NO_EXIT;
      case 'empty':
        return NO_EXIT;
    }
  }

  #kill(): void {
    const g = this.#g;
    const kept = this.#loops.findLast(l => l.kept);
    const path = this.#m.select.and(this.#around, this.#path);
    const [kill] = this.#m.select.choose(path, [g.constant(-1)], [g.constant(-0)]);
    if (kept) kept.effects.push({ kill });
    else this.#kills.push(kill);
  }

  #sequence(body: readonly Statement[], from: number): Exit {
    for (let i = from; i < body.length; i++) {
      const exit = this.#statement(body[i]);
      const left = leaves(this.#m.select, exit);
      if (!left) continue;
      if (left.op === 'const') {
        if (left.value !== 0) return exit;
        continue;
      }
      if (this.#leavesKept(exit)) {
        this.#exit(left, exit, this.#state.variables);
        continue;
      }
      if (i + 1 === body.length) return exit;
      const rest = this.#if(
        left,
        () => NO_EXIT,
        () => this.#sequence(body, i + 1),
        false,
        true,
      );
      return join(this.#m.select, exit, rest);
    }
    return NO_EXIT;
  }

  /** Runs each side on its own copy of the variables. Then every variable takes the value of the side that ran. */
  #if(condition: Node, yes: () => Exit, no: () => Exit, both: boolean, invert = false): Exit {
    if (condition.op === 'const') return condition.value !== 0 ? yes() : no();
    const select = this.#m.select;
    const before = this.#state.variables;
    const sides = this.#openSides(both);
    this.#work.spend(before.size);
    const [first, whenYes] = this.#side(sides.yes, condition, yes);
    const [second, whenNo] = this.#side(sides.no, select.not(condition), no);
    this.#state.variables = before;
    const [yesLeaves, noLeaves] = [first, second].map(e => this.#leavesKept(e) && leavesAlways(e));
    if (yesLeaves !== noLeaves) {
      this.#dissolve(sides);
      // One side leaves the loop: it becomes a `break` with its variables' values. The other side continues as if there were no
      // `if`.
      const taken = yesLeaves ? condition : select.not(condition);
      this.#exit(taken, yesLeaves ? first : second, yesLeaves ? whenYes : whenNo);
      const rest = yesLeaves ? whenNo : whenYes;
      for (const [v, value] of rest) if (before.has(v) || v.storage === 'parameter') before.set(v, value);
      return yesLeaves ? second : first;
    }
    const region = this.#branch(sides, condition);
    const homes = new Homes();
    for (const [v, old] of before) {
      const a = whenYes.get(v) ?? old;
      const b = whenNo.get(v) ?? old;
      if (a === b) continue;
      before.set(v, region ? this.#carry(region, homes, v, a, b) : this.#merge(condition, a, b, old, both, invert));
    }
    if (region) this.#regions.add(region);
    for (const [v, a] of whenYes) if (!before.has(v) && v.storage === 'parameter') before.set(v, a);
    return join(this.#m.select, under(this.#m.select, condition, first), under(this.#m.select, select.not(condition), second));
  }

  /** Selects a value: by a branch where Microsoft's compiler makes one, else by comparison. */
  #choose(condition: Node, yes: () => Node[], no: () => Node[]): Node[] {
    const sides = this.#openSides(true);
    const block = this.#block;
    this.#block = sides.yes;
    const a = yes();
    this.#block = sides.no;
    const b = no();
    this.#block = block;
    const region = this.#branch(sides, condition);
    if (!region) return this.#m.select.choose(condition, a, b);
    const value = local('', { line: this.#g.line, column: 0 });
    const made = this.#carry(region, new Homes(), value, a, b);
    this.#regions.add(region);
    return made;
  }

  #openSides(both: boolean): Sides {
    const side = (): Block => ({ id: ++this.#blocks, depth: this.#block.depth + 1, owner: undefined });
    const kept = this.#loops.findLast(l => l.kept);
    return {
      yes: side(),
      no: side(),
      both,
      fetches: this.#expressions.fetches.length,
      births: this.#g.births,
      effects: this.#kills.length + (kept?.effects.length ?? 0),
    };
  }

  #side(block: Block, path: Node, run: () => Exit): [Exit, Map<Variable, Node[]>] {
    const [around, variables, before] = [this.#block, this.#state.variables, this.#path];
    const own = new Map(variables);
    this.#state.variables = own;
    this.#block = block;
    this.#path = this.#m.select.and(before, path);
    const exit = run();
    const changed = this.#state.variables;
    [this.#block, this.#state.variables, this.#path] = [around, variables, before];
    return [exit, changed];
  }

  /** Makes the region of an `if` that stays one. Undefined for one that becomes selections. */
  #branch(sides: Sides, condition: Node): Region | undefined {
    const { yes, no, both } = sides;
    const kept = this.#loops.findLast(l => l.kept);
    const fetches = this.#expressions.fetches.slice(sides.fetches);
    const operations = this.#g.births - sides.births;
    const effects = this.#kills.length + (kept?.effects.length ?? 0);
    if (effects > sides.effects || !keepsBranch(this.#target, { fetches, operations, bothSides: both })) {
      this.#dissolve(sides);
      return undefined;
    }
    const region: Region = {
      id: this.#regions.all.length,
      kind: 'if',
      block: this.#block,
      blocks: [yes, no],
      count: 0,
      test: this.#m.select.test(condition),
      carried: [],
      effects: [],
      line: this.#g.line,
    };
    yes.owner = region;
    no.owner = region;
    return region;
  }

  #dissolve({ yes, no }: Sides): void {
    this.#regions.dissolve(yes, this.#block);
    this.#regions.dissolve(no, this.#block);
  }

  /** Returns the variable's value behind a kept `if`: carried scalars where the sides differ. */
  #carry(region: Region, homes: Homes, variable: Variable, a: readonly Node[], b: readonly Node[]): Node[] {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
      const ends = [a[i] ?? this.#g.zero, b[i] ?? this.#g.zero];
      if (ends[0] === ends[1]) return ends[0];
      const after = this.#g.carry();
      const { home, lane } = homes.place(variable, i, after);
      region.carried.push({ inside: undefined, after, before: undefined, ends, home, lane });
      return after;
    });
  }

  #merge(condition: Node, a: readonly Node[], b: readonly Node[], old: readonly Node[], both: boolean, invert: boolean): Node[] {
    const out: Node[] = [...a];
    const n = Math.max(a.length, b.length);
    for (let i = 0; i < n; i += 4) {
      const yes = Array.from({ length: Math.min(4, n - i) }, (_, k) => a[i + k] ?? this.#g.zero);
      const no = yes.map((_, k) => b[i + k] ?? this.#g.zero);
      const kept = !both && (invert ? yes : no).every((x, k) => x === old[i + k]);
      const merged = invert
        ? this.#m.select.choose(this.#m.select.not(condition), no, yes, kept, true)
        : this.#m.select.choose(condition, yes, no, kept, true);
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
    this.#loops.push({ kept: false, calls: this.#depth, flag: undefined, next, exits: [], effects: [] });
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
      // Nothing reads the counter of a loop that was left. It continues as a plain number.
      for (const [c, value] of counted) this.#state.variables.set(c, value);
      if (exit.returned) returned = returned ? select.or(returned, exit.returned) : exit.returned;
      const left = leaves(this.#m.select, { returned: exit.returned, broken: exit.broken });
      if (left) alive = this.#stillAlive(alive, left);
    }
    this.#loops.pop();
    return returned ? { returned } : NO_EXIT;
  }

  /**
   * Returns the condition under which an unrolled loop goes on after an iteration that `left` it.
   * Microsoft's compiler keeps a flag for it. Where one comparison made the flag and a second one joins it, the flag is computed as
   * a number: first || (alive ? second : 1). Later ones join as alive ? second : 1; in a fragment shader that costs no more than
   * an `and`.
   */
  #stillAlive(alive: Node, left: Node): Node {
    const { select } = this.#m;
    const g = this.#g;
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

  #for(s: ForStatement): Exit {
    const condition = s.condition as Expression | undefined;
    const counters = s.first?.kind === 'declare' ? s.first.declarations.flatMap(d => d.variable ?? []) : [];
    const runs = this.#target.name === 'ps_2_0' ? undefined : this.#countRuns(condition, s.next, counters);
    if (runs !== undefined) {
      const traits = loopTraits(this.#target, s.next ? [s.body, s.next] : [s.body], counters);
      const within = this.#loops.some(l => l.kept);
      if (keepsLoop(this.#target, runs, traits, within)) {
        const exit = this.#keep(s, runs, traits, counters);
        if (exit) return exit;
      }
    }
    return this.#loop(condition, s.next, s.body, s.place, false, counters);
  }

  /** Counts the iterations of a loop that its counters alone decide. Undefined where the count is unknown. */
  #countRuns(condition: Expression | undefined, next: Expression | undefined, counters: readonly Variable[]): number | undefined {
    if (!condition || !next || counters.length === 0) return undefined;
    const before = this.#state.variables;
    this.#state.variables = new Map(before);
    let runs: number | undefined = 0;
    for (; ; runs++) {
      const [alive] = this.#expressions.value(condition);
      if (alive.op !== 'const' || runs > MAX_ITERATIONS) {
        runs = undefined;
        break;
      }
      if (alive.value === 0) break;
      this.#expressions.value(next);
    }
    this.#state.variables = before;
    return runs;
  }

  /**
   * Keeps a loop as flow control. A loop with too many iterations for one `rep` becomes several in a row.
   * Undefined where the loop always ends in its first iteration, or where its exits forbid a loop.
   */
  #keep(s: ForStatement, runs: number, traits: LoopTraits, counters: readonly Variable[]): Exit | undefined {
    const g = this.#g;
    const flag = traits.exits ? local('returned', s.place) : undefined;
    if (flag) this.#state.variables.set(flag, [g.zero]);
    for (let left = runs; left > 0; left -= MAX_REPEATS) {
      const count = Math.min(left, MAX_REPEATS);
      const starts = counters.map(c => this.#state.variables.get(c) ?? []);
      const left0 = left < runs ? flag : undefined;
      if (!this.#region(s, count, traits, counters, flag, undefined, left0)) {
        if (flag) this.#state.variables.delete(flag);
        return undefined;
      }
      // The counters have known values after the loop.
      counters.forEach((c, i) => void this.#state.variables.set(c, starts[i]));
      if (s.next && left > count) for (let k = 0; k < count; k++) this.#expressions.value(s.next);
    }
    const value = flag && this.#state.variables.get(flag)?.[0];
    if (flag) this.#state.variables.delete(flag);
    return value && value !== g.zero ? { returned: value } : NO_EXIT;
  }

  /**
   * Elaborates the body of a kept loop once.
   * @param only - the scalars that it changes, where they are known. Otherwise a first attempt assumes every scalar that it could
   * change.
   * @param stopped - a flag that ends the loop at once.
   * @returns false where the body always leaves the loop, or where its exits forbid a loop.
   */
  #region(
    s: ForStatement,
    count: number,
    traits: LoopTraits,
    counters: readonly Variable[],
    flag: Variable | undefined,
    only: ReadonlyMap<Variable, readonly Change[]> | undefined,
    stopped: Variable | undefined,
    tries = 2,
  ): boolean {
    const g = this.#g;
    const before = this.#state.variables;
    const result = this.#results.at(-1);
    const could = [...traits.written, ...(flag ? [flag] : []), ...(flag && result ? [result] : [])];
    const regions = this.#regions.all.length;
    const body: Block = { id: ++this.#blocks, depth: this.#block.depth + 1, owner: undefined };
    const region: Region = {
      id: this.#regions.all.length,
      kind: 'loop',
      block: this.#block,
      blocks: [body],
      count,
      test: undefined,
      carried: [],
      effects: [],
      line: s.place.line,
    };
    body.owner = region;
    const homes = new Homes();
    const places: { variable: Variable; index: number; unchanged: Node }[] = [];
    const variables = new Map(before);
    for (const variable of new Set(could)) {
      const old = before.get(variable);
      if (!old) continue;
      const changed = only?.get(variable);
      if (only && !changed) continue;
      const inside = old.map((o, index) => {
        if (changed?.[index] === 'never') return o;
        const node = g.carry();
        const { home, lane } = homes.place(variable, index, o);
        region.carried.push({ inside: node, after: g.carry(), before: o, ends: [], home, lane });
        const unchanged = changed?.[index] === 'at exits' ? o : node;
        places.push({ variable, index, unchanged });
        return unchanged;
      });
      variables.set(variable, inside);
    }
    this.#state.variables = variables;
    const [path, around, block] = [this.#path, this.#around, this.#block];
    this.#around = this.#m.select.and(around, path);
    this.#path = g.one;
    this.#block = body;
    const loop: OpenLoop = { kept: true, calls: this.#depth, flag, next: s.next, exits: [], effects: [] };
    this.#loops.push(loop);
    if (stopped) this.#exit(this.#state.variables.get(stopped)?.[0] ?? g.zero, NO_EXIT, this.#state.variables);
    const exit = this.#statement(s.body);
    const left = leaves(this.#m.select, { returned: exit.returned, broken: exit.broken });
    const once = left?.op === 'const' && left.value !== 0;
    if (left) this.#exit(left, exit, this.#state.variables);
    const step = () => {
      if (s.next) this.#expressions.value(s.next);
      return NO_EXIT;
    };
    if (exit.continued) this.#if(exit.continued, () => NO_EXIT, step, false, true);
    else step();
    this.#loops.pop();
    [this.#path, this.#around, this.#block] = [path, around, block];
    if (once || !staysLoop(this.#target, traits, loop.exits.length)) {
      this.#state.variables = before;
      this.#regions.rewind(regions);
      return false;
    }
    const at = (map: ReadonlyMap<Variable, readonly Node[]>, i: number) => {
      const { variable, index, unchanged } = places[i];
      const value = map.get(variable)?.[index] ?? g.zero;
      return value === unchanged ? (region.carried[i].inside ?? value) : value;
    };
    const end = this.#state.variables;
    this.#state.variables = before;
    const changes = new Map<Variable, Change[]>();
    let known = only !== undefined;
    places.forEach(({ variable, index }, i) => {
      const list = changes.get(variable) ?? (before.get(variable) ?? []).map((): Change => 'never');
      const { inside } = region.carried[i];
      if (at(end, i) !== inside) list[index] = 'always';
      else if (loop.exits.some(e => at(e.variables, i) !== inside)) list[index] = 'at exits';
      if (list[index] !== (only?.get(variable)?.[index] ?? 'always')) known = false;
      changes.set(variable, list);
    });
    const assumed = [...changes.values()].flat().some(c => c !== 'always');
    if (!known && assumed && tries > 0) {
      this.#regions.rewind(regions);
      return this.#region(s, count, traits, counters, flag, changes, stopped, tries - 1);
    }
    region.carried.forEach((c, i) => void (c.ends = [at(end, i)]));
    for (const e of loop.effects) {
      const effect: Effect =
        'kill' in e
          ? { kind: 'kill', value: e.kill }
          : {
              kind: 'break',
              test: this.#m.select.test(loop.exits[e.exit].condition),
              values: region.carried.map((_, i) => at(loop.exits[e.exit].variables, i)),
            };
      region.effects.push(effect);
    }
    this.#regions.add(region);
    places.forEach(({ variable, index }, i) => {
      const value = [...(before.get(variable) ?? [])];
      value[index] = region.carried[i].after;
      before.set(variable, value);
    });
    return true;
  }

  /** True where the exit leaves the innermost loop and that loop is kept. */
  #leavesKept(e: Exit): boolean {
    const loop = this.#loops.at(-1);
    if (!loop?.kept || loop.calls !== this.#depth) return false;
    return e.continued === undefined && (e.broken !== undefined || e.returned !== undefined);
  }

  /** Adds a `break` of the innermost kept loop under `condition`, with the variables' values at that point. */
  #exit(condition: Node, e: Exit, variables: ReadonlyMap<Variable, Node[]>): void {
    const loop = this.#loops.at(-1);
    if (!loop) return;
    const held = new Map(variables);
    if (e.returned && loop.flag) held.set(loop.flag, [this.#m.select.value(e.returned)]);
    loop.effects.push({ exit: loop.exits.length });
    loop.exits.push({ condition: this.#m.select.and(this.#path, condition), variables: held });
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

const leavesAlways = (e: Exit): boolean => [e.broken, e.returned].some(c => c?.op === 'const' && c.value !== 0);

const local = (name: string, place: Place): Variable => ({ name, type: FLOAT, storage: 'local', place, writable: true });
