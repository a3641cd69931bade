import { MAX_JOINTS } from '../../assets/limits.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { nameOf, type SurfaceVariant, sourcesOf, VARIANT_COUNT } from '../materials/surface-variant.ts';
import type { Extensions } from './context.ts';

/**
 * Locations of the attributes of shaders/surface.vert, the same in every program, so vertex arrays fit all programs. WebGL 1
 * guarantees only eight (VideoCore IV, PowerVR SGX have no more). Instanced meshes have no skin, so the two share locations.
 */
export const ATTRIBUTE_LOCATIONS: Readonly<Record<string, number>> = {
  position: 0,
  normal: 1,
  uv: 2,
  color: 3,
  aJoints: 4,
  aWeights: 5,
  aRow0: 4,
  aRow1: 5,
  aRow2: 6,
  uv1: 7,
};
export const ATTRIBUTE_COUNT = 8;

/**
 * Minimum interval between compile status queries, ms: one frame. After a program that is still compiling, no other program is
 * queried in this interval. Drivers compile one program after another, and each query waits for the GPU process. In Chromium with
 * SwiftShader that takes 10 to 20 ms, for each of a hundred waiting meshes. Without non-blocking queries, the interval is the
 * time that the driver gets for a program.
 */
const ASK_AGAIN_MS = 16;

/** The driver refused a shader variant. The log is the driver's. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
  readonly variant: string;
  readonly log: string;

  constructor(variant: string, log: string) {
    super(`the shader variant "${variant}" does not compile: ${log}`);
    this.variant = variant;
    this.log = log;
  }
}

/** A linked program with its uniform locations. A location is null if the variant lacks the uniform. */
export interface Program {
  readonly variant: SurfaceVariant;
  readonly handle: WebGLProgram;
  readonly object: WebGLUniformLocation | null;
  readonly rows: readonly (WebGLUniformLocation | null)[];
  readonly alphaCutoff: WebGLUniformLocation | null;
  readonly scroll: WebGLUniformLocation | null;
  readonly lightMap: WebGLUniformLocation | null;
  readonly fogRange: WebGLUniformLocation | null;
  readonly fogColor: WebGLUniformLocation | null;
  /** The last value sent. Uniform values belong to the program, so this cache does too. */
  sentCutoff: number;
  readonly sentScroll: [u: number, v: number];
  sentLightMap: boolean;
  sentFog: number;
  sentPalette: readonly Float32Array[] | null;
  sentPaletteFrame: number;
}

interface Compiling {
  readonly handle: WebGLProgram;
  readonly shaders: readonly WebGLShader[];
  readonly startedAt: number;
}

/** Compiles shader variants on demand or in advance, each once. */
export class Programs {
  readonly #gl: WebGLRenderingContext;
  readonly #extensions: Extensions;
  readonly #clock: Clock;
  /** Maximum joints of one draw call. */
  readonly maxJoints: number;
  #askAgainAt = Number.NEGATIVE_INFINITY;
  readonly #ready: (Program | null)[] = new Array(VARIANT_COUNT).fill(null);
  readonly #compiling = new Map<SurfaceVariant, Compiling>();
  #count = 0;

  /**
   * Creates an empty set.
   *
   * @param maxJoints - `Capabilities.maxJoints`
   */
  constructor(gl: WebGLRenderingContext, extensions: Extensions, clock: Clock = systemClock, maxJoints = MAX_JOINTS) {
    this.maxJoints = maxJoints;
    this.#gl = gl;
    this.#extensions = extensions;
    this.#clock = clock;
  }

  /** Number of linked programs. */
  get count(): number {
    return this.#count;
  }

