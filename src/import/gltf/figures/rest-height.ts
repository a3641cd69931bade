import { mat4, vec3 } from 'gl-matrix';
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import type { SourceProduct } from '../../source.ts';
import { PoseSampler } from '../../write/clips/compact-clip.ts';

/** Metres from the lowest to the highest vertex in the rest pose, each moved by its strongest joint. */
export function restHeight({ parts, skin }: SourceProduct, skeleton: SkeletonAsset): number {
  const world = new PoseSampler({ name: '', duration: 1, loop: false, speed: 0, tracks: [] }, skeleton).sample(0);
  const matrices = (skin?.joints ?? []).map((name, j) => {
    const joint = skeleton.names.indexOf(name);
    const pose = world.subarray(joint * 16, joint * 16 + 16) as unknown as mat4;
    return mat4.multiply(mat4.create(), pose, skin?.inverseBind.subarray(j * 16, j * 16 + 16) as mat4);
  });
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const point = vec3.create();
  for (const { positions, joints, weights } of parts)
    for (let v = 0; v < positions.length / 3; v++) {
      let strongest = v * 4;
      for (let k = strongest + 1; k < v * 4 + 4; k++) if ((weights?.[k] ?? 0) > (weights?.[strongest] ?? 0)) strongest = k;
      vec3.transformMat4(
        point,
        positions.subarray(v * 3, v * 3 + 3) as vec3,
        matrices[joints?.[strongest] ?? 0] ?? mat4.create(),
      );
      low = Math.min(low, point[1]);
      high = Math.max(high, point[1]);
    }
  return high > low ? high - low : 0;
}
