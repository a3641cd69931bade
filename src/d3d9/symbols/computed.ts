import type { Variable } from '../glsl/ast.ts';
import type { Node } from './graph/graph.ts';
import type { Regions } from './regions/region.ts';
import type { Arithmetic } from './values/arithmetic.ts';

/** The result of symbolic execution: the scalars of each output, and the values that discard a fragment when negative. */
export interface Computed {
  readonly outputs: ReadonlyMap<Variable, readonly Node[]>;
  readonly kills: readonly Node[];
  readonly m: Arithmetic;
  readonly regions: Regions;
}
