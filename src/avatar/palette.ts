import { MAX_JOINTS } from '../assets/limits.ts';
import type { MeshSkin } from '../assets/mesh-asset.ts';
import { FormatError } from '../core/errors.ts';
import type { Skeleton } from './skeleton.ts';

/** Numbers of a palette: three rows of `MAX_JOINTS` vec4. */
export const PALETTE_LENGTH = MAX_JOINTS * 3 * 4;

const ROW = MAX_JOINTS * 4;

/** A mesh's skin bound to a skeleton: which of its joints each place of the palette follows. */
export interface SkinBinding {
  readonly joints: Uint16Array;
  /** 16 a joint, column-major. */
  readonly inverseBind: Float32Array;
}

/**
 * @param url - of the mesh, for the error.
 * @throws FormatError where the skin names a joint that the skeleton lacks.
 */
export function bindSkin(skin: MeshSkin, skeleton: Skeleton, url: string): SkinBinding {
  const joints = Uint16Array.from(skin.joints, (name, i) => {
    const joint = skeleton.joint(name);
    if (joint < 0)
      throw new FormatError('the skin names a joint that the skeleton lacks', { url, at: `joints[${i}]`, value: name });
    return joint;
  });
  return { joints, inverseBind: skin.inverseBind };
}

/**
 * Writes the bone palette of one skin: for every joint the top three rows of (joint to avatar space) x (inverse bind matrix).
 * All first rows stand together, then all second, then all third, as the shader's uRow0[68], uRow1[68], uRow2[68] want them:
 *
 *     out  0: row 0 of joint 0, row 0 of joint 1, …   272: row 1 of joint 0, …   544: row 2 of joint 0, …
 *
 * @param world - 16 a joint of the skeleton (see `worldMatrices`).
 * @param out - `PALETTE_LENGTH` numbers; places past the skin's joints are left as they are. Allocates nothing.
 */
export function writePalette(world: Float32Array, { joints, inverseBind: b }: SkinBinding, out: Float32Array): void {
  for (let j = 0; j < joints.length; j++) {
    const w = joints[j] * 16;
    const i = j * 16;
    for (let row = 0; row < 3; row++) {
      const w0 = world[w + row];
      const w1 = world[w + 4 + row];
      const w2 = world[w + 8 + row];
      const o = row * ROW + j * 4;
      out[o] = w0 * b[i] + w1 * b[i + 1] + w2 * b[i + 2];
      out[o + 1] = w0 * b[i + 4] + w1 * b[i + 5] + w2 * b[i + 6];
      out[o + 2] = w0 * b[i + 8] + w1 * b[i + 9] + w2 * b[i + 10];
      out[o + 3] = w0 * b[i + 12] + w1 * b[i + 13] + w2 * b[i + 14] + world[w + 12 + row];
    }
  }
}
