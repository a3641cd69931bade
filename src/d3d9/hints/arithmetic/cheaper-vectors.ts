/** Hints that replace vector functions by cheaper forms. */
import type { Expression } from '../../glsl/ast.ts';
import type { Candidate } from '../hint.ts';
import { argumentsOf, type Form, floatText, literalOf, rewriteEach } from '../rewrite-each.ts';
import type { ShaderText } from '../shader-text.ts';

const OPPOSITE: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/**
 * Returns the vector whose length `length(v)` or `distance(a, b)` is.
 * Undefined for other expressions, and where the vector would be written twice.
 */
function vectorOf(e: Expression, shader: ShaderText): string | undefined {
  const [v] = argumentsOf(e, 'length') ?? [];
  if (v && v.type.rows > 1) return shader.text(v);
  const [a, b] = argumentsOf(e, 'distance') ?? [];
  return a && b && a.type.rows > 1 ? `${shader.operand(a)} - ${shader.operand(b)}` : undefined;
}

const FORMS: readonly Form[] = [
  {
    title: 'Compare the square of the length',
    explanation:
      'A length costs a root (two instructions); its square is one dot product. The same, for the literal is not negative.',
    write: (e, shader) => {
      if (e.kind !== 'binary' || !(e.operator in OPPOSITE)) return undefined;
      for (const [side, other, operator] of [
        [e.left, e.right, e.operator],
        [e.right, e.left, OPPOSITE[e.operator]],
      ] as const) {
        const v = vectorOf(side, shader);
        const limit = literalOf(other);
        if (v && limit !== undefined && limit >= 0) return `dot(${v}, ${v}) ${operator} ${floatText(limit * limit)}`;
      }
      return undefined;
    },
  },
  {
    title: 'Clamp for free',
    explanation:
      'Direct3D 9 clamps a result to 0…1 without an instruction. The same where it is at most 1: the dot product of vectors of length 1.',
    write: (e, shader) => {
      const [a, b] = argumentsOf(e, 'max') ?? [];
      if (!a || !b) return undefined;
      const [value, zero] = literalOf(a) === 0 ? [b, a] : [a, b];
      return literalOf(zero) === 0 && argumentsOf(value, 'dot') ? `clamp(${shader.text(value)}, 0.0, 1.0)` : undefined;
    },
  },
];

export const cheaperVectors = (shader: ShaderText): Generator<Candidate> => rewriteEach(shader, FORMS);
