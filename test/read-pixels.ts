/** What was just drawn: RGBA, bottom row first, as base64. A list of a million numbers takes seconds on its way from the page to the test. */
export function readPixels(gl: WebGLRenderingContext | WebGL2RenderingContext): string {
  const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
  const out = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, out);
  let text = '';
  for (let i = 0; i < out.length; i += 32768) text += String.fromCharCode(...out.subarray(i, i + 32768));
  return btoa(text);
}
