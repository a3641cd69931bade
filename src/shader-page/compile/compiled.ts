/** The messages between the page and its compile worker. */
import type { Executed } from '../../d3d9/executed.ts';
import type { Hint } from '../../d3d9/hints/hint.ts';
import type { Usage } from '../../d3d9/limits.ts';
import type { SourceError } from '../editor/source-error.ts';
import type { Stage, Target } from '../permalink.ts';

/** A request of the page to its worker. */
export interface CompileRequest {
  readonly id: number;
  readonly source: string;
  readonly stage: Stage;
  readonly target: Target;
}

/** One line of the listing. */
export interface ListingLine {
  /** The text as the compiler prints it: `mad r0, v0.x, c4, r1`. */
  readonly text: string;
  /** The GLSL lines that it comes from, from 1. */
  readonly lines: readonly number[];
  /** The number of slots, 0 for a declaration. */
  readonly slots: number;
}

/** A shader's use of one target. */
export interface TargetUsage extends Usage {
  /** The number of texture units: samplers, with arrays counted by element. */
  readonly units: number;
  /** The exceeded limits of the target, one sentence each. */
  readonly broken: readonly string[];
}

/** The result of a request. A source with errors has an empty listing. */
export interface Compiled extends TargetUsage {
  readonly listing: readonly ListingLine[];
  readonly errors: readonly SourceError[];
  readonly executed: Executed;
  readonly milliseconds: number;
}

export type CompileAnswer =
  | { readonly id: number; readonly kind: 'compiled'; readonly compiled: Compiled }
  /** The same shader's use of another target of its stage. */
  | { readonly id: number; readonly kind: 'usage'; readonly target: Target; readonly usage: TargetUsage }
  | { readonly id: number; readonly kind: 'hints'; readonly hints: readonly Hint[] }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };

export type { Hint };
