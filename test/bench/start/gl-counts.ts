/** Counts calls of WebGL in a page. */

/** Number of calls by name, and the bytes handed to `bufferData`. */
export type GlCounts = Readonly<Record<string, number>>;

/** Runs in the page before its scripts: wraps the functions of WebGL and keeps the counts at `glCounts`. */
export function countGlCalls(): void {
  const names = [
    ...['bufferData', 'bufferSubData', 'texImage2D', 'texSubImage2D', 'compressedTexImage2D', 'generateMipmap', 'linkProgram'],
    ...['drawElements', 'drawElementsInstancedANGLE', 'useProgram', 'clear', 'getProgramParameter', 'vertexAttribPointer'],
  ];
  const counts: Record<string, number> = { bufferBytes: 0 };
  Object.assign(window, { glCounts: counts });
  type Functions = Record<string, (...args: unknown[]) => unknown>;
  const wrap = (target: Functions) => {
    for (const name of names) {
      const plain = target[name];
      if (typeof plain !== 'function') continue;
      counts[name] = 0;
      target[name] = function (this: unknown, ...args: unknown[]) {
        counts[name]++;
        if (name === 'bufferData') counts.bufferBytes += (args[1] as ArrayBufferView).byteLength ?? (args[1] as number);
        return plain.apply(this, args);
      };
    }
  };
  for (const context of [WebGLRenderingContext, WebGL2RenderingContext]) {
    wrap(context.prototype as unknown as Functions);
    const { getExtension } = context.prototype;
    const wrapped = new WeakSet<object>();
    context.prototype.getExtension = function (this: WebGLRenderingContext, name: string) {
      const extension = (getExtension as (name: string) => object | null).call(this, name);
      if (extension && name === 'ANGLE_instanced_arrays' && !wrapped.has(extension)) {
        wrapped.add(extension);
        const plain = (extension as Functions).drawElementsInstancedANGLE;
        counts.drawElementsInstancedANGLE = 0;
        (extension as Functions).drawElementsInstancedANGLE = (...args) => {
          counts.drawElementsInstancedANGLE++;
          return plain.apply(extension, args);
        };
      }
      return extension;
    } as typeof getExtension;
  }
}
