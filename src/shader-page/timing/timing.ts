/** The timing of shaders on the visitor's GPU. */
import type { Clock } from '../../core/clock.ts';
import { quantile } from '../../core/quantile.ts';
import type { Stage } from '../permalink.ts';
import { FinishedFrames } from './finished-frames.ts';
import { linkProgram, type TestProgram } from './program.ts';
import { fillUniforms } from './uniforms.ts';

/** The vertices of each mesh in a vertex test: a real avatar's count. Meshes cover few pixels. */
const VERTICES_AN_AVATAR = 2_800;
/** The pixels that each draw of a fragment test covers. */
const PIXELS_A_DRAW = 320 * 240;

export interface TimingOptions {
  readonly gl: WebGLRenderingContext;
  readonly clock: Clock;
  readonly stage: Stage;
  /** One or two shaders. Two are drawn alternately (A B A B …), so that a machine that slows down slows both. */
  readonly sources: readonly string[];
  /** The number of draws a frame, >= 1. */
  readonly avatars: number;
  /** The counted frames of each shader. One eighth more run before them as warm-up. */
  readonly frames: number;
  readonly signal: AbortSignal;
}

export interface Timing {
  /** The milliseconds of each frame, in drawing order. */
  readonly samples: readonly number[];
  readonly medianMs: number;
  readonly p95Ms: number;
  /** The median nanoseconds for each vertex (vertex shader) or pixel (fragment shader). */
  readonly nanoseconds: number;
  /** `timer query`: the GPU's own time. `finished frame`: wall time until a pixel is readable, of as many frames as fill 20 ms. */
  readonly method: 'timer query' | 'finished frame';
}

/**
 * Draws the shaders on the real GPU and measures their time.
 *
 * @throws Error with the driver's message where a shader does not link; `signal.reason` when aborted.
 */
export async function measure(options: TimingOptions): Promise<Timing[]> {
  const { gl, stage, sources } = options;
  const programs: TestProgram[] = [];
  const scene = createScene(gl, stage);
  try {
    for (const source of sources) programs.push(linkProgram(gl, stage, source));
    return await interleave(options, programs, scene);
  } finally {
    for (const program of programs) program.dispose();
    scene.dispose();
  }
}

async function interleave(
  { gl, clock, stage, avatars, frames, signal }: TimingOptions,
  programs: TestProgram[],
  scene: Scene,
): Promise<Timing[]> {
  const timer = gl.getExtension('EXT_disjoint_timer_query') as TimerExtension | null;
  const samples = programs.map((): number[] => []);
  const finished = programs.map(() => new FinishedFrames(clock, () => finish(gl)));
  const warmup = Math.ceil(frames / 8);
  for (let frame = -warmup; frame < frames; frame++) {
    for (let p = 0; p < programs.length; p++) {
      signal.throwIfAborted();
      if (gl.isContextLost()) throw new Error('the WebGL context was lost while measuring');
      const draw = () => scene.draw(programs[p].program, avatars);
      const ms = timer ? await queryTime(gl, timer, clock, draw) : finished[p].sample(draw);
      if (frame >= 0 && ms !== undefined) samples[p].push(ms);
    }
    // One turn of the event loop a frame keeps the page responsive.
    await new Promise<void>(resolve => clock.after(0, resolve));
  }
  const units = avatars * (stage === 'vertex' ? VERTICES_AN_AVATAR : PIXELS_A_DRAW);
  return samples.map(s => ({
    samples: s,
    medianMs: quantile(s, 0.5),
    p95Ms: quantile(s, 0.95),
    nanoseconds: (quantile(s, 0.5) * 1e6) / units,
    method: timer ? 'timer query' : 'finished frame',
  }));
}

/** Waits for the GPU. `gl.finish` may return early in browsers, but a pixel is not readable before it is drawn. */
function finish(gl: WebGLRenderingContext): void {
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, onePixel);
}
const onePixel = new Uint8Array(4);

/** The part of EXT_disjoint_timer_query that we use. TypeScript's DOM library lacks it. */
interface TimerExtension {
  readonly TIME_ELAPSED_EXT: number;
  readonly QUERY_RESULT_EXT: number;
  readonly QUERY_RESULT_AVAILABLE_EXT: number;
  readonly GPU_DISJOINT_EXT: number;
  createQueryEXT(): object;
  deleteQueryEXT(query: object): void;
  beginQueryEXT(target: number, query: object): void;
  endQueryEXT(target: number): void;
  getQueryObjectEXT(query: object, name: number): number | boolean;
}

