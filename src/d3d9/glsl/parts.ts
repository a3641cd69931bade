import type { Expression } from './ast.ts';

/** Returns the direct parts of an expression. */
export function partsOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'unary':
    case 'step':
      return [e.operand];
    case 'binary':
      return [e.left, e.right];
    case 'assign':
      return [e.target, e.value];
    case 'ternary':
      return [e.condition, e.yes, e.no];
    case 'call':
    case 'construct':
      return e.args;
    case 'member':
      return [e.object];
    case 'index':
      return [e.object, e.index];
  }
}
