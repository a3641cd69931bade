import type { Variable } from '../glsl/ast.ts';
import type { Arithmetic } from './arithmetic.ts';
import type { Node } from './graph.ts';
import type { Regions } from './region.ts';

/** What a shader computes: scalars by output, and the values below zero at which a fragment dies. */
export interface Computed {
  readonly outputs: ReadonlyMap<Variable, readonly Node[]>;
  readonly kills: readonly Node[];
  readonly m: Arithmetic;
  readonly regions: Regions;
}
