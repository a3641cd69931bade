/** Puts the numbers of clips together, so that they pass between threads in fewer pieces. */
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import type { ImportedModel } from '../model/imported-model.ts';

/**
 * Returns a model in which each clip has its numbers in one buffer. A figure with 76 clips has 15,000 arrays; passing each buffer of
 * its own to another thread takes 5 microseconds here and as long there.
 */
export function withPackedClips(model: ImportedModel): ImportedModel {
  if (model.clips) return { ...model, clips: model.clips.map(packClip) };
  if (!model.avatar) return model;
  return { ...model, avatar: { ...model.avatar, clips: model.avatar.clips.map(packClip) } };
}

/** An array that several tracks share stays one. */
function packClip(clip: AnimationAsset): AnimationAsset {
  const packed = new Map<Float32Array, Float32Array>();
  let length = 0;
  for (const { times, values } of clip.tracks)
    for (const array of [times, values]) {
      if (!(array instanceof Float32Array) || packed.has(array)) continue;
      packed.set(array, array);
      length += array.length;
    }
  const all = new Float32Array(length);
  let at = 0;
  for (const array of packed.keys()) {
    all.set(array, at);
    packed.set(array, all.subarray(at, at + array.length));
    at += array.length;
  }
  const tracks = clip.tracks.map(track => ({
    ...track,
    times: packed.get(track.times) ?? track.times,
    values: track.values instanceof Float32Array ? (packed.get(track.values) ?? track.values) : track.values,
  }));
  return { ...clip, tracks };
}
