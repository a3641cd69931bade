import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { humanoidOf } from './humanoid.ts';

/** Whether a clip of `source` can be played on `target` at all: both have hips, and most bones of the smaller have their like. */
export function canRetarget(source: SkeletonAsset, target: SkeletonAsset): boolean {
  const pairs = matchBones(source, target);
  return pairs.has('hips') && pairs.size * 2 > Math.min(humanoidOf(source).size, humanoidOf(target).size);
}

/** A joint of the animation's skeleton and the joint of the other that does the same. */
export interface BonePair {
  readonly from: number;
  readonly to: number;
}

/** Bone of both skeletons -> its joints. */
export function matchBones(source: SkeletonAsset, target: SkeletonAsset): Map<string, BonePair> {
  const to = humanoidOf(target);
  const pairs = new Map<string, BonePair>();
  for (const [bone, from] of humanoidOf(source)) {
    const joint = to.get(bone);
    if (joint !== undefined) pairs.set(bone, { from, to: joint });
  }
  return pairs;
}
