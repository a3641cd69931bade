/** Converts animations of Cal3D to clips. */
import type { AnimationAsset, AnimationTrack } from '../../../assets/motion/animation-asset.ts';
import { FormatError } from '../../../core/errors.ts';
import type { Cal3dAnimation, Cal3dMorphAnimation, Cal3dSkeleton, Cal3dTrack, Warn } from '../cal3d-file.ts';
import { writePoint, writeRotation } from './axes.ts';
import type { ConvertedSkeleton } from './convert-skeleton.ts';

/** Metres. A translation within this distance of the skeleton's counts as the skeleton's. */
const STILL = 1e-5;
/** Degrees. A bone loops where its last and first key differ by at most this angle, or by one step of the bone. */
const LOOP_ANGLE = 5;
/** Share of a clip's bones that must loop for the clip to loop. Simulated hair and capes never return exactly. */
const LOOP_SHARE = 0.9;

/**
 * Converts a clip and sorts its keys by time. A clip whose last pose leads into its first one loops. A looping clip ends with its
 * first pose, where the library holds the last one for a frame. Other clips end with their last pose.
 *
 * @throws FormatError for a bone that the skeleton lacks, a bone with two tracks, a rotation of length 0 and a time below 0.
 */
export function convertClip(
  animation: Cal3dAnimation,
  name: string,
  source: Cal3dSkeleton,
  skeleton: ConvertedSkeleton,
  unit: number,
  warn: Warn,
): AnimationAsset {
  const { url, duration } = animation;
  const seen = new Set<number>();
  const keyed = animation.tracks.map((track, i) => {
    const at = `track ${i}`;
    if (!(track.bone >= 0 && track.bone < source.bones.length)) {
      throw new FormatError(`the bone is none of the ${source.bones.length} of the skeleton`, { url, at, value: track.bone });
    }
    if (seen.has(track.bone)) throw new FormatError('the bone has a track already', { url, at, value: track.bone });
    seen.add(track.bone);
    return convertKeys(track, source.bones[track.bone].translation, unit, { url, at });
  });
  if (keyed.some(k => (k.times.at(-1) ?? 0) > duration + 1e-3)) {
    warn(`${url}: there are keys behind the end of ${duration} s; they are dropped`);
  }
  const loop = keyed.filter(loops).length >= LOOP_SHARE * keyed.length;
  const tracks: AnimationTrack[] = [];
  keyed.forEach((keys, i) => {
    const { times, order } = closeTimes(keys.times, duration, loop);
    const target = skeleton.asset.names[skeleton.jointOf[animation.tracks[i].bone]];
    const pick = (values: Float32Array, size: number) =>
      Float32Array.from(order.flatMap(k => [...values.subarray(size * k, size * k + size)]));
    const translations = pick(keys.translations, 3);
    const rest = skeleton.asset.translations.subarray(3 * skeleton.jointOf[animation.tracks[i].bone]);
    tracks.push({ target, path: 'rotation', interpolation: 'linear', times, values: shortWay(pick(keys.rotations, 4)) });
    if (translations.some((v, k) => Math.abs(v - rest[k % 3]) > STILL)) {
      tracks.push({ target, path: 'translation', interpolation: 'linear', times, values: translations });
    }
  });
  return { name, duration: Math.fround(duration), loop, speed: 0, tracks };
}

/** Converts the weights of morph targets. They may exceed 0..1, as in the file. */
export function convertMorphClip({ url, duration, tracks }: Cal3dMorphAnimation, name: string): AnimationAsset {
  const converted = tracks.map((track, i): AnimationTrack => {
    const order = sortedKeys(track.times, { url, at: `track ${i}` });
    const closed = closeTimes(
      order.map(k => track.times[k]),
      duration,
      false,
    );
    const values = Float32Array.from(closed.order, k => track.weights[order[k]]);
    return { target: track.morph, path: 'weight', interpolation: 'linear', times: closed.times, values };
  });
  return { name, duration: Math.fround(duration), loop: false, speed: 0, tracks: converted };
}

interface Keys {
  readonly times: readonly number[];
  readonly translations: Float32Array;
  readonly rotations: Float32Array;
}

function convertKeys(track: Cal3dTrack, rest: readonly number[], unit: number, place: { url: string; at: string }): Keys {
  const order = sortedKeys(track.times, place);
  const translations = new Float32Array(3 * order.length);
  const rotations = new Float32Array(4 * order.length);
  order.forEach((from, to) => {
    const translation = track.translations.slice(3 * from, 3 * from + 3);
    writePoint(translations, 3 * to, translation.some(Number.isNaN) ? rest : translation, unit);
    const rotation = track.rotations.slice(4 * from, 4 * from + 4);
    if (!writeRotation(rotations, 4 * to, rotation)) {
      throw new FormatError('the rotation has no direction', { ...place, value: rotation });
    }
  });
  return { times: order.map(k => track.times[k]), translations, rotations };
}

/** Returns indices by ascending time. Of keys at the same time, the last one wins. */
function sortedKeys(times: readonly number[], place: { url: string; at: string }): number[] {
  const early = times.findIndex(t => !(t >= -1e-3));
  if (early >= 0) throw new FormatError('a key cannot stand before 0 seconds', { ...place, value: times[early] });
  const order = times.map((_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
  return order.filter((k, i) => i + 1 === order.length || Math.fround(times[order[i + 1]]) > Math.fround(Math.max(0, times[k])));
}

/** Returns times up to `duration`, which is always the last, and the key of each time. */
function closeTimes(times: readonly number[], duration: number, loop: boolean): { times: Float32Array; order: number[] } {
  const end = Math.fround(duration);
  const order = times.map((_, i) => i).filter(i => Math.fround(times[i]) < end);
  const inside = order.map(i => Math.max(0, times[i]));
  // Keys after the end are dropped. Without a key before the end, the first one holds.
  const exact = times.findIndex(t => Math.fround(t) === end);
  if (order.length === 0) {
    order.push(0);
    inside.push(0);
  }
  order.push(exact >= 0 ? exact : loop ? 0 : (order.at(-1) ?? 0));
  return { times: Float32Array.from([...inside, end]), order };
}

function loops({ rotations }: Keys): boolean {
  const n = rotations.length / 4;
  let step = LOOP_ANGLE;
  for (let k = 1; k < n; k++) step = Math.max(step, angle(rotations, k - 1, k));
  return angle(rotations, n - 1, 0) <= step;
}

/** Degrees between two keys. */
function angle(q: Float32Array, a: number, b: number): number {
  let dot = 0;
  for (let k = 0; k < 4; k++) dot += q[4 * a + k] * q[4 * b + k];
  return (2 * Math.acos(Math.min(1, Math.abs(dot))) * 180) / Math.PI;
}

/** Flips the sign of quaternions so that each takes the short way from the previous one. */
function shortWay(q: Float32Array): Float32Array {
  for (let k = 4; k < q.length; k += 4) {
    let dot = 0;
    for (let c = 0; c < 4; c++) dot += q[k + c] * q[k - 4 + c];
    if (dot < 0) for (let c = 0; c < 4; c++) q[k + c] = -q[k + c];
  }
  return q;
}
