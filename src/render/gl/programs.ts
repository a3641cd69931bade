import { MAX_JOINTS } from '../../assets/limits.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { nameOf, type SurfaceVariant, sourcesOf, VARIANT_COUNT } from '../materials/surface-variant.ts';
import type { Extensions } from './context.ts';

/**
 * Where each attribute of shaders/surface.vert lives, in every program: vertex arrays need not know which program draws them. Eight are all
 * that WebGL 1 promises (VideoCore IV, PowerVR SGX); what is drawn as copies is no skin, so these share their places.
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
 * A frame, ms. After a program that is still being compiled, the driver is not asked again for so long about any: drivers compile one after the other, and each
 * question waits for the GPU's process (10 to 20 ms in Chromium with SwiftShader, for each of a hundred meshes that waited).
 * Where it cannot be asked without waiting for the answer, it is left alone with a program for so long.
 */
const ASK_AGAIN_MS = 16;

/** A variant that the driver refused; the log is the driver's. */
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

/** A linked program with the places of its uniforms; a place is null where the variant has no such uniform. */
export interface Program {
  readonly variant: SurfaceVariant;
  readonly handle: WebGLProgram;
  readonly object: WebGLUniformLocation | null;
  readonly rows: readonly (WebGLUniformLocation | null)[];
  readonly alphaCutoff: WebGLUniformLocation | null;
  readonly lightMap: WebGLUniformLocation | null;
  readonly fogRange: WebGLUniformLocation | null;
  readonly fogColor: WebGLUniformLocation | null;
  /** What was sent last: uniforms live in the program, so does the knowledge of them. */
  sentCutoff: number;
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

/** Compiles variants on demand or ahead of need, each once. */
export class Programs {
  readonly #gl: WebGLRenderingContext;
  readonly #extensions: Extensions;
  readonly #clock: Clock;
  /** Of one draw call. */
  readonly maxJoints: number;
  #askAgainAt = Number.NEGATIVE_INFINITY;
  readonly #ready: (Program | null)[] = new Array(VARIANT_COUNT).fill(null);
  readonly #compiling = new Map<SurfaceVariant, Compiling>();
  #count = 0;

  /** @param maxJoints - `Capabilities.maxJoints` */
  constructor(gl: WebGLRenderingContext, extensions: Extensions, clock: Clock = systemClock, maxJoints = MAX_JOINTS) {
    this.maxJoints = maxJoints;
    this.#gl = gl;
    this.#extensions = extensions;
    this.#clock = clock;
  }

  /** Programs that are linked. */
  get count(): number {
    return this.#count;
  }

  /** Begins to compile; costs little where the driver compiles beside the page. */
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
   * True when `get` will not wait: linked, or the driver says that it has finished. Without KHR_parallel_shader_compile, when it has had the time
   * of a frame: `get` waits for the rest.
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
   * Compiles all of them, so that no `get` waits. One that the driver refuses is no reason to show nothing: what needs it is left out when it is drawn.
   * @param pause - waits a moment. @param idle - nothing can be compiled: then it resolves at once.
   * @throws ShaderError where the driver refuses all of them.
   */
  async warm(variants: ReadonlySet<SurfaceVariant>, pause: () => Promise<void>, idle: () => boolean): Promise<void> {
    const refused: unknown[] = [];
    for (const variant of variants) this.start(variant);
    for (const variant of variants) {
      while (!idle() && !this.isReady(variant)) {
        // Again: a context that was lost and came back in the meantime has forgotten it.
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

  /** @throws ShaderError with the driver's log. */
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
      lightMap: at('lightMap'),
      fogRange: at('uFogRange'),
      fogColor: at('uFogColor'),
      sentCutoff: Number.NaN,
      sentLightMap: false,
      sentFog: -1,
      sentPalette: null,
      sentPaletteFrame: -1,
    };
    // The texture is on unit 0, which is what a sampler uniform starts with: nothing to set.
    this.#ready[variant] = program;
    this.#count++;
    return program;
  }

  /** After a lost context: the handles are gone already. */
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
