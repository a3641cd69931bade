import { mat4, vec3 } from 'gl-matrix';
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import { PoseSampler } from '../../model/pose-sampler.ts';
import type { SourceProduct } from '../../model/source-model.ts';

/** Returns the box around all vertices in the rest pose. Each vertex moves with its strongest joint only. */
export function restBox(
  { parts, skin }: SourceProduct,
  skeleton: SkeletonAsset,
): { readonly min: [number, number, number]; readonly max: [number, number, number] } {
  const world = new PoseSampler({ name: '', duration: 1, loop: false, speed: 0, tracks: [] }, skeleton).sample(0);
  const matrices = (skin?.joints ?? []).map((name, j) => {
    const joint = skeleton.names.indexOf(name);
    const pose = world.subarray(joint * 16, joint * 16 + 16) as unknown as mat4;
    return mat4.multiply(mat4.create(), pose, skin?.inverseBind.subarray(j * 16, j * 16 + 16) as mat4);
  });
  const min: [number, number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max: [number, number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
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
      for (let axis = 0; axis < 3; axis++) {
        min[axis] = Math.min(min[axis], point[axis]);
        max[axis] = Math.max(max[axis], point[axis]);
      }
    }
  return { min, max };
}