  /** Starts to compile a variant. It returns quickly if the driver compiles in parallel. */
  start(variant: SurfaceVariant): void {
    if (this.#ready[variant] || this.#compiling.has(variant)) return;
    const gl = this.#gl;
    const { vertex, fragment } = sourcesOf(variant, this.maxJoints);
    const handle = gl.createProgram();
    const shaders = [compile(gl, gl.VERTEX_SHADER, vertex), compile(gl, gl.FRAGMENT_SHADER, fragment)];
    for (const shader of shaders) gl.attachShader(handle, shader);
    for (const [name, location] of Object.entries(ATTRIBUTE_LOCATIONS)) gl.bindAttribLocation(handle, location, name);
    gl.linkProgram(handle);
    this.#compiling.set(variant, { handle, shaders, startedAt: this.#clock.now() });
  }

  /**
   * Returns true if `get` will not wait: the program is linked, or the driver has finished. Without KHR_parallel_shader_compile,
   * it returns true one frame after the start; `get` waits for the rest.
   */
  isReady(variant: SurfaceVariant): boolean {
    if (this.#ready[variant]) return true;
    const compiling = this.#compiling.get(variant);
    if (!compiling) return false;
    const parallel = this.#extensions.parallelCompile;
    if (!parallel) return this.#clock.now() >= compiling.startedAt + ASK_AGAIN_MS;
    if (this.#clock.now() < this.#askAgainAt) return false;
    const ready = this.#gl.getProgramParameter(compiling.handle, parallel.COMPLETION_STATUS_KHR) === true;
    if (!ready) this.#askAgainAt = this.#clock.now() + ASK_AGAIN_MS;
    return ready;
  }

  /**
   * Compiles all given variants, so that no `get` waits. A variant that the driver refuses does not stop the others; its meshes
   * are not drawn.
   *
   * @param pause - waits a moment.
   * @param idle - returns true if nothing can be compiled; then it resolves immediately.
   * @throws ShaderError if the driver refuses all of them.
   */
  async warm(variants: ReadonlySet<SurfaceVariant>, pause: () => Promise<void>, idle: () => boolean): Promise<void> {
    const refused: unknown[] = [];
    for (const variant of variants) this.start(variant);
    for (const variant of variants) {
      while (!idle() && !this.isReady(variant)) {
        // Start again: a context that was lost and restored meanwhile has no programs.
        this.start(variant);
        await pause();
      }
      if (idle()) return;
      try {
        this.get(variant);
      } catch (error) {
        refused.push(error);
      }
    }
    if (refused.length > 0 && refused.length === variants.size) throw refused[0];
  }

  /**
   * Returns the program of a variant, and waits for the compiler if necessary.
   *
   * @throws ShaderError with the driver's log.
   */
  get(variant: SurfaceVariant): Program {
    return this.#ready[variant] ?? this.#finish(variant);
  }

  #finish(variant: SurfaceVariant): Program {
    this.start(variant);
    const gl = this.#gl;
    const { handle, shaders } = this.#compiling.get(variant) as Compiling;
    this.#compiling.delete(variant);
    const linked = gl.getProgramParameter(handle, gl.LINK_STATUS);
    const log = linked
      ? ''
      : [...shaders.map(s => gl.getShaderInfoLog(s)), gl.getProgramInfoLog(handle)].filter(Boolean).join('\n');
    for (const shader of shaders) gl.deleteShader(shader);
    if (!linked && !gl.isContextLost()) {
      gl.deleteProgram(handle);
      throw new ShaderError(nameOf(variant), log);
    }
    const at = (name: string) => gl.getUniformLocation(handle, name);
    const program: Program = {
      variant,
      handle,
      object: at('uObject'),
      rows: [at('uRow0'), at('uRow1'), at('uRow2')],
      alphaCutoff: at('uAlphaCutoff'),
      scroll: at('uScroll'),
      lightMap: at('lightMap'),
      fogRange: at('uFogRange'),
      fogColor: at('uFogColor'),
      sentCutoff: Number.NaN,
      sentScroll: [0, 0],
      sentLightMap: false,
      sentFog: -1,
      sentPalette: null,
      sentPaletteFrame: -1,
    };
    // The texture is on unit 0, the default of sampler uniforms: nothing to set.
    this.#ready[variant] = program;
    this.#count++;
    return program;
  }

  /** Forgets all programs after a lost context, whose handles are invalid. */
  forget(): void {
    this.#ready.fill(null);
    this.#compiling.clear();
    this.#count = 0;
  }

  dispose(): void {
    for (const program of this.#ready) if (program) this.#gl.deleteProgram(program.handle);
    for (const { handle, shaders } of this.#compiling.values()) {
      for (const shader of shaders) this.#gl.deleteShader(shader);
      this.#gl.deleteProgram(handle);
    }
    this.forget();
  }
}

function compile(gl: WebGLRenderingContext, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type) as WebGLShader;
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}
