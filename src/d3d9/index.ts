export type { Stage } from './checker.ts';
export { type CompileOptions, type CompileResult, compileShader } from './compile.ts';
export type { Bindings, Instruction } from './emit.ts';
export type { CompileError, Limit, Usage } from './limits.ts';
export { TARGETS, type Target, type TargetName } from './target.ts';
