/** ANGLE's limits of nesting. */
import { ShaderError } from '../../shader-error.ts';
import type { Expression, Statement, TopLevel } from '../ast.ts';
import { partsOf } from '../parts.ts';
import { isConstant } from './is-constant.ts';

/** ANGLE's depth limit of the tree, counted from the shader itself. Measured in Chromium 156 with 18 shapes of nesting. */
const MAX_DEPTH = 257;

/** ANGLE's limit of nested calls, including `main`. */
export const MAX_CALLS = 256;

/** Checks the tree depth of a function or a global. Brackets add no depth. @throws ShaderError */
export function checkComplexity(item: TopLevel): void {
  // The shader and its declarations are two levels.
  if ('kind' in item) statement(item, 2);
  else if (item.body) statement(item.body, 3);
}

function check(depth: number, place: Expression | Statement): void {
  if (depth > MAX_DEPTH)
    throw new ShaderError(`this is too complex: expressions or statements are nested more than ${MAX_DEPTH} deep`, place.place);
}

function statement(s: Statement, depth: number): void {
  check(depth, s);
  switch (s.kind) {
    case 'block':
      for (const inner of s.body) statement(inner, depth + 1);
      return;
    case 'declare':
      for (const { initial } of s.declarations) if (initial) expression(initial, depth + 2);
      return;
    case 'expression':
      expression(s.expression, depth);
      return;
    case 'if':
      expression(s.condition, depth + 1);
      body(s.yes, depth + 1);
      if (s.no) body(s.no, depth + 1);
      return;
    case 'for':
      if (s.first) statement(s.first, depth + 1);
      if (s.condition && !('storage' in s.condition)) expression(s.condition as Expression, depth + 1);
      if (s.next) expression(s.next, depth + 1);
      body(s.body, depth + 1);
      return;
    case 'return':
      if (s.value) expression(s.value, depth + 1);
  }
}

/** ANGLE turns a single statement into a block. */
function body(s: Statement, depth: number): void {
  if (s.kind === 'block') statement(s, depth);
  else statement(s, depth + 1);
}

function expression(e: Expression, depth: number): void {
  check(depth + Math.max(1, heightOf(e)) - 1, e);
}

/** Returns the height of an expression, 0 for a constant: ANGLE folds it into a leaf. */
function heightOf(e: Expression): number {
  if (e.kind === 'literal') return 0;
  if (e.kind === 'name') return e.variable?.storage === 'const' ? 0 : 1;
  const highest = Math.max(...partsOf(e).map(heightOf));
  const folds = e.kind === 'call' ? isConstant(e) : e.kind !== 'step' && e.kind !== 'assign';
  return highest === 0 && folds ? 0 : 1 + Math.max(1, highest);
}
