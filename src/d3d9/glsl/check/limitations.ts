import { ShaderError } from '../../shader-error.ts';
import type { Expression, Statement, Variable } from '../ast.ts';
import { partsOf } from '../parts.ts';
import { isScalar, typeName } from '../type.ts';
import { isConstant } from './is-constant.ts';

// WebGL 1's restrictions of GLSL ES 1.00 (its appendix A, as ANGLE's ValidateLimitations checks it).

type For = Statement & { readonly kind: 'for' };

const COMPARE = new Set(['<', '>', '<=', '>=', '==', '!=']);

/**
 * Checks the header of a loop: `for (int i = CONSTANT; i < CONSTANT; i += CONSTANT)`. Its expressions must already have types.
 *
 * @returns the index of the loop
 * @throws ShaderError
 */
export function loopIndexOf({ first, condition, next, place }: For): Variable {
  const declared = first?.kind === 'declare' && first.declarations.length === 1 ? first.declarations[0] : undefined;
  if (!declared?.variable || !declared.initial)
    throw new ShaderError(
      'WebGL 1 needs a loop that declares and initializes one index: for (int i = 0; …)',
      first?.place ?? place,
    );
  const { variable: index, initial } = declared;
  if (!isScalar(index.type) || (index.type.base !== 'int' && index.type.base !== 'float'))
    throw new ShaderError(`a loop index must be int or float, not ${typeName(index.type)}`, declared.place);
  if (!isConstant(initial)) throw new ShaderError(`the loop index '${index.name}' must begin with a constant`, initial.place);
  if (!condition || 'storage' in condition) throw new ShaderError('WebGL 1 needs a loop with a condition', place);
  checkCondition(condition as Expression, index);
  if (!next) throw new ShaderError('WebGL 1 needs a loop that changes its index', place);
  checkNext(next, index);
  return index;
}

const isIndex = (e: Expression, index: Variable): boolean => e.kind === 'name' && e.variable === index;

function checkCondition(e: Expression, index: Variable): void {
  if (e.kind !== 'binary' || !COMPARE.has(e.operator) || !isIndex(e.left, index))
    throw new ShaderError(`the condition of a loop must compare its index '${index.name}' with a constant`, e.place);
  if (!isConstant(e.right))
    throw new ShaderError(`the loop index '${index.name}' must be compared with a constant`, e.right.place);
}

function checkNext(e: Expression, index: Variable): void {
  if (e.kind === 'step' && isIndex(e.operand, index)) return;
  const adds = e.kind === 'assign' && isIndex(e.target, index) && (e.operator === '+=' || e.operator === '-=');
  if (!adds) throw new ShaderError(`a loop must change its index by ${index.name}++, ${index.name}--, += or -=`, e.place);
  if (!isConstant(e.value)) throw new ShaderError(`the loop index '${index.name}' must change by a constant`, e.value.place);
}

/**
 * Checks an index that is not constant: it may consist of constants and loop indices.
 *
 * @throws ShaderError
 */
export function checkIndex(e: Expression): void {
  if (e.kind === 'name') {
    if (e.variable?.storage !== 'const' && !e.variable?.loopIndex)
      throw new ShaderError(`'${e.name}' cannot be part of an index: WebGL 1 takes constants and loop indices`, e.place);
    return;
  }
  if (e.kind === 'call' && e.target && 'define' in e.target)
    throw new ShaderError(`an index cannot call the function '${e.name}'`, e.place);
  for (const part of partsOf(e)) checkIndex(part);
}
