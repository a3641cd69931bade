import type { Executed } from '../../d3d9/executed.ts';
import type { Hint } from '../../d3d9/hints/hint.ts';
import type { Usage } from '../../d3d9/limits.ts';
import type { Stage, Target } from '../permalink.ts';
import type { SourceError } from '../source-error.ts';

/** What the page asks its worker for. */
export interface CompileRequest {
  readonly id: number;
  readonly source: string;
  readonly stage: Stage;
  readonly target: Target;
}

/** One line of the listing. */
export interface ListingLine {
  /** As the compiler prints it: `mad r0, v0.x, c4, r1`. */
  readonly text: string;
  /** Lines of GLSL that it came from, from 1. */
  readonly lines: readonly number[];
  /** 0 for a declaration. */
  readonly slots: number;
}

/** What a shader takes of one target. */
export interface TargetUsage extends Usage {
  /** Texture units: samplers, arrays counted by their elements. */
  readonly units: number;
  /** Limits of the target that the shader breaks, one sentence each. */
  readonly broken: readonly string[];
}

/** What comes back. A source with errors has an empty listing. */
export interface Compiled extends TargetUsage {
  readonly listing: readonly ListingLine[];
  readonly errors: readonly SourceError[];
  readonly executed: Executed;
  readonly milliseconds: number;
}

export type CompileAnswer =
  | { readonly id: number; readonly kind: 'compiled'; readonly compiled: Compiled }
  /** What the same shader takes of another target of its stage. */
  | { readonly id: number; readonly kind: 'usage'; readonly target: Target; readonly usage: TargetUsage }
  | { readonly id: number; readonly kind: 'hints'; readonly hints: readonly Hint[] }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };

export type { Hint };
