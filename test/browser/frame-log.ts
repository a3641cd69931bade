/** What the page asked of WebGL in one frame: from the end of the frame before to its own. */
export interface FrameNote {
  /** Milliseconds since the frame before, by the clock that frames are told. */
  readonly elapsed: number;
  /** Shaders compiled and programs linked: the driver is told to, and does it beside the page. */
  readonly compiled: number;
  /** Programs asked for what came of them before the driver said that it had finished: for each of these the page waits. */
  readonly waited: number;
  /** Bytes that went to buffers and textures. */
  readonly bytes: number;
  readonly drawCalls: number;
  /** Indices that were drawn. */
  readonly drawn: number;
  /** What `mark` said when the frame began to be drawn. */
  readonly mark: string;
}

export interface FrameLog {
  readonly frames: FrameNote[];
  stop(): void;
}

/**
 * Runs in the page (it must stand alone: its source is sent there): counts what the frames from now on ask of WebGL.
 * @param mark - told with each frame: what is to be seen in it.
 */
export function logFrames(mark: () => string): FrameLog {
  type Methods = Record<string, (...args: never[]) => unknown>;
  const gl = WebGLRenderingContext.prototype as unknown as Methods;
  const { LINK_STATUS } = WebGLRenderingContext;
  const COMPLETION_STATUS_KHR = 0x91b1;
  const parallel = document.createElement('canvas').getContext('webgl')?.getExtension('KHR_parallel_shader_compile') != null;
  const frames: FrameNote[] = [];
  const blank = () => ({ compiled: 0, waited: 0, bytes: 0, drawCalls: 0, drawn: 0, mark: '' });
  let now = blank();
  let frame = 0;
  const originals: [string, Methods[string]][] = [];
  const watch = (name: string, tell: (args: readonly unknown[], result: unknown) => void) => {
    const original = gl[name];
    originals.push([name, original]);
    gl[name] = function (...args) {
      const result = original.apply(this, args);
      tell(args, result);
      return result;
    };
  };

  /** The frame that each program was linked in; undefined once the driver has finished, or been waited for. */
  const linkedIn = new Map<unknown, number>();
  watch('compileShader', () => now.compiled++);
  watch('linkProgram', ([program]) => {
    now.compiled++;
    linkedIn.set(program, frame);
  });
  const ask = ([program]: readonly unknown[]) => {
    // Where the driver cannot say that it has finished, it has been given a frame for it at least.
    if (parallel ? linkedIn.has(program) : linkedIn.get(program) === frame) now.waited++;
    linkedIn.delete(program);
  };
  watch('getProgramParameter', (args, result) => {
    if (args[1] === LINK_STATUS) ask(args);
    else if (args[1] === COMPLETION_STATUS_KHR && result === true) linkedIn.delete(args[0]);
  });
  for (const name of ['getProgramInfoLog', 'getUniformLocation', 'getAttribLocation', 'useProgram']) watch(name, ask);
  watch('getShaderParameter', () => now.waited++);

  const size = (data: unknown) => (typeof data === 'number' ? data : ((data as ArrayBufferView | null)?.byteLength ?? 0));
  watch('bufferData', ([, data]) => (now.bytes += size(data)));
  watch('bufferSubData', ([, , data]) => (now.bytes += size(data)));
  watch('compressedTexImage2D', args => (now.bytes += size(args[6])));
  /** Width, height, format, type, pixels; or format, type and an image. Without pixels nothing is brought. */
  const picture = (args: readonly unknown[], first: number) => {
    const image = args[args.length - 1] as ImageBitmap | ArrayBufferView | null;
    if (image && 'width' in image) now.bytes += image.width * image.height * 4;
    else if (image) now.bytes += (args[first] as number) * (args[first + 1] as number) * 4;
  };
  watch('texImage2D', args => picture(args, 3));
  watch('texSubImage2D', args => picture(args, 4));
  const draw = (count: unknown) => {
    if (now.drawCalls === 0) now.mark = mark();
    now.drawCalls++;
    now.drawn += count as number;
  };
  watch('drawElements', ([, count]) => draw(count));
  watch('drawArrays', ([, , count]) => draw(count));

  let before = performance.now();
  // Asked for after the viewer's, which draws: it is called after it, in every frame.
  let request = requestAnimationFrame(function close(time) {
    request = requestAnimationFrame(close);
    frame++;
    frames.push({ ...now, elapsed: time - before });
    before = time;
    now = blank();
  });
  return {
    frames,
    stop() {
      cancelAnimationFrame(request);
      for (const [name, original] of originals.reverse()) gl[name] = original;
    },
  };
}
