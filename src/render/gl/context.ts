import { MAX_JOINTS } from '../../assets/limits.ts';

/** What the GPU and its driver can do beyond WebGL 1. Each has a fall-back; `refuse` makes a test of it. */
export interface Capabilities {
  /** DXT textures: WEBGL_compressed_texture_s3tc. */
  readonly s3tc: boolean;
  /** Vertex array objects: OES_vertex_array_object. */
  readonly vao: boolean;
  /** ANGLE_instanced_arrays. */
  readonly instancing: boolean;
  /** 32-bit indices: OES_element_index_uint. */
  readonly uintIndex: boolean;
  /** Shaders compile beside the page: KHR_parallel_shader_compile. */
  readonly parallelCompile: boolean;
  readonly maxTextureSize: number;
  /** Joints that one draw call can have: 68 where the vertex shader has 220 vec4 uniforms; 37 with 128, the least that WebGL 1 promises. */
  readonly maxJoints: number;
  /** 1 where EXT_texture_filter_anisotropic is missing. */
  readonly maxAnisotropy: number;
  readonly renderer: string;
  /** The processor draws: SwiftShader, llvmpipe, Windows' basic driver. */
  readonly software: boolean;
}

export interface Extensions {
  readonly vao: OES_vertex_array_object | null;
  readonly instancing: ANGLE_instanced_arrays | null;
  readonly s3tc: WEBGL_compressed_texture_s3tc | null;
  readonly parallelCompile: { readonly COMPLETION_STATUS_KHR: number } | null;
  readonly lose: WEBGL_lose_context | null;
}

/** The machine draws no WebGL, or refused to. `reason` is what the browser said, maybe ''. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
  readonly reason: string;

  constructor(reason: string) {
    super(`WebGL is not available${reason && `: ${reason}`}`);
    this.reason = reason;
  }
}

export type RenderCanvas = HTMLCanvasElement | OffscreenCanvas;

/** @throws ContextError when the browser gives no WebGL 1 context. */
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

/** @param refuse - names of extensions to do without, as if the driver lacked them. */
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

/** vec4 uniforms that a skin's shader has beside its joints: 8 of the object, 1 of the fog, and room for what drivers put there (literals). */
const OTHER_UNIFORMS = 16;

/** Joints for so many vec4 uniforms, three each. A lost context says null: as many as anywhere. */
export function jointsWithin(uniforms: number | null): number {
  return uniforms === null ? MAX_JOINTS : Math.min(MAX_JOINTS, Math.floor((uniforms - OTHER_UNIFORMS) / 3));
}
