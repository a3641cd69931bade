import type { Expression } from '../../glsl/ast.ts';
import { partsOf } from '../../glsl/parts.ts';
import { isSampler, typeName } from '../../glsl/type.ts';
import type { Candidate } from '../hint.ts';
import { expressionsOf, type ShaderText } from '../shader-text.ts';

/**
 * Suggests moving computations on uniforms alone to the CPU. The Direct3D 9 compiler leaves them in the shader, once for every
 * vertex or pixel.
 */
export function* uniformOnly(shader: ShaderText): Generator<Candidate> {
  const found = new Map<string, Expression[]>();
  for (const { e, parent } of expressionsOf(shader.program)) {
    if (!works(e) || (parent && steady(parent))) continue;
    const text = shader.text(e);
    found.set(text, [...(found.get(text) ?? []), e]);
  }
  for (const [text, uses] of found) {
    const name = shader.freeName('uOnce');
    const at = shader.beforeFunctions;
    yield {
      title: 'Compute it once on the CPU',
      explanation: `\`${text}\` depends on uniforms alone, so it can be a uniform itself: \`${name}\`.`,
      line: uses[0].place.line,
      edits: [
        { start: at, end: at, text: `uniform ${typeName(uses[0].type)} ${name}; // ${text.replaceAll(/\s+/g, ' ')}\n` },
        ...uses.map(e => ({ ...shader.span(e), text: name })),
      ],
    };
  }
}

/** True for an expression of only uniforms and constants. */
function steady(e: Expression): boolean {
  if (e.kind === 'literal') return true;
  if (e.kind === 'name') return e.variable?.storage === 'uniform' ? !isSampler(e.type) : e.variable?.storage === 'const';
  if (e.kind === 'assign' || e.kind === 'step') return false;
  // A function of the shader may do anything. Of the built-in functions, only texture reads and derivatives vary by pixel.
  if (e.kind === 'call' && !(e.target && 'builtin' in e.target && !/^(texture|dFd|fwidth)/.test(e.name))) return false;
  return partsOf(e).every(steady);
}

/** True for a steady float expression that contains a uniform and computes something, and is not part of an array. */
function works(e: Expression): boolean {
  if (e.kind !== 'binary' && e.kind !== 'call' && e.kind !== 'unary') return false;
  if (e.type.base !== 'float' || e.type.count !== undefined || e.type.struct || !steady(e)) return false;
  // A sign costs nothing.
  return e.kind !== 'unary' && holdsUniform(e);
}

function holdsUniform(e: Expression): boolean {
  return (e.kind === 'name' && e.variable?.storage === 'uniform') || partsOf(e).some(holdsUniform);
}
