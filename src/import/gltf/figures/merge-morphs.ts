/** Merges morph targets that always move together. */
import type { AnimationAsset, AnimationTrack } from '../../../assets/motion/animation-asset.ts';
import type { SourceAvatar, SourceMorphTarget, SourcePart } from '../../model/source-model.ts';
import type { Warn } from '../../report/warnings.ts';

/** Maximum number of morph targets that the GPU draws at once. */
const DRAWN = 4;
/** Weights below this have no visible effect. */
const STILL = 1e-3;

/**
 * Merges targets where clips move more of them at once than the GPU draws. Targets with equal weights in every clip become one,
 * named after the first. It warns where too many remain.
 */
export function mergeMorphs(avatar: SourceAvatar, warn: Warn): SourceAvatar {
  if (avatar.clips.every(clip => mostAtOnce(clip) <= DRAWN)) return avatar;
  const firstOf = new Map<string, string>();
  const firsts = new Map<string, string>();
  for (const name of new Set(avatar.clips.flatMap(clip => clip.tracks.filter(isWeight).map(t => t.target)))) {
    const motion = motionOf(name, avatar.clips);
    const first = firsts.get(motion);
    if (first === undefined) firsts.set(motion, name);
    else firstOf.set(name, first);
  }
  const merged = firstOf.size === 0 ? avatar : without(avatar, firstOf);
  if (firstOf.size > 0)
    warn(
      `${firstOf.size + new Set(firstOf.values()).size} morph targets always move together: made ${new Set(firstOf.values()).size}`,
    );
  for (const clip of merged.clips) {
    const most = mostAtOnce(clip);
    if (most > DRAWN) warn(`animation ${clip.name}: moves ${most} morph targets at once; the ${DRAWN} strongest are drawn`);
  }
  return merged;
}

const isWeight = (track: AnimationTrack): boolean => track.path === 'weight';

/** Describes a target's motion in all clips as text. Equal text means equal motion. */
const motionOf = (name: string, clips: readonly AnimationAsset[]): string =>
  clips
    .map(clip => {
      const track = clip.tracks.find(t => isWeight(t) && t.target === name);
      return track ? `${track.interpolation} ${track.times.join()} ${track.values.join()}` : '';
    })
    .join('\n');

/** Returns the largest number of non-zero weights at one time. */
function mostAtOnce(clip: AnimationAsset): number {
  const active = new Map<number, number>();
  for (const { times, values } of clip.tracks.filter(isWeight))
    times.forEach((time, i) => {
      if (Math.abs(values[i]) > STILL) active.set(time, (active.get(time) ?? 0) + 1);
    });
  return Math.max(0, ...active.values());
}

function without(avatar: SourceAvatar, firstOf: ReadonlyMap<string, string>): SourceAvatar {
  return {
    ...avatar,
    clips: avatar.clips.map(clip => ({ ...clip, tracks: clip.tracks.filter(t => !isWeight(t) || !firstOf.has(t.target)) })),
    outfit: avatar.outfit.map(item => ({
      ...item,
      product: { ...item.product, parts: item.product.parts.map(part => mergedPart(part, firstOf)) },
    })),
  };
}

function mergedPart(part: SourcePart, firstOf: ReadonlyMap<string, string>): SourcePart {
  if (!part.morphTargets?.some(t => firstOf.has(t.name))) return part;
  const targets = new Map<string, SourceMorphTarget>();
  for (const target of part.morphTargets) {
    const name = firstOf.get(target.name) ?? target.name;
    const known = targets.get(name);
    targets.set(name, known ? sum(known, target) : { ...target, name });
  }
  return { ...part, morphTargets: [...targets.values()] };
}

function sum(a: SourceMorphTarget, b: SourceMorphTarget): SourceMorphTarget {
  const add = (x: Float32Array, y: Float32Array) => x.map((value, i) => value + y[i]);
  const normals = a.normals && b.normals ? add(a.normals, b.normals) : (a.normals ?? b.normals);
  return { name: a.name, positions: add(a.positions, b.positions), ...(normals ? { normals } : {}) };
}
