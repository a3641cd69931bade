/** The values that variables have before `main` runs. */
import { builtinInput } from '../../angle.ts';
import type { Variable } from '../../glsl/ast.ts';
import { sizeOf, type Type } from '../../glsl/type.ts';
import { cellsOf } from '../../layout.ts';
import type { Node } from '../graph/graph.ts';
import type { Arithmetic } from '../values/arithmetic.ts';

/** Returns the scalars of an input or uniform, and zeros for other variables. */
export function initialValue(v: Variable, m: Arithmetic): Node[] {
  const { g } = m;
  const external =
    v.storage === 'uniform' ||
    v.storage === 'attribute' ||
    (v.storage === 'varying' && g.target.fragment) ||
    (v.storage === 'builtin' && !v.writable);
  if (!external) return zeros(v.type, m);
  const builtin = v.storage === 'builtin' ? builtinInput(v, m) : undefined;
  if (builtin) return builtin;
  const op = v.storage === 'uniform' ? 'uniform' : 'input';
  g.begin();
  return cellsOf(v.type, op === 'input').map(c => {
    const node = g.node(op, [], { variable: v, register: c.register, lane: c.lane });
    return v.type.base === 'int' ? m.whole(node) : node;
  });
}

/** Returns the value of a variable that nothing was assigned to: 0 in every scalar. */
export const zeros = (type: Type, m: Arithmetic): Node[] => new Array<Node>(sizeOf(type)).fill(m.g.zero);
