import type { MeshSkin } from '../../assets/meshes/mesh-asset.ts';
import type { AnimationAsset, AnimationTrack } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { type Clip, compileClip } from '../../avatar/clips/clip.ts';
import { bindSkin, type SkinBinding } from '../../avatar/skeleton/palette.ts';
import { Skeleton } from '../../avatar/skeleton/skeleton.ts';
import { FormatError } from '../../core/errors.ts';

/** A skeleton with the clips and skins prepared for it, shared by all its avatars. */
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

  /** @param onError - called once if the clip moves joints that the skeleton lacks. Its other tracks play. */
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
   * Retargets a clip of another skeleton, `source`. Takes some milliseconds the first time.
   *
   * @returns rejects if its code cannot be loaded (see `loadRetarget`). The next call tries again.
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

  /** @throws FormatError, always the same one, if the skin names a joint that the skeleton lacks. */
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
 * A constant scale of 1 moves nothing. Exporters write it for every node, and an imported clip in which nothing moves has
 * nothing else (`addStillness` in import/write/animation-writer.ts).
 */
const movesJoint = ({ path, values }: AnimationTrack) => path !== 'weight' && !(path === 'scale' && values.every(v => v === 1));

/** Loads the code that retargets clips. Most rooms do not need it. */
export const loadRetarget = () => import('../../avatar/clips/retarget.ts');

const known = new WeakMap<SkeletonAsset, LiveSkeleton>();

/** Returns the live skeleton of an asset, always the same one. */
export function liveSkeleton(asset: SkeletonAsset): LiveSkeleton {
  let live = known.get(asset);
  if (!live) known.set(asset, (live = new LiveSkeleton(asset)));
  return live;
}
