/** Matches the bones of two skeletons, for retargeting. */

import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { humanoidOf } from './humanoid.ts';

/** Reports whether a clip of `source` can play on `target`: both have hips, and they share most bones of the smaller one. */
export function canRetarget(source: SkeletonAsset, target: SkeletonAsset): boolean {
  const pairs = matchBones(source, target);
  return pairs.has('hips') && pairs.size * 2 > Math.min(humanoidOf(source).size, humanoidOf(target).size);
}

/** The joints of two skeletons that play the same role. */
export interface BonePair {
  readonly from: number;
  readonly to: number;
}

/** Maps each bone that both skeletons have to its two joints. */
export function matchBones(source: SkeletonAsset, target: SkeletonAsset): Map<string, BonePair> {
  const to = humanoidOf(target);
  const pairs = new Map<string, BonePair>();
  for (const [bone, from] of humanoidOf(source)) {
    const joint = to.get(bone);
    if (joint !== undefined) pairs.set(bone, { from, to: joint });
  }
  return pairs;
}
