/** Adds the joints of cloth chains to a converted skeleton. */
import { mat4, vec3 } from 'gl-matrix';
import { uniqueName } from '../../model/unique-names.ts';
import type { ConvertedSkeleton } from '../convert/convert-skeleton.ts';
import type { ClothChain } from './cloth-chains.ts';
import type { SwingingChain } from './swing-chains.ts';

/**
 * Returns the skeleton with the joints of all chains behind its own, and the chains by joint numbers. Chain joints have no
 * rotation at rest.
 */
export function addChains(
  skeleton: ConvertedSkeleton,
  chains: readonly ClothChain[],
): { readonly skeleton: ConvertedSkeleton; readonly swinging: readonly SwingingChain[] } {
  const { asset } = skeleton;
  const names = [...asset.names];
  const parents = [...asset.parents];
  const translations = [...asset.translations];
  const inverseBind = [...skeleton.inverseBind];
  const swinging = chains.map(({ parent, points }, c): SwingingChain => {
    const joints: number[] = [];
    let before = parent;
    for (let k = 0; k * 3 + 3 < points.length; k++) {
      const toParent = mat4.clone(inverseBind.slice(before * 16, before * 16 + 16) as unknown as mat4);
      const place = vec3.transformMat4(vec3.create(), pointAt(points, k), toParent);
      const joint = names.length;
      names.push(uniqueName(`cloth ${c + 1}.${k + 1}`, name => names.includes(name)));
      parents.push(before);
      translations.push(...place);
      const back = mat4.fromTranslation(mat4.create(), vec3.negate(vec3.create(), place));
      inverseBind.push(...mat4.multiply(mat4.create(), back, toParent));
      joints.push(joint);
      before = joint;
    }
    const last = mat4.clone(inverseBind.slice(before * 16, before * 16 + 16) as unknown as mat4);
    const tip = vec3.transformMat4(vec3.create(), pointAt(points, points.length / 3 - 1), last);
    return { parent, joints, tip: [tip[0], tip[1], tip[2]] };
  });
  const added = names.length - asset.names.length;
  const rotations = Float32Array.from([...asset.rotations, ...Array.from({ length: added }, () => [0, 0, 0, 1]).flat()]);
  return {
    swinging,
    skeleton: {
      ...skeleton,
      inverseBind: Float32Array.from(inverseBind),
      asset: {
        ...asset,
        names,
        parents: Int16Array.from(parents),
        translations: Float32Array.from(translations),
        rotations,
        scales: new Float32Array(names.length * 3).fill(1),
      },
    },
  };
}

const pointAt = (points: Float64Array, k: number): vec3 => vec3.fromValues(points[k * 3], points[k * 3 + 1], points[k * 3 + 2]);
