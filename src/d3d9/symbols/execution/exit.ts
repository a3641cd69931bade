/** The ways in which control leaves a statement. */
import type { Node } from '../graph/graph.ts';
import type { Select } from '../values/select.ts';

/** The conditions under which control left a statement. Undefined: it did not leave that way. */
export interface Exit {
  readonly returned?: Node | undefined;
  readonly broken?: Node | undefined;
  readonly continued?: Node | undefined;
}

export const NO_EXIT: Exit = {};

/** Returns the condition under which control left a statement in any way. */
export function leaves(select: Select, e: Exit): Node | undefined {
  const parts = [e.returned, e.broken, e.continued].filter(p => p !== undefined);
  return parts.length === 0 ? undefined : parts.reduce((a, b) => select.or(a, b));
}

/** Combines two exits: control left as in `a` or as in `b`. */
export function join(select: Select, a: Exit, b: Exit): Exit {
  const either = (x?: Node, y?: Node) => (x && y ? select.or(x, y) : (x ?? y));
  return {
    returned: either(a.returned, b.returned),
    broken: either(a.broken, b.broken),
    continued: either(a.continued, b.continued),
  };
}

/** Returns the exit of a statement that runs only under `condition`. */
export function under(select: Select, condition: Node, e: Exit): Exit {
  const when = (x?: Node) => (x ? select.and(condition, x) : undefined);
  return { returned: when(e.returned), broken: when(e.broken), continued: when(e.continued) };
}

/** True where control always leaves the loop or the function. */
export const leavesAlways = (e: Exit): boolean => [e.broken, e.returned].some(c => c?.op === 'const' && c.value !== 0);
