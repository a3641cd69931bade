import type { Variable } from '../../d3d9/glsl/ast.ts';
import { elementOf, typeName } from '../../d3d9/glsl/type.ts';
import { ShaderText } from '../../d3d9/hints/shader-text.ts';
import { ShaderError } from '../../d3d9/shader-error.ts';
import type { Stage } from '../permalink.ts';

/**
 * Generates a matching shader of the other stage, so a single shader can be linked and drawn.
 * A fragment counterpart sums all varyings, so a driver cannot remove the work that fills them.
 * A vertex counterpart fills them from the corners of a rectangle.
 */
export function counterpart(stage: Stage, source: string): string {
  const varyings = findVaryings(stage, source);
  const declared = varyings.map(v => `varying ${v.type} ${v.name}${v.size ? `[${v.size}]` : ''};`).join('\n');
  if (stage === 'vertex') {
    const terms = varyings.flatMap(v => elements(v).map(e => widen(v.type, e)));
    return `precision highp float;\n${declared}\nvoid main() {\n  gl_FragColor = vec4(0.5)${terms.map(t => ` + ${t} * 0.001`).join('')};\n}\n`;
  }
  const fills = varyings.flatMap(v => elements(v).map(e => `  ${e} = ${narrow(v.type)};`)).join('\n');
  return `precision highp float;\nattribute vec4 aCorner;\n${declared}\nvoid main() {\n${fills}\n  gl_Position = vec4(aCorner.xy, 0.0, 1.0);\n}\n`;
}

interface Varying {
  readonly type: string;
  readonly name: string;
  /** The length of an array. */
  readonly size: number | undefined;
}

/** Finds the varyings that remain after preprocessing. None where the source is invalid: the driver reports that error. */
function findVaryings(stage: Stage, source: string): Varying[] {
  let variables: readonly Variable[];
  try {
    ({ variables } = new ShaderText(source, stage).program);
  } catch (error) {
    if (error instanceof ShaderError) return [];
    throw error;
  }
  return variables
    .filter(v => v.storage === 'varying')
    .map(({ name, type }) => ({ name, type: typeName(elementOf(type)), size: type.count }));
}

function elements({ name, size }: Varying): string[] {
  return size ? Array.from({ length: Math.min(size, 16) }, (_, i) => `${name}[${i}]`) : [name];
}

/** Converts a value of any type to a vec4. */
function widen(type: string, e: string): string {
  if (type === 'float') return `vec4(${e})`;
  if (type === 'vec2') return `${e}.xyxy`;
  if (type === 'vec3') return `${e}.xyzx`;
  if (type === 'vec4') return e;
  const rows = Number(type[3]);
  return `(${Array.from({ length: rows }, (_, i) => widen(`vec${rows}`, `${e}[${i}]`)).join(' + ')})`;
}

/** Makes a value of the type that differs from corner to corner. */
function narrow(type: string): string {
  const xy = 'aCorner.xy * 0.5 + 0.5';
  if (type === 'float') return '(aCorner.x + 1.0) * 0.5';
  if (type === 'vec2') return xy;
  if (type === 'vec3') return `vec3(${xy}, 1.0)`;
  if (type === 'vec4') return `vec4(${xy}, 1.0, 1.0)`;
  return `${type}(1.0)`;
}
