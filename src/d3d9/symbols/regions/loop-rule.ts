/** The rule by which Microsoft's compiler keeps or unrolls a loop. */
import type { Expression, FunctionDefinition, Statement, Variable } from '../../glsl/ast.ts';
import { partsOf } from '../../glsl/parts.ts';
import { sizeOf } from '../../glsl/type.ts';
import type { Target } from '../../target.ts';

/**
 * The properties that decide whether Microsoft's compiler keeps a loop. They were found by compiling several hundred hand-made
 * loops.
 */
export interface LoopTraits {
  /** True where it reads textures or has an instruction that the compiler's unroller cannot analyse (exp, log, pow, sincos). */
  readonly opaque: boolean;
  readonly loops: boolean;
  /** True for a loop with break, continue or return. ANGLE reads textures at level 0 in it. */
  readonly jumps: boolean;
  /** True for a loop with break or return. */
  readonly exits: boolean;
  /** True where an array, vector or matrix is indexed by a value that the loop changes, and no address register can do it. */
  readonly indexes: boolean;
  /** The number of operations. */
  readonly size: number;
  readonly written: ReadonlySet<Variable>;
}

const OPAQUE = /^(exp|exp2|log|log2)$/;
/** The powers that become products or roots (functions.ts). */
const SIMPLE_POWERS = new Set([0, 1, 2, 3, 4, 5, 6, 8, 0.5]);

/** A loop with exits is kept from this many iterations. */
const MANY_RUNS = 16;
/** A loop with exits is kept from this many operations, whatever its iteration count. */
const LARGE = 70;

/**
 * True where Microsoft's compiler keeps a loop of `count` iterations as flow control.
 * @param within - true for a loop inside a kept loop.
 */
export function keepsLoop(target: Target, count: number, traits: LoopTraits, within: boolean): boolean {
  if (target.name === 'ps_2_0' || count < 2 || traits.indexes) return false;
  // vs_2_0 has loops with a known count, but no `break` and no nested loops.
  if (target.name === 'vs_2_0') return traits.opaque && !within;
  if (traits.opaque || traits.loops) return true;
  return traits.exits && (count >= MANY_RUNS || traits.size > LARGE);
}

/**
 * True where a loop stays one once its exits are known.
 * @param exits - the number of exits whose condition can hold. vs_2_0 has no `break`.
 */
export function staysLoop(target: Target, traits: LoopTraits, exits: number): boolean {
  return target.name === 'vs_2_0' ? exits === 0 : exits > 0 || traits.opaque || traits.loops;
}

/** Collects the traits of a loop from its body and the functions that it calls. */
export function loopTraits(
  target: Target,
  parts: readonly (Statement | Expression)[],
  counters: readonly Variable[],
): LoopTraits {
  const scan = new Scan(target, counters);
  for (const p of parts) scan.any(p);
  // Counters come last: the instructions that read them precede those that increment them.
  for (const c of counters) {
    scan.written.delete(c);
    scan.written.add(c);
  }
  for (const p of parts) scan.indices(p);
  const { opaque, loops, jumps, exits, size, written } = scan;
  return { opaque, loops, jumps, exits, indexes: scan.indexes, size, written };
}

/** True where a loop has a break, continue, return or discard of its own. Called functions do not count. */
export function isDiscontinuous(body: Statement): boolean {
  const visit = (s: Statement | undefined, inner: boolean): boolean => {
    switch (s?.kind) {
      case 'block':
        return s.body.some(b => visit(b, inner));
      case 'if':
        return visit(s.yes, inner) || visit(s.no, inner);
      case 'for':
      case 'while':
      case 'do':
        return visit(s.body, true);
      case 'break':
      case 'continue':
        return !inner;
      case 'return':
      case 'discard':
        return true;
      default:
        return false;
    }
  };
  return visit(body, false);
}

class Scan {
  opaque = false;
  loops = false;
  jumps = false;
  exits = false;
  indexes = false;
  size = 0;
  readonly written = new Set<Variable>();
  readonly #target: Target;
  readonly #seen = new Set<FunctionDefinition>();
  readonly #inner = new Set<Variable>();
  #depth = 0;
  #calls = 0;

  readonly #counters: readonly Variable[];

  /** @param counters - the variables that count this loop. An unroller knows what depends on them alone. */
  constructor(target: Target, counters: readonly Variable[]) {
    this.#target = target;
    this.#counters = counters;
  }

