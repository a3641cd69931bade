import type { Expression } from '../../glsl/ast.ts';
import type { Candidate } from '../hint.ts';
import { expressionsOf, type ShaderText } from '../shader-text.ts';

/**
 * Suggests a sum of columns in place of `m * vec4(p, 1.0)`. The product takes four dot products and a register for the 1; the sum
 * takes three mads and saves a mul.
 */
export function* matrixColumns(shader: ShaderText): Generator<Candidate> {
  for (const { e } of expressionsOf(shader.program)) {
    const columns = columnsOf(shader, e);
    if (columns === undefined) continue;
    yield {
      title: 'Write the product as columns times scalars',
      explanation: 'The same sum in another order: a 1 needs no register and no multiplication.',
      line: e.place.line,
      edits: [{ ...shader.span(e), text: columns }],
    };
  }
}

/**
 * Returns `m * vec4(p, 1.0)` or `m * v` as a sum of columns. Undefined for other expressions, and where the vector is not a plain
 * name.
 */
export function columnsOf(shader: ShaderText, e: Expression): string | undefined {
  if (e.kind !== 'binary' || e.operator !== '*' || e.left.type.columns !== 4 || e.left.type.rows !== 4) return undefined;
  const { left, right } = e;
  const simple = (x: Expression) => x.kind === 'name' || (x.kind === 'member' && x.object.kind === 'name');
  if (left.kind !== 'name' || right.type.columns !== 1) return undefined;
  const m = shader.text(left);
  const sum = (v: string, last: string) => `(${m}[0] * ${v}.x + ${m}[1] * ${v}.y + ${m}[2] * ${v}.z + ${m}[3]${last})`;
  if (simple(right)) return sum(shader.text(right), ` * ${shader.text(right)}.w`);
  if (right.kind !== 'construct' || right.args.length !== 2) return undefined;
  const [p, one] = right.args;
  if (!simple(p) || p.type.rows !== 3 || one.kind !== 'literal' || one.value !== 1) return undefined;
  return sum(shader.text(p), '');
}
