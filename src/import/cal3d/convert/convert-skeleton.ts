/** Converts skeletons of Cal3D. */
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import { FormatError } from '../../../core/errors.ts';
import type { Cal3dSkeleton, Warn } from '../cal3d-file.ts';
import { writeMatrix, writePoint, writeRotation } from './axes.ts';
import { vrmBone } from './biped.ts';

export interface ConvertedSkeleton {
  readonly asset: SkeletonAsset;
  /** The joint of each bone. Bones may be in any order; joints list parents first. */
  readonly jointOf: readonly number[];
  /** 16 a joint, column-major: product space -> joint space, from the file's own bone space. */
  readonly inverseBind: Float32Array;
}

/**
 * Converts a skeleton.
 *
 * @param unit - metres for each unit of the file.
 * @throws FormatError for a cycle of parents and for a rotation of length 0.
 */
export function convertSkeleton({ url, bones }: Cal3dSkeleton, unit: number, warn: Warn): ConvertedSkeleton {
  const order = parentsFirst(
    url,
    bones.map(b => b.parent),
  );
  const jointOf: number[] = new Array(bones.length);
  order.forEach((bone, joint) => {
    jointOf[bone] = joint;
  });
  const names = uniqueNames(
    order.map(bone => bones[bone].name),
    url,
    warn,
  );
  const parents = Int16Array.from(order, bone => (bones[bone].parent < 0 ? -1 : jointOf[bones[bone].parent]));
  const translations = new Float32Array(3 * bones.length);
  const rotations = new Float32Array(4 * bones.length);
  const inverseBind = new Float32Array(16 * bones.length);
  order.forEach((bone, joint) => {
    const { translation, rotation, boneSpaceTranslation, boneSpaceRotation } = bones[bone];
    const shortRotation = (what: string, value: readonly number[]): never => {
      throw new FormatError(`the ${what} has no direction`, { url, at: `bone ${bone}`, value });
    };
    writePoint(translations, 3 * joint, translation, unit);
    if (!writeRotation(rotations, 4 * joint, rotation)) shortRotation('rotation', rotation);
    const offset = new Float32Array(3);
    const turn = [0, 0, 0, 1];
    writePoint(offset, 0, boneSpaceTranslation, unit);
    if (!writeRotation(turn, 0, boneSpaceRotation)) shortRotation('bone-space rotation', boneSpaceRotation);
    writeMatrix(inverseBind, 16 * joint, turn, [...offset]);
  });
  const humanoid: Record<string, string> = {};
  names.forEach(name => {
    const bone = vrmBone(name);
    if (bone && !Object.hasOwn(humanoid, bone)) humanoid[bone] = name;
  });
  const asset = { names, parents, translations, rotations, scales: new Float32Array(3 * bones.length).fill(1), humanoid };
  return { asset, jointOf, inverseBind };
}

/** Returns indices in an order that lists each parent before its children. Roots and siblings keep their order. */
function parentsFirst(url: string, parents: readonly number[]): number[] {
  const children: number[][] = parents.map(() => []);
  const roots: number[] = [];
  parents.forEach((parent, bone) => {
    (parent < 0 ? roots : children[parent]).push(bone);
  });
  const order: number[] = [];
  const stack = roots.reverse();
  for (let bone = stack.pop(); bone !== undefined; bone = stack.pop()) {
    order.push(bone);
    stack.push(...children[bone].reverse());
  }
  if (order.length < parents.length) {
    const lost = parents.findIndex((_, bone) => !order.includes(bone));
    throw new FormatError('the parents of bones run in a circle', { url, at: `bone ${lost}`, value: parents[lost] });
  }
  return order;
}

/** Makes names unique, because joints are bound by name. */
function uniqueNames(names: readonly string[], url: string, warn: Warn): string[] {
  const taken = new Set<string>();
  return names.map((name, i) => {
    const wanted = name || `bone ${i}`;
    let unique = wanted;
    for (let n = 2; taken.has(unique); n++) unique = `${wanted} ${n}`;
    if (unique !== name) warn(`${url}: ${name ? `a second bone named "${name}"` : 'a bone without a name'} is now "${unique}"`);
    taken.add(unique);
    return unique;
  });
}
