export type { Stage } from './builtin-variables.ts';
export { type CompileOptions, type CompileResult, compileShader } from './compile.ts';
export type { CompileError, Limit, Usage } from './limits.ts';
export type { Bindings, Instruction } from './listing.ts';
export { TARGETS, type Target, type TargetName } from './target.ts';
