/** Joins files that hold only clips to the avatars of the same import. */
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import { FormatError } from '../../core/errors.ts';
import { withoutHelpers } from './helper-joints.ts';
import type { ImportedModel } from './imported-model.ts';
import type { SourceAvatar } from './source-model.ts';
import { withStride } from './stride.ts';
import { uniqueName } from './unique-names.ts';

/** A clip fits an avatar if at least this share of its joints belongs to the avatar. */
const FITTING = 0.5;

/**
 * Returns the models in their order. Each avatar gains the clips that move its joints. Joint names match if they are equal after any
 * prefix with a colon (`mixamorig:Hips` and `Hips`). Clips that fit no avatar are replaced by an error.
 */
export function joinClips(models: readonly ImportedModel[]): (ImportedModel | FormatError)[] {
  const strays = new Map<ImportedModel, FormatError>();
  const takers = new Map<ImportedModel, AnimationAsset[]>();
  for (const model of models) {
    if (!model.clips) continue;
    let taken = 0;
    for (const other of models) {
      if (!other.avatar) continue;
      const fitting = model.clips.flatMap(clip => fitted(clip, other.avatar) ?? []);
      takers.set(other, [...(takers.get(other) ?? []), ...fitting]);
      taken += fitting.length;
    }
    if (taken === 0)
      strays.set(
        model,
        new FormatError(
          'only animations and no mesh: import it together with the avatar whose joints they move (foyer import avatar.glb clips.glb --out DIR)',
          { url: model.name, at: 'animations', value: model.clips.map(c => c.name).slice(0, 3) },
        ),
      );
  }
  return models.map(model => {
    const stray = strays.get(model);
    if (stray) return stray;
    const clips = takers.get(model);
    return model.avatar && clips?.length ? { ...model, avatar: withClips(model.avatar, clips) } : model;
  });
}

function withClips(avatar: SourceAvatar, more: readonly AnimationAsset[]): SourceAvatar {
  const clips = [...avatar.clips];
  for (const clip of withoutHelpers(more, avatar)) {
    const name = uniqueName(clip.name, n => clips.some(c => c.name === n));
    clips.push(withStride({ ...clip, name }, avatar.skeleton));
  }
  return { ...avatar, clips };
}

const bare = (name: string): string => name.replace(/^.*:/, '');

/** Returns the clip with the avatar's joint names; undefined where it belongs to another skeleton. */
function fitted(clip: AnimationAsset, { skeleton }: SourceAvatar): AnimationAsset | undefined {
  const own = new Set(skeleton.names);
  const byBare = new Map(skeleton.names.map(name => [bare(name), name]));
  const nameOf = (target: string) => (own.has(target) ? target : byBare.get(bare(target)));
  const moving = clip.tracks.filter(t => t.path !== 'weight');
  const tracks = moving.flatMap(track => {
    const target = nameOf(track.target);
    return target === undefined ? [] : [{ ...track, target }];
  });
  return tracks.length > 0 && tracks.length >= moving.length * FITTING ? { ...clip, tracks } : undefined;
}
