import type { Expression, Variable } from '../../glsl/ast.ts';
import type { Candidate } from '../hint.ts';
import { expressionsOf, type ShaderText, statementsOf, writtenVariables } from '../shader-text.ts';

/**
 * Suggests leaving out a normalize of a vector whose length is already 1. A normalize takes three slots (and a hidden reciprocal
 * root).
 */
export function* redundantNormalize(shader: ShaderText): Generator<Candidate> {
  const visits = expressionsOf(shader.program);
  const written = writtenVariables(shader.program);
  const normalized = new Set<Variable>();
  for (const s of statementsOf(shader.program)) {
    for (const d of s.kind === 'declare' ? s.declarations : []) {
      if (d.variable && d.initial && isNormalize(d.initial) && !written.has(d.variable)) normalized.add(d.variable);
    }
  }
  for (const { e } of visits) {
    if (!isNormalize(e)) continue;
    const why = reason(e.args[0], normalized);
    if (!why) continue;
    yield {
      title: 'Leave the normalize out',
      explanation: why,
      line: e.place.line,
      edits: [{ ...shader.span(e), text: shader.operand(e.args[0]) }],
    };
  }
}

function isNormalize(e: Expression): e is Extract<Expression, { kind: 'call' }> {
  return e.kind === 'call' && e.name === 'normalize' && e.args.length === 1;
}

/** Explains why the argument has length 1, or how it can have. Undefined where that is unknown. */
function reason(e: Expression, normalized: ReadonlySet<Variable>): string | undefined {
  if (isNormalize(e)) return 'What is normalized is of length 1.';
  if (e.kind === 'unary' && e.operator === '-') return reason(e.operand, normalized);
  if (e.kind !== 'name' || !e.variable) return undefined;
  const { name, storage } = e.variable;
  if (normalized.has(e.variable)) return `${name} was normalized before.`;
  if (storage === 'uniform') return `${name} is the same for all: make it 1 long once, before it is uploaded.`;
  if (storage === 'varying')
    return `What is interpolated between vectors of length 1 is a little shorter, by 2 % where they stand 23 degrees apart: with fine meshes nobody sees it.`;
  if (storage === 'attribute' && e.type.rows === 3)
    return `The same where the buffer of ${name} holds vectors of length 1, as exporters write normals.`;
  return undefined;
}
