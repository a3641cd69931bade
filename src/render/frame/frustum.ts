/** View frustums for culling. */

/** Number of floats of a frustum: six planes of 4 numbers (inward normal x y z, distance). Culling creates no objects. */
export const FRUSTUM_FLOATS = 24;

/**
 * Writes a camera's planes from its clip matrix (Gribb and Hartmann 2001): left, right, bottom, top, near, far.
 *
 * @param clip - projection x view, column-major 16, OpenGL's depth range.
 */
export function writeFrustum(out: Float32Array, clip: ArrayLike<number>): void {
  for (let plane = 0; plane < 6; plane++) {
    const row = plane >> 1;
    const sign = plane & 1 ? -1 : 1;
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const value = clip[i * 4 + 3] + sign * clip[i * 4 + row];
      out[plane * 4 + i] = value;
      if (i < 3) length += value * value;
    }
    const scale = 1 / (Math.sqrt(length) || 1);
    for (let i = 0; i < 4; i++) out[plane * 4 + i] *= scale;
  }
}

/** Returns false if the sphere lies entirely outside one plane. */
export function touchesFrustum(frustum: Float32Array, x: number, y: number, z: number, radius: number): boolean {
  for (let i = 0; i < FRUSTUM_FLOATS; i += 4) {
    if (frustum[i] * x + frustum[i + 1] * y + frustum[i + 2] * z + frustum[i + 3] < -radius) return false;
  }
  return true;
}
