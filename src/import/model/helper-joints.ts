/** Leaves out what clips say of joints that only rigs use. */
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import type { SourceAvatar } from './source-model.ts';

/** Matches names of joints that an artist moves to turn others: IK targets, control handles, rolls of a foot. */
const HELPER = /(^|[^A-Za-z])(IK|Ik|ik|CTRL|Ctrl|ctrl|[Cc]ontrol)([^A-Za-z]|$)|[a-z]IK([^A-Za-z]|$)/;
/** Matches poles, to which knees and elbows point. A pole alone may be a fishing pole that a room puts into a hand. */
const POLE = /(knee|elbow|leg|arm)[^A-Za-z]?pole([^a-z]|$)|(^|[^A-Za-z])pole[^A-Za-z]?(target|vector)/i;

const isHelper = (name: string): boolean => HELPER.test(name) || POLE.test(name);

/** Returns an avatar whose clips have no tracks of helper joints. What hangs on a joint must be in its outfit by then. */
export const withoutHelperTracks = (avatar: SourceAvatar): SourceAvatar => ({
  ...avatar,
  clips: withoutHelpers(avatar.clips, avatar),
});

/**
 * Returns the clips without tracks of helper joints: those with such a name that move no vertex of the avatar, nor any joint below
 * them. Exporters write them with the figure, but no program that plays a clip uses them. In KayKit's clips they are 37 % of the
 * tracks.
 */
export function withoutHelpers(clips: readonly AnimationAsset[], { skeleton, outfit }: SourceAvatar): AnimationAsset[] {
  const { names, parents } = skeleton;
  const needed = new Set(Object.values(skeleton.humanoid));
  for (const { product, joint } of outfit) {
    if (joint !== undefined) needed.add(joint);
    for (const part of product.parts)
      part.weights?.forEach((weight, i) => {
        if (weight > 0 && part.joints) needed.add(product.skin?.joints[part.joints[i]] ?? '');
      });
  }
  // A parent has a lower number than its children.
  for (let j = names.length - 1; j >= 0; j--)
    if (parents[j] >= 0 && (needed.has(names[j]) || !isHelper(names[j]))) needed.add(names[parents[j]]);
  const helpers = new Set(names.filter(name => isHelper(name) && !needed.has(name)));
  if (helpers.size === 0) return [...clips];
  return clips.map(clip => ({ ...clip, tracks: clip.tracks.filter(t => t.path === 'weight' || !helpers.has(t.target)) }));
}