/**
 * Measures one frame by a timer query.
 * @returns undefined where the GPU changed its clock meanwhile or does not answer within a second.
 */
async function queryTime(
  gl: WebGLRenderingContext,
  timer: TimerExtension,
  clock: Clock,
  draw: () => void,
): Promise<number | undefined> {
  const query = timer.createQueryEXT();
  try {
    timer.beginQueryEXT(timer.TIME_ELAPSED_EXT, query);
    draw();
    timer.endQueryEXT(timer.TIME_ELAPSED_EXT);
    gl.flush();
    const start = clock.now();
    while (!timer.getQueryObjectEXT(query, timer.QUERY_RESULT_AVAILABLE_EXT)) {
      if (clock.now() - start > 1_000) return undefined;
      await new Promise<void>(resolve => clock.after(1, resolve));
    }
    if (gl.getParameter(timer.GPU_DISJOINT_EXT)) return undefined;
    return Number(timer.getQueryObjectEXT(query, timer.QUERY_RESULT_EXT)) / 1e6;
  } finally {
    timer.deleteQueryEXT(query);
  }
}

interface Scene {
  draw(program: WebGLProgram, count: number): void;
  dispose(): void;
}

/**
 * Creates the test scene: a grid of vertices, drawn small, or one rectangle, drawn large. One float4 buffer serves every
 * attribute.
 */
function createScene(gl: WebGLRenderingContext, stage: Stage): Scene {
  const vertex = stage === 'vertex';
  const [width, height] = vertex ? [16, 16] : [320, 240];
  gl.canvas.width = width;
  gl.canvas.height = height;
  gl.viewport(0, 0, width, height);
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(
    gl.ARRAY_BUFFER,
    vertex ? strip(VERTICES_AN_AVATAR) : new Float32Array([-1, -1, 0, 1, 3, -1, 0, 1, -1, 3, 0, 1]),
    gl.STATIC_DRAW,
  );
  const textures = [
    checker(gl, gl.TEXTURE_2D, [gl.TEXTURE_2D]),
    checker(
      gl,
      gl.TEXTURE_CUBE_MAP,
      [0, 1, 2, 3, 4, 5].map(i => gl.TEXTURE_CUBE_MAP_POSITIVE_X + i),
    ),
  ];
  return {
    draw(program, count) {
      gl.useProgram(program);
      fillUniforms(gl, program, textures[0], textures[1]);
      const attributes: number = gl.getProgramParameter(program, gl.ACTIVE_ATTRIBUTES);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      for (let i = 0; i < attributes; i++) {
        const at = gl.getAttribLocation(program, gl.getActiveAttrib(program, i)?.name ?? '');
        if (at < 0) continue;
        gl.enableVertexAttribArray(at);
        gl.vertexAttribPointer(at, 4, gl.FLOAT, false, 0, 0);
      }
      for (let n = 0; n < count; n++)
        gl.drawArrays(vertex ? gl.TRIANGLE_STRIP : gl.TRIANGLES, 0, vertex ? VERTICES_AN_AVATAR : 3);
    },
    dispose() {
      gl.deleteBuffer(buffer);
      for (const texture of textures) gl.deleteTexture(texture);
    },
  };
}

/**
 * Makes `count` vertices of a strip of thin triangles inside the clip volume. They load the vertex shader and cover few pixels.
 */
function strip(count: number): Float32Array {
  const all = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) all.set([(i % 64) / 64, (i >> 6) / 64 + (i & 1) / 512, 0.5, 1], 4 * i);
  return all;
}

function checker(gl: WebGLRenderingContext, target: number, faces: readonly number[]): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(target, texture);
  const pixels = new Uint8Array(64 * 64 * 4);
  for (let i = 0; i < 64 * 64; i++) pixels.fill(((i >> 3) ^ (i >> 9)) & 1 ? 220 : 90, 4 * i, 4 * i + 4);
  for (const face of faces) gl.texImage2D(face, 0, gl.RGBA, 64, 64, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  gl.generateMipmap(target);
  return texture;
}
