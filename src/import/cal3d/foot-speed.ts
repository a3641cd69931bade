import { mat4 } from 'gl-matrix';
import type { AnimationAsset } from '../../assets/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/skeleton-asset.ts';

/** Poses that are looked at; a step takes about a second. */
const SAMPLES = 48;
/** Metres: a foot that is within this of the lowest that either ever is stands on the floor. */
const ON_FLOOR = 0.04;
/** m/s: below it a figure shifts its weight, it does not walk. */
const SLOWEST = 0.25;

/**
 * How fast the feet of a clip that walks in place would carry the figure: the median speed at which a foot that stands on the
 * floor goes backwards. 0 where no feet are known, where none stands for a quarter of the time, and where they go nowhere.
 *
 * @returns m/s, >= 0.
 */
export function footSpeed(clip: AnimationAsset, skeleton: SkeletonAsset): number {
  const feet = ['left', 'right']
    .map(side => skeleton.humanoid[`${side}Toes`] ?? skeleton.humanoid[`${side}Foot`])
    .map(name => skeleton.names.indexOf(name ?? ''));
  if (feet.some(joint => joint < 0)) return 0;
  const poses = Array.from({ length: SAMPLES + 1 }, (_, i) =>
    feet.map(joint => positionAt(clip, skeleton, joint, (i / SAMPLES) * clip.duration)),
  );
  const floor = Math.min(...poses.flat().map(p => p[1]));
  const backwards: number[] = [];
  for (let i = 1; i < poses.length; i++) {
    for (const foot of [0, 1]) {
      const [before, after] = [poses[i - 1][foot], poses[i][foot]];
      if (Math.max(before[1], after[1]) < floor + ON_FLOOR) backwards.push((before[2] - after[2]) / (clip.duration / SAMPLES));
    }
  }
  if (backwards.length < SAMPLES / 4) return 0;
  backwards.sort((a, b) => a - b);
  const speed = backwards[Math.floor(backwards.length / 2)];
  return speed < SLOWEST ? 0 : speed;
}

/** Where a joint is at `seconds`, in the space of the product. */
function positionAt(clip: AnimationAsset, skeleton: SkeletonAsset, joint: number, seconds: number): [number, number, number] {
  const world = mat4.create();
  const local = mat4.create();
  for (let j = joint; j >= 0; j = skeleton.parents[j]) {
    const rotation = nearestKey(clip, skeleton.names[j], 'rotation', seconds, 4) ?? skeleton.rotations.subarray(4 * j, 4 * j + 4);
    const translation =
      nearestKey(clip, skeleton.names[j], 'translation', seconds, 3) ?? skeleton.translations.subarray(3 * j, 3 * j + 3);
    mat4.fromRotationTranslation(
      local,
      [rotation[0], rotation[1], rotation[2], rotation[3]],
      [translation[0], translation[1], translation[2]],
    );
    mat4.multiply(world, local, world);
  }
  return [world[12], world[13], world[14]];
}

/** The two keys around `seconds`, mixed; close enough to normalized for a position. */
function nearestKey(clip: AnimationAsset, target: string, path: string, seconds: number, size: number): number[] | undefined {
  const track = clip.tracks.find(t => t.target === target && t.path === path);
  if (!track) return undefined;
  const { times, values } = track;
  let k = 0;
  while (k + 2 < times.length && times[k + 1] <= seconds) k++;
  const part = Math.min(1, Math.max(0, (seconds - times[k]) / (times[k + 1] - times[k])));
  const mixed = Array.from({ length: size }, (_, c) => values[size * k + c] * (1 - part) + values[size * (k + 1) + c] * part);
  const length = size === 4 ? Math.hypot(...mixed) : 1;
  return mixed.map(v => v / length);
}
