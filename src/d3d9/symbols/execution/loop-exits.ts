/** The exits of kept loops: `break` and `return` as effects of the loop's region. */
import type { Variable } from '../../glsl/ast.ts';
import type { Node } from '../graph/graph.ts';
import type { Execution } from './execution.ts';
import type { Exit } from './exit.ts';

/** True where the exit leaves the innermost loop and that loop is kept. */
export function leavesKept({ loops, calls }: Execution, e: Exit): boolean {
  const loop = loops.at(-1);
  if (!loop?.kept || loop.calls !== calls) return false;
  return e.continued === undefined && (e.broken !== undefined || e.returned !== undefined);
}

/** Adds a `break` of the innermost kept loop under `condition`, with the variables' values at that point. */
export function leaveKept(
  { loops, m, path }: Execution,
  condition: Node,
  e: Exit,
  variables: ReadonlyMap<Variable, readonly Node[]>,
): void {
  const loop = loops.at(-1);
  if (!loop) return;
  const held = new Map(variables);
  if (e.returned && loop.flag) held.set(loop.flag, [m.select.value(e.returned)]);
  loop.effects.push({ exit: loop.exits.length });
  loop.exits.push({ condition: m.select.and(path, condition), variables: held });
}
