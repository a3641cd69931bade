import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { canRetarget } from '../../avatar/skeleton/match-bones.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import type { RoomResource } from '../resources/room-resource.ts';

/** A clip of another avatar, with the skeleton that it was made for. */
export interface BorrowedClip {
  /** The skeleton product of the other avatar. */
  readonly lender: LiveProduct;
  readonly animation: RoomResource<'animation'>;
  readonly skeleton: RoomResource<'skeleton'>;
}

/**
 * Finds a clip for an avatar that has none of that name. Any skeleton of the room lends its clips, and they are retargeted when they are
 * bound. So one file serves all avatars; one clip for each skeleton would multiply the bytes.
 *
 * Of several, the one with the smallest URL is chosen, so that the order in which documents arrive does not matter. Skeletons that have
 * not arrived count as fitting: ask again when they have.
 *
 * @param lenders - products that have clips and their skeleton.
 * @param own - the skeleton to move; undefined until it has arrived.
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
