import type { Expression } from '../../glsl/ast.ts';
import { partsOf } from '../../glsl/parts.ts';
import { isSampler, typeName } from '../../glsl/type.ts';
import type { Candidate } from '../hint.ts';
import { expressionsOf, type ShaderText } from '../shader-text.ts';

/**
 * Suggests moving linear expressions of varyings (sums, and products with constants or uniforms) to the vertex shader.
 * Interpolation gives the same result, and a mesh has far fewer vertices than pixels.
 */
export function* toVertex(shader: ShaderText): Generator<Candidate> {
  const found = new Map<string, Expression[]>();
  for (const { e, parent } of expressionsOf(shader.program)) {
    if (!moves(e) || (parent && moves(parent))) continue;
    const text = shader.text(e);
    found.set(text, [...(found.get(text) ?? []), e]);
  }
  for (const [text, uses] of found) {
    const name = shader.freeName('vEarly');
    const type = typeName(uses[0].type);
    const at = shader.beforeFunctions;
    yield {
      title: 'Compute it in the vertex shader',
      explanation: `\`${text}\` is linear in what is interpolated. There: \`varying ${type} ${name}; … ${name} = ${text.replaceAll(/\s+/g, ' ')};\``,
      line: uses[0].place.line,
      edits: [
        { start: at, end: at, text: `varying ${type} ${name}; // ${text.replaceAll(/\s+/g, ' ')}\n` },
        ...uses.map(e => ({ ...shader.span(e), text: name })),
      ],
    };
  }
}

/** True for a float or float vector that is linear in at least one varying. */
function moves(e: Expression): boolean {
  const vector = e.type.base === 'float' && e.type.columns === 1 && e.type.count === undefined && !e.type.struct;
  return vector && (e.kind === 'binary' || (e.kind === 'call' && e.name === 'dot')) && degree(e) === 1;
}

/** Returns 0 for the same value everywhere, 1 for linear in the varyings, undefined for neither. */
function degree(e: Expression): 0 | 1 | undefined {
  switch (e.kind) {
    case 'literal':
      return 0;
    case 'name':
      if (isSampler(e.type)) return undefined;
      return e.variable?.storage === 'varying'
        ? 1
        : e.variable?.storage === 'uniform' || e.variable?.storage === 'const'
          ? 0
          : undefined;
    case 'member':
      return degree(e.object);
    case 'unary':
      return e.operator === '-' ? degree(e.operand) : undefined;
    case 'construct':
      return e.of.base === 'float' ? highest(partsOf(e)) : undefined;
    case 'binary': {
      const [left, right] = [degree(e.left), degree(e.right)];
      if (left === undefined || right === undefined) return undefined;
      if (e.operator === '+' || e.operator === '-') return left || right ? 1 : 0;
      if (e.operator === '*') return left && right ? undefined : left || right ? 1 : 0;
      return e.operator === '/' && right === 0 ? left : undefined;
    }
    case 'call': {
      if (e.name !== 'dot') return undefined;
      const [left, right] = e.args.map(degree);
      if (left === undefined || right === undefined || (left && right)) return undefined;
      return left || right ? 1 : 0;
    }
    default:
      return undefined;
  }
}

function highest(es: readonly Expression[]): 0 | 1 | undefined {
  const degrees = es.map(degree);
  if (degrees.includes(undefined)) return undefined;
  return degrees.includes(1) ? 1 : 0;
}
