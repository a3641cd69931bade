/** Creates WebGL contexts and reads their capabilities. */

import { MAX_JOINTS } from '../../assets/limits.ts';

/** Optional features of the GPU and its driver beyond WebGL 1. Each has a fallback, which tests enable with `refuse`. */
export interface Capabilities {
  /** DXT textures: WEBGL_compressed_texture_s3tc. */
  readonly s3tc: boolean;
  /** Vertex array objects: OES_vertex_array_object. */
  readonly vao: boolean;
  /** ANGLE_instanced_arrays. */
  readonly instancing: boolean;
  /** 32-bit indices: OES_element_index_uint. */
  readonly uintIndex: boolean;
  /** Shaders compile in parallel with the page: KHR_parallel_shader_compile. */
  readonly parallelCompile: boolean;
  readonly maxTextureSize: number;
  /** Maximum joints of one draw call: 68 if the vertex shader has 220 vec4 uniforms; 37 with 128, the minimum of WebGL 1. */
  readonly maxJoints: number;
  /** 1 if EXT_texture_filter_anisotropic is missing. */
  readonly maxAnisotropy: number;
  readonly renderer: string;
  /** True if the CPU draws: SwiftShader, llvmpipe, Windows' basic driver. */
  readonly software: boolean;
}

export interface Extensions {
  readonly vao: OES_vertex_array_object | null;
  readonly instancing: ANGLE_instanced_arrays | null;
  readonly s3tc: WEBGL_compressed_texture_s3tc | null;
  readonly parallelCompile: { readonly COMPLETION_STATUS_KHR: number } | null;
  readonly lose: WEBGL_lose_context | null;
}

/** The browser cannot create a WebGL context, or refuses to. `reason` is the browser's message and may be empty. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
  readonly reason: string;

  constructor(reason: string) {
    super(`WebGL is not available${reason && `: ${reason}`}`);
    this.reason = reason;
  }
}

export type RenderCanvas = HTMLCanvasElement | OffscreenCanvas;

/**
 * Creates a WebGL 1 context.
 *
 * @throws ContextError if the browser returns none.
 */
export function createContext(canvas: RenderCanvas, attributes: WebGLContextAttributes): WebGLRenderingContext {
  let reason = '';
  const onError = (event: Event) => {
    reason = (event as WebGLContextEvent).statusMessage ?? '';
  };
  canvas.addEventListener('webglcontextcreationerror', onError);
  const gl = (canvas as HTMLCanvasElement).getContext('webgl', attributes);
  canvas.removeEventListener('webglcontextcreationerror', onError);
  if (!gl) throw new ContextError(reason);
  return gl;
}

/**
 * Reads the capabilities and extensions of a context.
 *
 * @param refuse - names of extensions to ignore, as if the driver lacked them.
 */
export function readCapabilities(
  gl: WebGLRenderingContext,
  refuse: readonly string[],
): { capabilities: Capabilities; extensions: Extensions } {
  const extension = <T>(name: string): T | null => (refuse.includes(name) ? null : (gl.getExtension(name) as T | null));
  const extensions: Extensions = {
    vao: extension('OES_vertex_array_object'),
    instancing: extension('ANGLE_instanced_arrays'),
    s3tc: extension('WEBGL_compressed_texture_s3tc'),
    parallelCompile: extension('KHR_parallel_shader_compile'),
    lose: extension('WEBGL_lose_context'),
  };
  const anisotropy = extension<EXT_texture_filter_anisotropic>('EXT_texture_filter_anisotropic');
  const debug = extension<WEBGL_debug_renderer_info>('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  const capabilities: Capabilities = {
    s3tc: extensions.s3tc !== null,
    vao: extensions.vao !== null,
    instancing: extensions.instancing !== null,
    uintIndex: extension('OES_element_index_uint') !== null,
    parallelCompile: extensions.parallelCompile !== null,
    maxTextureSize: gl.getParameter(gl.MAX_TEXTURE_SIZE),
    maxJoints: jointsWithin(gl.getParameter(gl.MAX_VERTEX_UNIFORM_VECTORS)),
    maxAnisotropy: anisotropy ? gl.getParameter(anisotropy.MAX_TEXTURE_MAX_ANISOTROPY_EXT) : 1,
    renderer,
    software: /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer),
  };
  return { capabilities, extensions };
}

/**
 * vec4 uniforms of a skinning shader besides its joints: 8 for the object, 1 each for fog and scrolling, and room for literals that drivers
 * store there.
 */
const OTHER_UNIFORMS = 16;

/** Returns how many joints fit into `uniforms` vec4s, three each. A lost context reports null, which counts as the maximum. */
export function jointsWithin(uniforms: number | null): number {
  return uniforms === null ? MAX_JOINTS : Math.min(MAX_JOINTS, Math.floor((uniforms - OTHER_UNIFORMS) / 3));
}
