/**
 * Fills every uniform of the current program with plausible values, so the test times the usual path instead of a NaN path.
 * Matrices are the identity, and arrays of vec4 repeat its three rows (a bone palette). Vectors are between 0 and 1.
 * Samplers get `texture2d` or `textureCube`.
 */
export function fillUniforms(
  gl: WebGLRenderingContext,
  program: WebGLProgram,
  texture2d: WebGLTexture,
  textureCube: WebGLTexture,
): void {
  let unit = 0;
  const count: number = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS);
  for (let i = 0; i < count; i++) {
    const info = gl.getActiveUniform(program, i);
    const at = info && gl.getUniformLocation(program, info.name);
    if (!info || !at) continue;
    const { type, size } = info;
    if (type === gl.SAMPLER_2D || type === gl.SAMPLER_CUBE) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(
        type === gl.SAMPLER_2D ? gl.TEXTURE_2D : gl.TEXTURE_CUBE_MAP,
        type === gl.SAMPLER_2D ? texture2d : textureCube,
      );
      gl.uniform1iv(at, new Int32Array(size).fill(unit++));
    } else if (type === gl.FLOAT_MAT4) gl.uniformMatrix4fv(at, false, identities(4, size));
    else if (type === gl.FLOAT_MAT3) gl.uniformMatrix3fv(at, false, identities(3, size));
    else if (type === gl.FLOAT_MAT2) gl.uniformMatrix2fv(at, false, identities(2, size));
    else if (type === gl.FLOAT_VEC4) gl.uniform4fv(at, size > 1 ? rows(size) : [0.5, 0.6, 0.7, 1]);
    else if (type === gl.FLOAT_VEC3) gl.uniform3fv(at, new Float32Array(3 * size).fill(0.577));
    else if (type === gl.FLOAT_VEC2) gl.uniform2fv(at, new Float32Array(2 * size).fill(0.5));
    else if (type === gl.FLOAT) gl.uniform1fv(at, new Float32Array(size).fill(0.5));
    else if (type === gl.INT || type === gl.BOOL) gl.uniform1iv(at, new Int32Array(size).fill(1));
    else if (type === gl.INT_VEC2 || type === gl.BOOL_VEC2) gl.uniform2iv(at, new Int32Array(2 * size).fill(1));
    else if (type === gl.INT_VEC3 || type === gl.BOOL_VEC3) gl.uniform3iv(at, new Int32Array(3 * size).fill(1));
    else gl.uniform4iv(at, new Int32Array(4 * size).fill(1));
  }
}

function identities(n: number, count: number): Float32Array {
  const all = new Float32Array(n * n * count);
  for (let m = 0; m < count; m++) for (let i = 0; i < n; i++) all[m * n * n + i * n + i] = 1;
  return all;
}

function rows(count: number): Float32Array {
  const all = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) all[4 * i + (i % 3)] = 1;
  return all;
}
