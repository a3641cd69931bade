/** The public API of the shader compiler: GLSL ES 1.00 to Direct3D 9 assembly, with its cost. */

export type { Bindings, Instruction } from './assembly/listing/listing.ts';
export { type CompileOptions, type CompileResult, compileShader } from './compile.ts';
export type { Stage } from './glsl/builtin-variables.ts';
export type { CompileError, Limit, Usage } from './limits.ts';
export { TARGET_NAMES, TARGETS, type Target, type TargetName } from './target.ts';
