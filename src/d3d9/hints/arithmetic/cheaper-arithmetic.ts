/** Hints that replace arithmetic by cheaper forms. */
import type { Expression } from '../../glsl/ast.ts';
import { typeName } from '../../glsl/type.ts';
import type { Candidate } from '../hint.ts';
import { argumentsOf, type Form, floatText, literalOf, rewriteEach } from '../rewrite-each.ts';
import { expressionsOf, type ShaderText } from '../shader-text.ts';

type Binary = Expression & { kind: 'binary' };

const isBinary = (e: Expression, operators: string): e is Binary => e.kind === 'binary' && operators.includes(e.operator);

/** Returns the t of `1.0 - t`. */
function oneMinus(e: Expression): Expression | undefined {
  return isBinary(e, '-') && literalOf(e.left) === 1 ? e.right : undefined;
}

const FORMS: readonly Form[] = [
  {
    title: 'Multiply, then add',
    explanation:
      'A product to which something is added is one instruction (mad); a sum that is multiplied is two. The same, but for rounding.',
    write: (e, shader) => {
      if (!isBinary(e, '*/')) return undefined;
      const [sum, factor] = isBinary(e.left, '+-')
        ? [e.left, literalOf(e.right)]
        : [e.right, e.operator === '*' ? literalOf(e.left) : undefined];
      if (factor === undefined || factor === 0 || !isBinary(sum, '+-')) return undefined;
      const k = e.operator === '*' ? factor : 1 / factor;
      const [left, right] = [literalOf(sum.left), literalOf(sum.right)];
      const sign = sum.operator === '-' ? -1 : 1;
      if (right !== undefined) return `${shader.operand(sum.left)} * ${floatText(k)} + ${floatText(sign * right * k)}`;
      return left === undefined ? undefined : `${shader.operand(sum.right)} * ${floatText(sign * k)} + ${floatText(left * k)}`;
    },
  },
  {
    title: 'A fraction for mod',
    explanation:
      'mod divides, takes the floor, multiplies and subtracts; a fraction times the literal is one instruction less. The same, but for rounding.',
    write: (e, shader) => {
      const [x, y] = argumentsOf(e, 'mod') ?? [];
      const k = y && literalOf(y);
      return x && k !== undefined && k > 0 ? `fract(${shader.operand(x)} * ${floatText(1 / k)}) * ${floatText(k)}` : undefined;
    },
  },
  {
    title: 'mix for the sum of two shares',
    explanation: '`a * t + b * (1.0 - t)` takes three instructions, mix two or one. The same, but for rounding.',
    write: (e, shader) => {
      if (!isBinary(e, '+') || !isBinary(e.left, '*') || !isBinary(e.right, '*')) return undefined;
      for (const [share, rest] of [
        [e.left, e.right],
        [e.right, e.left],
      ]) {
        for (const [b, complement] of [
          [rest.left, rest.right],
          [rest.right, rest.left],
        ]) {
          const t = oneMinus(complement);
          if (!t) continue;
          const text = shader.text(t);
          for (const [a, same] of [
            [share.left, share.right],
            [share.right, share.left],
          ])
            if (shader.text(same) === text && typeName(a.type) === typeName(b.type))
              return `mix(${shader.text(b)}, ${shader.text(a)}, ${text})`;
        }
      }
      return undefined;
    },
  },
  {
    title: 'A straight ramp for smoothstep',
    explanation:
      'The curve takes three instructions more than a line between the same two edges. Soft edges look a little harder.',
    write: (e, shader) => {
      const [low, high, x] = argumentsOf(e, 'smoothstep') ?? [];
      const [a, b] = [low, high].map(v => v && literalOf(v));
      if (!x || a === undefined || b === undefined || a === b) return undefined;
      return `clamp(${shader.operand(x)} * ${floatText(1 / (b - a))} + ${floatText(-a / (b - a))}, 0.0, 1.0)`;
    },
  },
];

export const cheaperArithmetic = (shader: ShaderText): Generator<Candidate> => rewriteEach(shader, FORMS);

/**
 * Suggests a reciprocal uniform. A division by a uniform computes its reciprocal for every pixel; the CPU can compute it once.
 */
export function* reciprocalUniform(shader: ShaderText): Generator<Candidate> {
  const found = new Map<string, { by: Expression; uses: Binary[] }>();
  for (const { e } of expressionsOf(shader.program)) {
    if (!isBinary(e, '/') || e.right.type.base !== 'float' || e.right.type.columns > 1) continue;
    let root = e.right;
    while (root.kind === 'member') root = root.object;
    if (root.kind !== 'name' || root.variable?.storage !== 'uniform') continue;
    const text = shader.text(e.right);
    const entry = found.get(text) ?? { by: e.right, uses: [] };
    entry.uses.push(e);
    found.set(text, entry);
  }
  for (const [text, { by, uses }] of found) {
    const name = shader.freeName('uInverse');
    const at = shader.beforeFunctions;
    yield {
      title: 'Divide once on the CPU',
      explanation: `The uniform \`${name}\` holds 1 / ${text}: the shader multiplies.`,
      line: uses[0].place.line,
      edits: [
        { start: at, end: at, text: `uniform ${typeName(by.type)} ${name}; // 1.0 / ${text}\n` },
        ...uses.map(e => ({ ...shader.span(e), text: `(${shader.operand(e.left)} * ${name})` })),
      ],
    };
  }
}
