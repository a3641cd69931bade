/** The built-in variables and constants of GLSL ES 1.00. */
import type { Variable } from './ast.ts';
import { BOOL, FLOAT, INT, type Type, vector } from './type.ts';

/** The stage of a shader. */
export type Stage = 'vertex' | 'fragment';

/** The gl_Max… constants, with the values that ANGLE reports on Direct3D 9. */
const LIMITS: Record<string, number> = {
  gl_MaxVertexAttribs: 16,
  gl_MaxVertexUniformVectors: 254,
  gl_MaxVaryingVectors: 8,
  gl_MaxVertexTextureImageUnits: 0,
  gl_MaxCombinedTextureImageUnits: 16,
  gl_MaxTextureImageUnits: 16,
  gl_MaxFragmentUniformVectors: 29,
  gl_MaxDrawBuffers: 1,
};

/**
 * The elements of gl_FragData that the checker accepts with GL_EXT_draw_buffers. Direct3D 9 has 4 render targets; current drivers
 * have 8.
 */
const MAX_DRAW_BUFFERS = 8;

const DEPTH_RANGE: Type = {
  base: 'struct',
  rows: 1,
  columns: 1,
  struct: { name: 'gl_DepthRangeParameters', fields: ['near', 'far', 'diff'].map(name => ({ name, type: FLOAT })) },
};

const ALL: ReadonlySet<string> = new Set(['GL_EXT_frag_depth']);

function shaderVariables(stage: Stage, extensions: ReadonlySet<string>): [string, Type, boolean][] {
  if (stage === 'vertex')
    return [
      ['gl_Position', vector('float', 4), true],
      ['gl_PointSize', FLOAT, true],
      ['gl_DepthRange', DEPTH_RANGE, false],
    ];
  const out: [string, Type, boolean][] = [
    ['gl_FragColor', vector('float', 4), true],
    ['gl_FragData', { ...vector('float', 4), count: extensions.has('GL_EXT_draw_buffers') ? MAX_DRAW_BUFFERS : 1 }, true],
    ['gl_FragCoord', vector('float', 4), false],
    ['gl_FrontFacing', BOOL, false],
    ['gl_PointCoord', vector('float', 2), false],
    ['gl_DepthRange', DEPTH_RANGE, false],
  ];
  if (extensions.has('GL_EXT_frag_depth')) out.push(['gl_FragDepthEXT', FLOAT, true]);
  return out;
}

/** Returns the gl_… variables and constants that a shader of this stage can use without declaring them. */
export function builtinVariables(stage: Stage, extensions: ReadonlySet<string>): Variable[] {
  const place = { line: 0, column: 0 };
  return [
    ...shaderVariables(stage, extensions).map(
      ([name, type, writable]): Variable => ({ name, type, storage: 'builtin', place, writable }),
    ),
    ...Object.entries(LIMITS).map(
      ([name, value]): Variable => ({ name, type: INT, storage: 'const', place, writable: false, constant: [value] }),
    ),
  ];
}

/**
 * Returns the stage that a built-in variable belongs to. Undefined for both or neither. `stageOf('gl_FragColor') // 'fragment'`
 */
export function stageOf(name: string): Stage | undefined {
  const has = (stage: Stage) => shaderVariables(stage, ALL).some(([known]) => known === name);
  const [vertex, fragment] = [has('vertex'), has('fragment')];
  return vertex === fragment ? undefined : vertex ? 'vertex' : 'fragment';
}
