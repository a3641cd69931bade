/** Counts in a page what WebGL objects hold. */

/** Bytes of the page's WebGL objects: live now, and the most there were. */
export interface GlMemory {
  readonly now: { readonly textures: number; readonly buffers: number; readonly renderbuffers: number };
  readonly peak: number;
}

/**
 * Runs in the page before its scripts. It follows each call that gives a texture, buffer or renderbuffer its storage, and keeps the sums at
 * `glMemory`. A mip chain made by `generateMipmap` takes a third more. RGB is counted as four bytes, as drivers store it. The canvas
 * itself is left out: it is the same for all contestants.
 */
export function countGlMemory(): void {
  const now = { textures: 0, buffers: 0, renderbuffers: 0 };
  const memory = { now, peak: 0 };
  Object.assign(window, { glMemory: memory });
  type Kind = keyof typeof now;
  type Call = (this: WebGLRenderingContext, ...args: never[]) => unknown;
  const held = new Map<object, { kind: Kind; parts: Map<string, number> }>();

  const hold = (object: object | null, kind: Kind, part: string, bytes: number) => {
    if (!object) return;
    let entry = held.get(object);
    if (!entry) held.set(object, (entry = { kind, parts: new Map() }));
    now[kind] += bytes - (entry.parts.get(part) ?? 0);
    entry.parts.set(part, bytes);
    memory.peak = Math.max(memory.peak, now.textures + now.buffers + now.renderbuffers);
  };
  const release = (object: object | null) => {
    const entry = object && held.get(object);
    if (!entry) return;
    for (const bytes of entry.parts.values()) now[entry.kind] -= bytes;
    held.delete(object);
  };
  /** Bytes of a texel, by WebGL's number of the format; formats with four or fewer channels of a byte take four. */
  const wide: Record<number, number> = { 34836: 16, 34842: 8, 36208: 16, 33326: 4, 33328: 8, 36012: 4, 35056: 4 };
  const thin: Record<number, number> = { 6409: 1, 6406: 1, 33321: 1, 6403: 1, 6410: 2, 33323: 2, 33189: 2 };
  const texel = (format: number, type = 0x1401) => (type === 0x1406 ? 4 : 1) * (wide[format] ?? thin[format] ?? 4);
  /** Bytes of a texel of DXT1 and ETC; the other block formats take one byte. */
  const halfByte = new Set([0x83f0, 0x83f1, 0x8c4c, 0x8c4d, 0x9274, 0x9275, 0x9276, 0x9277, 0x8d64]);
  const isFace = (target: number) => target >= 0x8515 && target <= 0x851a;
  const bound = (gl: WebGLRenderingContext, target: number): object | null => {
    const names: Record<number, number> = { 3553: 0x8069, 34067: 0x8514, 35866: 0x8c1d, 32879: 0x806a };
    return gl.getParameter(names[isFace(target) ? 0x8513 : target] ?? 0x8069) as object | null;
  };
  /** Buffers are found without a question to the GPU process: `bindBuffer` is followed. */
  const buffersOf = new WeakMap<object, Map<number, object | null>>();

  const wrap = (target: object, name: string, note: (gl: WebGLRenderingContext, args: readonly never[]) => void) => {
    const functions = target as Record<string, Call>;
    const plain = functions[name];
    if (typeof plain !== 'function') return;
    functions[name] = function (...args) {
      const result = plain.apply(this, args);
      note(this, args);
      return result;
    };
  };
  for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext]) {
    wrap(prototype, 'bindBuffer', (gl, [target, buffer]) => {
      let own = buffersOf.get(gl);
      if (!own) buffersOf.set(gl, (own = new Map()));
      own.set(target, buffer);
    });
    wrap(prototype, 'bufferData', (gl, [target, data]) => {
      const bytes = typeof data === 'number' ? data : (data as ArrayBufferView).byteLength;
      hold(buffersOf.get(gl)?.get(target) ?? null, 'buffers', 'all', bytes);
    });
    wrap(prototype, 'texImage2D', (gl, args: readonly unknown[]) => {
      const [target, level, format] = args as number[];
      const source = args.length < 9 ? (args[5] as { width: number; height: number; videoWidth?: number }) : undefined;
      const [width, height] = source ? [source.width, source.height] : [args[3] as number, args[4] as number];
      const type = (source ? args[4] : args[7]) as number;
      hold(bound(gl, target), 'textures', `${target} ${level}`, width * height * texel(format, type));
    });
    wrap(prototype, 'texStorage2D', (gl, [target, levels, format, width, height]: readonly number[]) => {
      const block = (format >= 0x83f0 && format <= 0x83f3) || (format >= 0x9270 && format <= 0x9279) || format >= 0x93b0;
      const one = block || (format >= 0x8c4c && format <= 0x8c4f) || (format >= 0x8e8c && format <= 0x8e8f);
      const each = one ? (halfByte.has(format) ? 0.5 : 1) : texel(format);
      const faces = target === 0x8513 ? 6 : 1;
      let bytes = 0;
      for (let i = 0; i < levels; i++) {
        const [w, h] = [Math.max(1, width >> i), Math.max(1, height >> i)];
        bytes += faces * each * (one ? Math.ceil(w / 4) * Math.ceil(h / 4) * 16 : w * h);
      }
      hold(bound(gl, target), 'textures', 'storage', bytes);
    });
    wrap(prototype, 'compressedTexImage2D', (gl, args: readonly unknown[]) => {
      const [target, level] = args as number[];
      hold(bound(gl, target), 'textures', `${target} ${level}`, (args[6] as ArrayBufferView).byteLength);
    });
    wrap(prototype, 'generateMipmap', (gl, [target]: readonly number[]) => {
      const texture = bound(gl, target);
      const parts = texture && held.get(texture)?.parts;
      if (!parts || parts.has('storage')) return;
      for (const [part, bytes] of [...parts]) if (part.endsWith(' 0')) hold(texture, 'textures', `${part} mips`, bytes / 3);
    });
    const renderbuffer = (gl: WebGLRenderingContext, samples: number, format: number, width: number, height: number) =>
      hold(
        gl.getParameter(0x8ca7) as object | null,
        'renderbuffers',
        'all',
        width * height * texel(format) * Math.max(1, samples),
      );
    wrap(prototype, 'renderbufferStorage', (gl, [, format, w, h]: readonly number[]) => renderbuffer(gl, 1, format, w, h));
    wrap(prototype, 'renderbufferStorageMultisample', (gl, [, samples, format, w, h]: readonly number[]) =>
      renderbuffer(gl, samples, format, w, h),
    );
    for (const name of ['deleteTexture', 'deleteBuffer', 'deleteRenderbuffer'])
      wrap(prototype, name, (_gl, [object]) => release(object));
  }
}
