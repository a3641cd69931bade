import type { Expression } from '../ast.ts';

/**
 * Returns the first part of an expression that is not constant (GLSL ES 1.00, section 5.10). Undefined where the whole is
 * constant.
 */
export function variablePart(e: Expression): Expression | undefined {
  switch (e.kind) {
    case 'literal':
      return undefined;
    case 'name':
      return e.variable?.storage === 'const' ? undefined : e;
    case 'unary':
      return variablePart(e.operand);
    case 'binary':
      return variablePart(e.left) ?? variablePart(e.right);
    case 'ternary':
      return variablePart(e.condition) ?? variablePart(e.yes) ?? variablePart(e.no);
    case 'construct':
      return firstOf(e.args);
    case 'call':
      return e.target && 'builtin' in e.target && !e.name.startsWith('texture') ? firstOf(e.args) : e;
    case 'member':
      return variablePart(e.object);
    case 'index':
      return variablePart(e.object) ?? variablePart(e.index);
    case 'step':
    case 'assign':
      return e;
  }
}

function firstOf(args: readonly Expression[]): Expression | undefined {
  for (const a of args) {
    const found = variablePart(a);
    if (found) return found;
  }
  return undefined;
}

/** True for a constant expression of GLSL. */
export const isConstant = (e: Expression): boolean => variablePart(e) === undefined;
