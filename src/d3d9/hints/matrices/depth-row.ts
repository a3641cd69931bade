import type { Expression } from '../../glsl/ast.ts';
import type { Candidate } from '../hint.ts';
import { expressionsOf, type ShaderText } from '../shader-text.ts';
import { columnsOf } from './matrix-columns.ts';

/**
 * Suggests a matrix whose third row holds z + w, and a shader that subtracts w.
 * ANGLE ends every vertex shader with `z = (z + w) / 2`, since depth is 0 to 1 in Direct3D.
 * The compiler then cancels both, and the four outputs become one product.
 */
export function* depthRow(shader: ShaderText): Generator<Candidate> {
  const visits = expressionsOf(shader.program);
  const names = visits.filter(({ e }) => e.kind === 'name' && e.name === 'gl_Position');
  const writes = visits.flatMap(({ e }) =>
    e.kind === 'assign' && e.target.kind === 'name' && e.target.name === 'gl_Position' ? [e] : [],
  );
  // Code that reads only the w is unaffected. Code that reads or writes the z would see another value.
  const others = names.filter(
    ({ e, parent }) => e !== writes[0]?.target && !(parent?.kind === 'member' && parent.member === 'w'),
  );
  if (writes.length !== 1 || others.length > 0 || writes[0].operator !== '=' || !byUniforms(writes[0].value)) return;
  const [write] = writes;
  const end = shader.source.indexOf(';', shader.rightOf(write.value, shader.offset(write.place)).end) + 1;
  const indent = /^[ \t]*/.exec(shader.source.slice(shader.lineStart(write.place)))?.[0] ?? '';
  const insert = { start: end, end, text: `\n${indent}gl_Position.z -= gl_Position.w;` };
  const columns = columnsOf(shader, write.value);
  yield {
    title: 'Let the matrix bring z + w',
    explanation:
      "Add the fourth row of the projection to its third on the CPU. ANGLE's own (z + w) / 2 then cancels. Costs the depth at most one unit in 2^23.",
    line: write.place.line,
    edits: [insert],
    // Four dot products do not merge with ANGLE's last lines; columns do.
    ...(columns === undefined ? {} : { otherwise: [[{ ...shader.span(write.value), text: columns }, insert]] }),
  };
}

/** True for a product of a uniform matrix, or a sum of uniform columns times scalars. The CPU can put z + w into either. */
function byUniforms(e: Expression): boolean {
  if (e.kind !== 'binary') return isUniform(e, 4);
  if (e.operator === '+') return byUniforms(e.left) && byUniforms(e.right);
  if (e.operator !== '*') return false;
  const scalar = (x: Expression) => x.type.rows === 1 && x.type.columns === 1;
  return isUniform(e.left, 16) || (isUniform(e.left, 4) && scalar(e.right)) || (isUniform(e.right, 4) && scalar(e.left));
}

/** True for a uniform, or an element or column of one, with `size` floats. */
function isUniform(e: Expression, size: number): boolean {
  if (e.type.base !== 'float' || e.type.rows * e.type.columns !== size) return false;
  const root = e.kind === 'index' ? (e.object.kind === 'index' ? e.object.object : e.object) : e;
  return root.kind === 'name' && root.variable?.storage === 'uniform';
}
