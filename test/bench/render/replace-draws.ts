type OnDraw = (indices: number, copies: number) => void;

/** Calls `onDraw` in place of each draw call. @returns what puts them back. */
export function replaceDraws(gl: WebGLRenderingContext | WebGL2RenderingContext, onDraw: OnDraw): () => void {
  const instanced = gl.getExtension('ANGLE_instanced_arrays');
  const owners = [gl, ...(instanced ? [instanced] : [])] as unknown as Record<string, unknown>[];
  const replaced: [Record<string, unknown>, string][] = [];
  const replace = (name: string, own: (...args: number[]) => void) => {
    for (const owner of owners) {
      if (!(name in owner)) continue;
      owner[name] = own;
      replaced.push([owner, name]);
    }
  };
  for (const suffix of ['', 'ANGLE']) {
    replace(`drawElementsInstanced${suffix}`, (_mode, count, _type, _offset, copies) => onDraw(count, copies));
    replace(`drawArraysInstanced${suffix}`, (_mode, _first, count, copies) => onDraw(count, copies));
  }
  replace('drawElements', (_mode, count) => onDraw(count, 1));
  replace('drawRangeElements', (_mode, _start, _end, count) => onDraw(count, 1));
  replace('drawArrays', (_mode, _first, count) => onDraw(count, 1));
  return () => {
    for (const [owner, name] of replaced) delete owner[name];
  };
}
