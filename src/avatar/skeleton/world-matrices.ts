import type { Pose } from './pose.ts';

/**
 * Writes every joint's matrix in the avatar's space: 16 numbers a joint, column-major as in gl-matrix and WebGL.
 * Allocates nothing. The product is written out: a general 4 x 4 product needs 64 multiplications, an affine one 36.
 *
 * @param parents - `parents[i] < i`, -1 for a root.
 * @param joints - joints to compute, ascending, each with its parent. Other joints keep their values.
 */
export function worldMatrices(parents: Int16Array, pose: Pose, out: Float32Array, joints: Uint16Array): void {
  const { translations: t, rotations: q, scales: s } = pose;
  for (let i = 0; i < joints.length; i++) {
    const joint = joints[i];
    const r = joint * 4;
    const v = joint * 3;
    const o = joint * 16;
    // Rotation and scale as a matrix, as in mat4.fromRotationTranslationScale of gl-matrix.
    const x2 = q[r] + q[r];
    const y2 = q[r + 1] + q[r + 1];
    const z2 = q[r + 2] + q[r + 2];
    const xx = q[r] * x2;
    const xy = q[r] * y2;
    const xz = q[r] * z2;
    const yy = q[r + 1] * y2;
    const yz = q[r + 1] * z2;
    const zz = q[r + 2] * z2;
    const wx = q[r + 3] * x2;
    const wy = q[r + 3] * y2;
    const wz = q[r + 3] * z2;
    const m00 = (1 - yy - zz) * s[v];
    const m01 = (xy + wz) * s[v];
    const m02 = (xz - wy) * s[v];
    const m10 = (xy - wz) * s[v + 1];
    const m11 = (1 - xx - zz) * s[v + 1];
    const m12 = (yz + wx) * s[v + 1];
    const m20 = (xz + wy) * s[v + 2];
    const m21 = (yz - wx) * s[v + 2];
    const m22 = (1 - xx - yy) * s[v + 2];
    const tx = t[v];
    const ty = t[v + 1];
    const tz = t[v + 2];
    out[o + 3] = out[o + 7] = out[o + 11] = 0;
    out[o + 15] = 1;
    if (parents[joint] < 0) {
      out[o] = m00;
      out[o + 1] = m01;
      out[o + 2] = m02;
      out[o + 4] = m10;
      out[o + 5] = m11;
      out[o + 6] = m12;
      out[o + 8] = m20;
      out[o + 9] = m21;
      out[o + 10] = m22;
      out[o + 12] = tx;
      out[o + 13] = ty;
      out[o + 14] = tz;
      continue;
    }
    const p = parents[joint] * 16;
    const p00 = out[p];
    const p01 = out[p + 1];
    const p02 = out[p + 2];
    const p10 = out[p + 4];
    const p11 = out[p + 5];
    const p12 = out[p + 6];
    const p20 = out[p + 8];
    const p21 = out[p + 9];
    const p22 = out[p + 10];
    out[o] = p00 * m00 + p10 * m01 + p20 * m02;
    out[o + 1] = p01 * m00 + p11 * m01 + p21 * m02;
    out[o + 2] = p02 * m00 + p12 * m01 + p22 * m02;
    out[o + 4] = p00 * m10 + p10 * m11 + p20 * m12;
    out[o + 5] = p01 * m10 + p11 * m11 + p21 * m12;
    out[o + 6] = p02 * m10 + p12 * m11 + p22 * m12;
    out[o + 8] = p00 * m20 + p10 * m21 + p20 * m22;
    out[o + 9] = p01 * m20 + p11 * m21 + p21 * m22;
    out[o + 10] = p02 * m20 + p12 * m21 + p22 * m22;
    out[o + 12] = p00 * tx + p10 * ty + p20 * tz + out[p + 12];
    out[o + 13] = p01 * tx + p11 * ty + p21 * tz + out[p + 13];
    out[o + 14] = p02 * tx + p12 * ty + p22 * tz + out[p + 14];
  }
}
