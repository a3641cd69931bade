/** Expressions in HLSL. */
import type { Expression } from '../glsl/ast.ts';
import { isMatrix, isScalar, isVector, type Type } from '../glsl/type.ts';

/** GLSL's built-in functions that have another name in HLSL or in ANGLE's output. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  mix: 'lerp',
  fract: 'frac',
  inversesqrt: 'rsqrt',
  dFdx: 'ddx',
  dFdy: 'ddy',
  mod: 'mod_emu',
  texture2D: 'gl_texture2D',
  texture2DProj: 'gl_texture2DProj',
  texture2DLod: 'gl_texture2DLod',
  texture2DProjLod: 'gl_texture2DProjLod',
  textureCube: 'gl_textureCube',
  textureCubeLod: 'gl_textureCubeLod',
  texture2DLodEXT: 'gl_texture2DLod',
  texture2DProjLodEXT: 'gl_texture2DProjLod',
  textureCubeLodEXT: 'gl_textureCubeLod',
  texture2DGradEXT: 'gl_texture2DGrad',
  texture2DProjGradEXT: 'gl_texture2DProjGrad',
  textureCubeGradEXT: 'gl_textureCubeGrad',
};

const RELATIONS: Readonly<Record<string, string>> = {
  lessThan: '<',
  lessThanEqual: '<=',
  greaterThan: '>',
  greaterThanEqual: '>=',
  equal: '==',
  notEqual: '!=',
};

/** Returns the type in HLSL notation. */
export function hlslType(t: Type): string {
  if (t.struct) return t.struct.name ? `_${t.struct.name}` : 'struct';
  if (t.columns > 1) return `float${t.columns}x${t.rows}`;
  if (t.base === 'samplerCube') return 'samplerCUBE';
  return t.rows > 1 ? `${t.base}${t.rows}` : t.base;
}

/** Returns the name with ANGLE's underscore prefix. `gl_FragColor` becomes the first render target. */
export function hlslName(name: string): string {
  if (name === 'gl_FragColor') return 'gl_Color[0]';
  if (name === 'gl_FragData') return 'gl_Color';
  if (name === 'gl_FragDepthEXT') return 'gl_Depth';
  return name.startsWith('gl_') ? name : `_${name}`;
}

/** Returns an expression of a checked shader as ANGLE writes it for Direct3D 9. */
export function hlslExpression(e: Expression): string {
  switch (e.kind) {
    case 'literal':
      return literal(e.value, e.type);
    case 'name':
      return e.variable?.storage === 'const' && e.variable.name.startsWith('gl_Max')
        ? `${e.variable.constant?.[0] ?? 0}`
        : hlslName(e.name);
    case 'unary':
      return `(${e.operator}${hlslExpression(e.operand)})`;
    case 'step':
      return e.prefix ? `(${e.operator}${hlslExpression(e.operand)})` : `(${hlslExpression(e.operand)}${e.operator})`;
    case 'binary':
      return binary(e.operator, e.left, e.right);
    case 'assign': {
      const target = hlslExpression(e.target);
      const multiplies = e.operator === '*=' && (isMatrix(e.value.type) || isMatrix(e.target.type));
      const product = multiplies && !isScalar(e.value.type);
      return product ? `(${target} = ${binary('*', e.target, e.value)})` : `(${target} ${e.operator} ${hlslExpression(e.value)})`;
    }
    case 'ternary':
      return `(${hlslExpression(e.condition)} ? ${hlslExpression(e.yes)} : ${hlslExpression(e.no)})`;
    case 'call':
      return call(e);
    case 'construct':
      return construct(e.of, e.args);
    case 'member':
      return `${hlslExpression(e.object)}.${e.lanes ? e.lanes.map(l => 'xyzw'[l]).join('') : `_${e.member}`}`;
    case 'index':
      return `${hlslExpression(e.object)}[${index(e)}]`;
  }
}

/** ANGLE clamps a computed index into a uniform array. */
function index({ object, index: at }: Expression & { readonly kind: 'index' }): string {
  const text = hlslExpression(at);
  const { count } = object.type;
  const computed = object.kind === 'name' && object.variable?.storage === 'uniform' && at.kind !== 'literal';
  return computed && count !== undefined ? `int(clamp(float(${text}), 0.0, ${count - 1}.0))` : text;
}

function literal(value: number, type: Type): string {
  if (type.base === 'bool') return value ? 'true' : 'false';
  if (type.base === 'int') return `${value}`;
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : `${value}`;
}

/** Direct3D's registers hold matrices transposed, so ANGLE transposes them around every product. */
function binary(operator: string, left: Expression, right: Expression): string {
  const [a, b] = [hlslExpression(left), hlslExpression(right)];
  const [s, t] = [left.type, right.type];
  if (operator === '*' && isMatrix(s) && isMatrix(t)) return `transpose(mul(transpose(${a}), transpose(${b})))`;
  if (operator === '*' && isMatrix(s) && isVector(t)) return `mul(transpose(${a}), ${b})`;
  if (operator === '*' && isVector(s) && isMatrix(t)) return `mul(${a}, transpose(${b}))`;
  if (operator === '^^') return `xor(${a}, ${b})`;
  if (operator === ',') return `(${a}, ${b})`;
  const whole = (operator === '==' || operator === '!=') && !isScalar(s) && !s.struct;
  if (whole) return operator === '==' ? `all(${a} == ${b})` : `(!all(${a} == ${b}))`;
  return `(${a} ${operator} ${b})`;
}

function call(e: Expression & { readonly kind: 'call' }): string {
  const args = e.args.map(hlslExpression);
  if (!e.target || 'define' in e.target) return `_${e.name}(${args.join(', ')})`;
  if (Object.hasOwn(RELATIONS, e.name)) return `(${args[0]} ${RELATIONS[e.name]} ${args[1]})`;
  if (e.name === 'not') return `(!${args[0]})`;
  if (e.name === 'matrixCompMult') return `(${args[0]} * ${args[1]})`;
  if (e.name === 'atan' && args.length === 2) return `atan_emu(${args.join(', ')})`;
  const name = Object.hasOwn(FUNCTIONS, e.name) ? FUNCTIONS[e.name] : e.name;
  return `${name}(${args.join(', ')})`;
}

function construct(of: Type, args: readonly Expression[]): string {
  const list = args.map(hlslExpression).join(', ');
  if (of.struct) return `${hlslType(of)}_ctor(${list})`;
  if (isScalar(of)) return isScalar(args[0].type) ? `${of.base}(${list})` : `${of.base}(${list}.x)`;
  return `${of.columns > 1 ? `mat${of.rows}` : `${of.base === 'float' ? '' : of.base[0]}vec${of.rows}`}_ctor(${list})`;
}
