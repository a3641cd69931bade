/** The messages of the worker that counts variants. */
import type { Defines } from '../../d3d9/source/prepare.ts';
import type { Stage, Target } from '../permalink.ts';

/** One variant of a shader, ready to compile. */
export interface Variant {
  readonly defines: Defines;
  readonly source: string;
}

/** The cost of a variant, or the reason why it does not compile. */
export interface VariantCount {
  readonly defines: Defines;
  readonly slots: number;
  readonly arithmetic: number;
  readonly texture: number;
  readonly error: string | undefined;
}

export interface CountRequest {
  readonly variants: readonly Variant[];
  readonly stage: Stage;
  readonly target: Target;
}
