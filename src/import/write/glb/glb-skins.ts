import { mat4 } from 'gl-matrix';
import type { SourceSkin } from '../../model/source-model.ts';
import type { QuantizationVolume } from '../meshes/packed-part.ts';
import type { GlbBuilder } from './glb-builder.ts';

/**
 * Adds the skins and returns the root of their joints. The joints are flat nodes in their bind pose, so that the file alone shows
 * the mesh as modelled. Inverse bind matrices include the quantization, because glTF ignores the node's transform for skins.
 */
export function addSkins(glb: GlbBuilder, skin: SourceSkin, skins: readonly number[][], volume: QuantizationVolume): number {
  const nodes = (glb.json.nodes ??= []);
  const nodeOf = new Map<number, number>();
  for (const joint of new Set(skins.flat())) {
    const bind = mat4.invert(mat4.create(), skin.inverseBind.slice(joint * 16, joint * 16 + 16) as mat4);
    nodeOf.set(joint, nodes.length);
    nodes.push({ name: skin.joints[joint], ...(bind && !isIdentity(bind) ? standing(bind) : {}) });
  }
  const dequantize = mat4.fromTranslation(mat4.create(), volume.center as [number, number, number]);
  mat4.scale(dequantize, dequantize, [volume.scale, volume.scale, volume.scale]);
  glb.json.skins = skins.map(joints => {
    const matrices = new Float32Array(joints.length * 16);
    joints.forEach((joint, i) => {
      const m = mat4.multiply(mat4.create(), skin.inverseBind.slice(joint * 16, joint * 16 + 16) as mat4, dequantize);
      matrices.set(affine(m), i * 16);
    });
    return {
      joints: joints.map(j => nodeOf.get(j)),
      inverseBindMatrices: glb.addData('inverseBind', matrices, { type: 'MAT4' }),
    };
  });
  // glTF requires a common root for the joints of a skin. This one is not a joint, has no transform and no name.
  nodes.push({ children: [...nodeOf.values()] });
  return nodes.length - 1;
}

/** Returns a node's transform. glTF allows no matrix with shear (some damaged files have one); only its position is kept. */
function standing(m: mat4): { matrix: number[] } | { translation: number[] } {
  const axes = [0, 4, 8].map(i => [m[i], m[i + 1], m[i + 2]]);
  const lengths = axes.map(a => Math.hypot(...a));
  const shears = [
    [0, 1],
    [1, 2],
    [2, 0],
  ].some(([i, j]) => !(Math.abs(axes[i].reduce((sum, x, k) => sum + x * axes[j][k], 0)) <= 1e-4 * lengths[i] * lengths[j])); // prettier-ignore
  return shears ? { translation: [m[12], m[13], m[14]] } : { matrix: affine(m).map(x => Number(x.toPrecision(7))) };
}

const isIdentity = (m: mat4): boolean => mat4.exactEquals(m, mat4.create());

/**
 * Sets the last row of an affine matrix to exactly 0 0 0 1, as glTF requires; rounding may have changed it. Axes are rounded to a
 * millionth of their length: more digits are noise, and half of the JSON. Vertices follow the exact inverse bind matrices.
 */
function affine(m: mat4): number[] {
  const out = Array.from(m, (x, i) => {
    const axis = i & 12;
    const step = 10 ** Math.floor(Math.log10(axis === 12 ? 1 : Math.hypot(m[axis], m[axis + 1], m[axis + 2]))) * 1e-6;
    return step > 0 ? Math.round(x / step) * step : x;
  });
  out[3] = out[7] = out[11] = 0;
  out[15] = 1;
  return out;
}
