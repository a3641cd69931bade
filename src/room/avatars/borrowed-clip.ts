import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { canRetarget } from '../../avatar/skeleton/match-bones.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import type { RoomResource } from '../resources/room-resource.ts';

/** A clip of somebody else's, with the skeleton that it was made for. */
export interface BorrowedClip {
  /** The other's skeleton product. */
  readonly lender: LiveProduct;
  readonly animation: RoomResource<'animation'>;
  readonly skeleton: RoomResource<'skeleton'>;
}

/**
 * Whose clip an avatar plays that has none of that name itself: any skeleton of the room lends what it has, and the clip is retargeted
 * when it is bound. So one file serves all, where an import that wrote a clip for each skeleton would multiply bytes.
 *
 * Of several the one with the least URL is taken, so that the order in which documents come does not matter. Skeletons that
 * are not there yet count as fitting: ask again when they are.
 *
 * @param lenders - products that have clips and their skeleton.
 * @param own - the skeleton that shall move; undefined while it is on its way.
 */
export function findClip(name: string, lenders: Iterable<LiveProduct>, own: SkeletonAsset | undefined): BorrowedClip | undefined {
  let found: BorrowedClip | undefined;
  for (const lender of lenders) {
    const [skeleton] = lender.skeletons;
    const animation = lender.animations.find(({ info, state }) => info.name === name && state !== 'failed');
    if (!animation || !skeleton || skeleton.state === 'failed') continue;
    if (found && found.lender.info.url <= lender.info.url) continue;
    if (own && skeleton.value && !canRetarget(skeleton.value, own)) continue;
    found = { lender, animation, skeleton };
  }
  return found;
}