  any(x: Statement | Expression | undefined): void {
    if (!x) return;
    if (isExpression(x)) this.#expression(x);
    else this.#statement(x);
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case 'block':
        for (const b of s.body) this.#statement(b);
        return;
      case 'declare':
        for (const d of s.declarations) this.any(d.initial);
        return;
      case 'expression':
        this.#expression(s.expression);
        return;
      case 'if':
        this.any(s.condition);
        this.#statement(s.yes);
        this.any(s.no);
        return;
      case 'for':
        this.loops = true;
        this.any(s.first);
        this.any(s.condition);
        this.any(s.next);
        if (s.first?.kind === 'declare') for (const d of s.first.declarations) if (d.variable) this.#inner.add(d.variable);
        this.#loop(s.body);
        return;
      case 'while':
      case 'do':
        this.loops = true;
        this.any(s.condition);
        this.#loop(s.body);
        return;
      case 'return':
        this.any(s.value);
        // A return of a called function does not leave the loop.
        if (this.#calls === 0) {
          this.jumps = true;
          this.exits = true;
        }
        return;
      case 'break':
        if (this.#depth === 0 && this.#calls === 0) {
          this.jumps = true;
          this.exits = true;
        }
        return;
      case 'continue':
        if (this.#depth === 0 && this.#calls === 0) this.jumps = true;
    }
  }

  #loop(body: Statement): void {
    this.#depth++;
    this.#statement(body);
    this.#depth--;
  }

  #expression(e: Expression): void {
    this.size++;
    for (const part of partsOf(e)) this.any(part);
    if (e.kind === 'step') this.#write(e.operand);
    else if (e.kind === 'assign') this.#write(e.target);
    else if (e.kind === 'call') this.#call(e);
  }

  #call(e: Expression & { kind: 'call' }): void {
    if (e.target && 'define' in e.target) {
      const f = e.target.define;
      f.parameters.forEach((p, i) => {
        if (p.direction !== 'in') this.#write(e.args[i]);
        // The argument may hold anything that the loop changes.
        if (p.variable) this.written.add(p.variable);
      });
      if (this.#seen.has(f)) return;
      this.#seen.add(f);
      this.#calls++;
      this.any(f.body);
      this.#calls--;
      return;
    }
    if (e.name.startsWith('texture') || e.name.startsWith('dFd') || e.name === 'fwidth') this.opaque = true;
    else if (e.args.every(a => this.#isKnown(a))) return;
    else if (OPAQUE.test(e.name)) this.opaque = true;
    else if (e.name === 'pow') {
      const [, power] = e.args;
      if (power.kind !== 'literal' || !SIMPLE_POWERS.has(power.value)) this.opaque = true;
    } else if ((e.name === 'sin' || e.name === 'cos' || e.name === 'tan') && sizeOf(e.type) === 1) this.opaque = true;
  }

  /** True for an expression of literals and counters alone. */
  #isKnown(e: Expression): boolean {
    if (e.kind === 'literal') return true;
    if (e.kind === 'name') return e.variable !== undefined && this.#counters.includes(e.variable);
    const computes = e.kind === 'call' || e.kind === 'construct' || e.kind === 'unary' || e.kind === 'binary';
    return computes && partsOf(e).every(p => this.#isKnown(p));
  }

  #write(target: Expression): void {
    let root = target;
    while (root.kind === 'member' || root.kind === 'index') root = root.object;
    if (root.kind === 'name' && root.variable) this.written.add(root.variable);
  }

  /** Second pass, once all written variables are known: finds indices that depend on values that the loop changes. */
  indices(x: Statement | Expression): void {
    const done = new Set<FunctionDefinition>();
    const changes = (e: Expression): boolean => {
      if (e.kind === 'name') return e.variable !== undefined && this.written.has(e.variable) && !this.#inner.has(e.variable);
      return partsOf(e).some(changes);
    };
    const visit = (y: Statement | Expression): void => {
      if (isExpression(y) && y.kind === 'index' && changes(y.index) && !this.#addressable(y)) this.indexes = true;
      if (isExpression(y) && y.kind === 'call' && y.target && 'define' in y.target && !done.has(y.target.define)) {
        done.add(y.target.define);
        if (y.target.define.body) visit(y.target.define.body);
      }
      for (const c of isExpression(y) ? partsOf(y) : partsOfStatement(y)) visit(c);
    };
    visit(x);
  }

  /** True for uniform arrays of a vertex shader: the address register indexes them. */
  #addressable(e: Expression & { kind: 'index' }): boolean {
    return (
      !this.#target.fragment &&
      e.object.kind === 'name' &&
      e.object.variable?.storage === 'uniform' &&
      e.object.type.count !== undefined
    );
  }
}

const isExpression = (x: Statement | Expression): x is Expression => 'type' in x;

function partsOfStatement(s: Statement): readonly (Statement | Expression)[] {
  const some = (...list: (Statement | Expression | undefined)[]) => list.filter(x => x !== undefined);
  switch (s.kind) {
    case 'block':
      return s.body;
    case 'declare':
      return some(...s.declarations.map(d => d.initial));
    case 'expression':
      return [s.expression];
    case 'if':
      return some(s.condition, s.yes, s.no);
    case 'for':
      return some(s.first, s.condition, s.next, s.body);
    case 'while':
    case 'do':
      return [s.condition, s.body];
    case 'return':
      return some(s.value);
    default:
      return [];
  }
}
