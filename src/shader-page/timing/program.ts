import type { Stage } from '../permalink.ts';
import { counterpart } from './counterpart.ts';

/** A linked program of the shader under test and its counterpart. The caller disposes it. */
export interface TestProgram {
  readonly program: WebGLProgram;
  /** The shader under test as the driver receives it. Undefined where the browser does not report it (WEBGL_debug_shaders). */
  readonly translated: string | undefined;
  dispose(): void;
}

/** Links a shader and its counterpart. @throws Error with the driver's message where the shader does not compile or link. */
export function linkProgram(gl: WebGLRenderingContext, stage: Stage, source: string): TestProgram {
  const other = counterpart(stage, source);
  const vertex = compile(gl, gl.VERTEX_SHADER, stage === 'vertex' ? source : other);
  const fragment = compile(gl, gl.FRAGMENT_SHADER, stage === 'fragment' ? source : other);
  const program = gl.createProgram();
  gl.attachShader(program, vertex);
  gl.attachShader(program, fragment);
  gl.linkProgram(program);
  const linked = gl.getProgramParameter(program, gl.LINK_STATUS);
  const log = gl.getProgramInfoLog(program);
  const translated = gl.getExtension('WEBGL_debug_shaders')?.getTranslatedShaderSource(stage === 'vertex' ? vertex : fragment);
  gl.deleteShader(vertex);
  gl.deleteShader(fragment);
  if (!linked) {
    gl.deleteProgram(program);
    throw new Error(log?.trim() || 'the driver does not link the shader and says no more');
  }
  return { program, translated: translated || undefined, dispose: () => gl.deleteProgram(program) };
}

function compile(gl: WebGLRenderingContext, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type);
  if (!shader) throw new Error('the WebGL context is lost');
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) || gl.isContextLost()) return shader;
  const log = gl.getShaderInfoLog(shader);
  gl.deleteShader(shader);
  throw new Error(log?.trim() || 'the driver does not compile the shader and says no more');
}
