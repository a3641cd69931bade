import type { MeshSkin } from '../../assets/meshes/mesh-asset.ts';
import type { AnimationAsset, AnimationTrack } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { type Clip, compileClip } from '../../avatar/clips/clip.ts';
import { bindSkin, type SkinBinding } from '../../avatar/skeleton/palette.ts';
import { Skeleton } from '../../avatar/skeleton/skeleton.ts';
import { FormatError } from '../../core/errors.ts';

/** A skeleton with the clips and skins that were made ready for it: shared by every avatar that relates to it. */
export class LiveSkeleton {
  readonly asset: SkeletonAsset;
  readonly skeleton: Skeleton;
  readonly #clips = new WeakMap<AnimationAsset, Clip>();
  readonly #borrowed = new WeakMap<AnimationAsset, Promise<Clip>>();
  readonly #bindings = new WeakMap<MeshSkin, { readonly binding: SkinBinding } | { readonly error: unknown }>();

  constructor(asset: SkeletonAsset) {
    this.asset = asset;
    this.skeleton = new Skeleton(asset);
  }

  /** @param onError - told, the first time, of joints that the clip moves and the skeleton lacks; the rest of it plays. */
  clip(asset: AnimationAsset, url: string, onError: (url: string, error: unknown) => void): Clip {
    const known = this.#clips.get(asset);
    if (known) return known;
    const clip = compileClip(asset, this.skeleton);
    this.#clips.set(asset, clip);
    const moved = asset.tracks.filter(movesJoint).map(({ target }) => target);
    const lacking = [...new Set(moved)].filter(name => this.skeleton.joint(name) < 0);
    const reason = 'the clip moves joints that the skeleton lacks; the rest of it plays';
    if (lacking.length > 0) onError(url, new FormatError(reason, { url, at: 'tracks', value: lacking }));
    return clip;
  }

  /**
   * A clip that was made for another skeleton, `source`. Some milliseconds, once.
   *
   * @returns rejects where the code for it cannot be loaded (see `loadRetarget`); the next call tries again.
   */
  borrowed(asset: AnimationAsset, source: SkeletonAsset): Promise<Clip> {
    let clip = this.#borrowed.get(asset);
    if (!clip) {
      clip = loadRetarget().then(({ retarget }) => compileClip(retarget(asset, source, this.asset), this.skeleton));
      clip.catch(() => this.#borrowed.delete(asset));
      this.#borrowed.set(asset, clip);
    }
    return clip;
  }

  /** @throws FormatError, the same each time, where the skin names a joint that the skeleton lacks. */
  bind(skin: MeshSkin, url: string): SkinBinding {
    let bound = this.#bindings.get(skin);
    if (!bound) {
      try {
        bound = { binding: bindSkin(skin, this.skeleton, url) };
      } catch (error) {
        bound = { error };
      }
      this.#bindings.set(skin, bound);
    }
    if ('error' in bound) throw bound.error;
    return bound.binding;
  }
}

/**
 * A scale of 1 all along moves nothing: exporters write it for every node, and an import of a clip in which nothing moves has
 * nothing else (`addStillness` in import/write/animation-writer.ts).
 */
const movesJoint = ({ path, values }: AnimationTrack) => path !== 'weight' && !(path === 'scale' && values.every(v => v === 1));

/** Most rooms lend no clips: what fits them is loaded by those that do. */
export const loadRetarget = () => import('../../avatar/clips/retarget.ts');

const known = new WeakMap<SkeletonAsset, LiveSkeleton>();

/** The one live skeleton of an asset. */
export function liveSkeleton(asset: SkeletonAsset): LiveSkeleton {
  let live = known.get(asset);
  if (!live) known.set(asset, (live = new LiveSkeleton(asset)));
  return live;
}
