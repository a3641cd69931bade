/** Bone palettes: the joint matrices that skinning shaders read. */

import { MAX_JOINTS } from '../../assets/limits.ts';
import type { MeshSkin } from '../../assets/meshes/mesh-asset.ts';
import { FormatError } from '../../core/errors.ts';
import type { Skeleton } from './skeleton.ts';

/** Length of a palette in numbers: three rows of `MAX_JOINTS` vec4. */
export const PALETTE_LENGTH = MAX_JOINTS * 3 * 4;

const ROW = MAX_JOINTS * 4;

/** A mesh's skin bound to a skeleton. `joints` maps each palette place to a joint of the skeleton. */
export interface SkinBinding {
  readonly joints: Uint16Array;
  /** 16 numbers a joint, column-major. Doubles: a palette takes 0.20 us, and 0.235 us if each number must be converted. */
  readonly inverseBind: Float64Array;
}

/**
 * Binds a skin to a skeleton by joint names.
 *
 * @param url - URL of the mesh, for the error.
 * @throws FormatError if the skin names a joint that the skeleton lacks.
 */
export function bindSkin(skin: MeshSkin, skeleton: Skeleton, url: string): SkinBinding {
  const joints = Uint16Array.from(skin.joints, (name, i) => {
    const joint = skeleton.joint(name);
    if (joint < 0)
      throw new FormatError('the skin names a joint that the skeleton lacks', { url, at: `joints[${i}]`, value: name });
    return joint;
  });
  return { joints, inverseBind: Float64Array.from(skin.inverseBind) };
}

/**
 * Writes the bone palette of one skin: each joint's top three rows of (joint to avatar space) x (inverse bind matrix).
 * It stores all first rows, then all second, then all third, for the shader's uRow0[68], uRow1[68], uRow2[68]:
 *
 *     out  0: row 0 of joint 0, row 0 of joint 1, …   272: row 1 of joint 0, …   544: row 2 of joint 0, …
 *
 * @param world - 16 numbers a joint of the skeleton (see `worldMatrices`).
 * @param out - `PALETTE_LENGTH` numbers; places past the skin's joints keep their values. Allocates nothing.
 */
export function writePalette(world: Float32Array, { joints, inverseBind: b }: SkinBinding, out: Float32Array): void {
  for (let j = 0; j < joints.length; j++) {
    const i = j * 16;
    // Copied to locals: after each write to `out` the engine would reload `b`, because both could be the same array.
    const b0 = b[i];
    const b1 = b[i + 1];
    const b2 = b[i + 2];
    const b4 = b[i + 4];
    const b5 = b[i + 5];
    const b6 = b[i + 6];
    const b8 = b[i + 8];
    const b9 = b[i + 9];
    const b10 = b[i + 10];
    const b12 = b[i + 12];
    const b13 = b[i + 13];
    const b14 = b[i + 14];
    let w = joints[j] * 16;
    for (let o = j * 4; o < 3 * ROW; o += ROW, w++) {
      const w0 = world[w];
      const w1 = world[w + 4];
      const w2 = world[w + 8];
      const w3 = world[w + 12];
      out[o] = w0 * b0 + w1 * b1 + w2 * b2;
      out[o + 1] = w0 * b4 + w1 * b5 + w2 * b6;
      out[o + 2] = w0 * b8 + w1 * b9 + w2 * b10;
      out[o + 3] = w0 * b12 + w1 * b13 + w2 * b14 + w3;
    }
  }
}
