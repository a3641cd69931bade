/** The state of a symbolic execution, which its parts share. */
import type { Expression, Statement, Variable } from '../../glsl/ast.ts';
import { FLOAT } from '../../glsl/type.ts';
import type { Place } from '../../shader-error.ts';
import type { Target } from '../../target.ts';
import type { Work } from '../../work-budget.ts';
import { Algebra } from '../graph/fold-scalars.ts';
import type { Node } from '../graph/graph.ts';
import { type Block, Regions, SHADER } from '../regions/region.ts';
import { Arithmetic } from '../values/arithmetic.ts';
import type { Exit } from './exit.ts';

/** The most iterations of a loop that is unrolled or counted. */
export const MAX_ITERATIONS = 4096;

/** Executes parts of the source text. The parts of the execution that need it receive it. */
export interface Interpreter {
  statement(s: Statement): Exit;
  value(e: Expression): Node[];
}

/** A loop that is being executed. */
export interface OpenLoop {
  /** True where the loop stays flow control, false where it is unrolled. */
  readonly kept: boolean;
  /** The call depth of the loop. A return in a deeper call does not leave it. */
  readonly calls: number;
  /** A flag that becomes 1 once the function returns within the loop. */
  readonly flag: Variable | undefined;
  /** The step of a `for`. */
  readonly next: Expression | undefined;
  readonly exits: { condition: Node; variables: ReadonlyMap<Variable, readonly Node[]> }[];
  /** Breaks and discards in source order. A break is its index in `exits`. */
  readonly effects: ({ exit: number } | { kill: Node })[];
}

/** The variables, the calls, the open loops and the place of the code that runs. */
export class Execution {
  readonly target: Target;
  readonly work: Work;
  readonly m: Arithmetic;
  readonly g: Algebra;
  /** The current value of every variable, one node for each scalar. A branch uses its own map. */
  variables = new Map<Variable, Node[]>();
  /** Values that discard a fragment when negative, except those in kept loops. */
  readonly kills: Node[] = [];
  /** Every texture fetch so far, in order. */
  readonly fetches: Node[] = [];
  /** The result of each function that is being called, the innermost last. */
  readonly results: Variable[] = [];
  /** The number of enclosing calls. */
  calls = 0;
  /** The number of enclosing loops that can end early. */
  discontinuous = 0;
  /** The enclosing loops, the innermost last. */
  readonly loops: OpenLoop[] = [];
  readonly regions = new Regions();
  /** The block of the current code. */
  block: Block = SHADER;
  /** The condition under which the current code runs, within the innermost kept loop. */
  path: Node;
  /** The condition under which that loop runs. */
  around: Node;
  #blocks = 0;

  constructor(target: Target, work: Work) {
    this.target = target;
    this.work = work;
    this.g = new Algebra(work, target);
    this.m = new Arithmetic(this.g);
    this.path = this.g.one;
    this.around = this.g.one;
  }

  /** The innermost kept loop around the current code. */
  get keptLoop(): OpenLoop | undefined {
    return this.loops.findLast(l => l.kept);
  }

  /** The number of breaks and discards so far, which no selection can express. */
  get effects(): number {
    return this.kills.length + (this.keptLoop?.effects.length ?? 0);
  }

  /** Makes a block within the current one. */
  newBlock(): Block {
    return { id: ++this.#blocks, depth: this.block.depth + 1, owner: undefined };
  }
}

/** Makes a scalar variable that the source does not name. */
export const local = (name: string, place: Place): Variable => ({ name, type: FLOAT, storage: 'local', place, writable: true });
