/** The types of GLSL's built-in functions. */
import { BOOL, FLOAT, isScalar, isVector, type Type, vector } from './type.ts';

/** The overloads of built-in functions. `genType` means float and the float vectors; `g|float` means the same type or a float. */
const SHAPES: Record<string, readonly string[]> = {
  g1: 'radians degrees sin cos tan asin acos exp log exp2 log2 sqrt inversesqrt abs sign floor ceil fract normalize dFdx dFdy fwidth'.split(
    ' ',
  ),
  g2: 'pow reflect'.split(' '),
  g2s: 'mod min max'.split(' '),
};
const RELATIONS = new Set(['lessThan', 'lessThanEqual', 'greaterThan', 'greaterThanEqual', 'equal', 'notEqual']);

const ONE = new Set(SHAPES.g1);
const DERIVATIVES = new Set(['dFdx', 'dFdy', 'fwidth']);
const TWO = new Set(SHAPES.g2);
const TWO_SCALAR = new Set(SHAPES.g2s);
const TEXTURES = /^texture(2D|Cube)(Proj)?(Lod|Grad)?(EXT)?$/;

export const BUILTIN_NAMES = new Set([
  ...ONE,
  ...TWO,
  ...TWO_SCALAR,
  ...RELATIONS,
  ...'atan clamp mix step smoothstep length distance dot cross faceforward refract matrixCompMult any all not'.split(' '),
  ...'texture2D texture2DProj texture2DLod texture2DProjLod textureCube textureCubeLod'.split(' '),
  ...'texture2DLodEXT texture2DProjLodEXT textureCubeLodEXT texture2DGradEXT texture2DProjGradEXT textureCubeGradEXT'.split(' '),
]);

const isGen = (t: Type): boolean => t.base === 'float' && t.columns === 1 && t.count === undefined;
const same = (a: Type, b: Type): boolean =>
  a.base === b.base && a.rows === b.rows && a.columns === b.columns && a.count === b.count;
const isFloat = (t: Type): boolean => isGen(t) && t.rows === 1;

/** Returns the type of a built-in call (GLSL ES 1.00, chapter 8), or undefined where no overload fits. */
export function builtinType(name: string, args: readonly Type[], fragment: boolean): Type | undefined {
  const [a, b, c] = args;
  const n = args.length;
  if (n === 0) return undefined;
  if (!fragment && DERIVATIVES.has(name)) return undefined;
  if (ONE.has(name)) return n === 1 && isGen(a) ? a : undefined;
  if (TWO.has(name)) return n === 2 && isGen(a) && same(a, b) ? a : undefined;
  if (TWO_SCALAR.has(name)) return n === 2 && isGen(a) && (same(a, b) || isFloat(b)) ? a : undefined;
  if (RELATIONS.has(name)) {
    const fits = n === 2 && isVector(a) && same(a, b) && (a.base !== 'bool' || name === 'equal' || name === 'notEqual');
    return fits ? vector('bool', a.rows) : undefined;
  }
  switch (name) {
    case 'atan':
      return isGen(a) && (n === 1 || (n === 2 && same(a, b))) ? a : undefined;
    case 'clamp':
      return n === 3 && isGen(a) && same(b, c) && (same(a, b) || isFloat(b)) ? a : undefined;
    case 'mix':
      return n === 3 && isGen(a) && same(a, b) && (same(a, c) || isFloat(c)) ? a : undefined;
    case 'step':
      return n === 2 && isGen(b) && (same(a, b) || isFloat(a)) ? b : undefined;
    case 'smoothstep':
      return n === 3 && isGen(c) && same(a, b) && (same(a, c) || isFloat(a)) ? c : undefined;
    case 'length':
      return n === 1 && isGen(a) ? FLOAT : undefined;
    case 'distance':
    case 'dot':
      return n === 2 && isGen(a) && same(a, b) ? FLOAT : undefined;
    case 'cross':
      return n === 2 && isGen(a) && a.rows === 3 && same(a, b) ? a : undefined;
    case 'faceforward':
      return n === 3 && isGen(a) && same(a, b) && same(a, c) ? a : undefined;
    case 'refract':
      return n === 3 && isGen(a) && same(a, b) && isFloat(c) ? a : undefined;
    case 'matrixCompMult':
      return n === 2 && a.columns > 1 && same(a, b) ? a : undefined;
    case 'any':
    case 'all':
      return n === 1 && a.base === 'bool' && isVector(a) ? BOOL : undefined;
    case 'not':
      return n === 1 && a.base === 'bool' && isVector(a) ? a : undefined;
  }
  return textureType(name, args, fragment);
}

function textureType(name: string, args: readonly Type[], fragment: boolean): Type | undefined {
  const m = TEXTURES.exec(name);
  if (!m) return undefined;
  const [sampler, at, third, fourth] = args;
  const cube = m[1] === 'Cube';
  if (sampler.base !== (cube ? 'samplerCube' : 'sampler2D') || !isScalar(sampler) || !at || !isGen(at)) return undefined;
  const fits = cube ? at.rows === 3 && !m[2] : m[2] ? at.rows >= 3 : at.rows === 2;
  if (!fits) return undefined;
  const result = vector('float', 4);
  if (m[3] === 'Grad') return args.length === 4 && same(third, fourth) && third.rows === (cube ? 3 : 2) ? result : undefined;
  if (m[3] === 'Lod')
    return args.length === 3 && isFloat(third) && (fragment ? m[4] !== undefined : m[4] === undefined) ? result : undefined;
  return args.length === 2 || (fragment && args.length === 3 && isFloat(third)) ? result : undefined;
}
