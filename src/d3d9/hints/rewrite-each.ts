/** Hints that rewrite single expressions. */
import type { Expression } from '../glsl/ast.ts';
import { foldConstant } from '../glsl/fold-constant.ts';
import type { Candidate } from './hint.ts';
import { expressionsOf, type ShaderText } from './shader-text.ts';

/** A cheaper way to write an expression. */
export interface Form {
  readonly title: string;
  /** The condition under which the picture stays the same. */
  readonly explanation: string;
  /** Returns the new text, or undefined where the form does not apply. */
  readonly write: (e: Expression, shader: ShaderText) => string | undefined;
}

/** Tries the forms on every expression of the shader. */
export function* rewriteEach(shader: ShaderText, forms: readonly Form[]): Generator<Candidate> {
  const visits = expressionsOf(shader.program);
  for (const { title, explanation, write } of forms) {
    for (const { e } of visits) {
      const text = write(e, shader);
      if (text !== undefined) yield { title, explanation, line: e.place.line, edits: [{ ...shader.span(e), text: `(${text})` }] };
    }
  }
}

/** Returns the number of a literal or of a vector of equal literals. */
export function literalOf(e: Expression): number | undefined {
  if (e.type.base !== 'float') return undefined;
  const values = foldConstant(e);
  return values?.every(v => v === values[0]) ? values[0] : undefined;
}

/** Formats a number as a GLSL float. */
export function floatText(v: number): string {
  const text = String(Math.fround(v) === v ? v : Number(v.toPrecision(9)));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Returns the arguments of a call to the built-in function `name`. */
export function argumentsOf(e: Expression, name: string): readonly Expression[] | undefined {
  return e.kind === 'call' && e.name === name && e.target !== undefined && 'builtin' in e.target ? e.args : undefined;
}
