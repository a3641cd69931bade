import type { AnimationAsset, AnimationTrack } from '../../src/assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../src/assets/motion/skeleton-asset.ts';

/** Makes a chain of joints, each 1 m above the previous one, without rotations at rest. */
export function chain(...names: string[]): SkeletonAsset {
  const n = names.length;
  const translations = new Float32Array(n * 3);
  const rotations = new Float32Array(n * 4);
  for (let i = 0; i < n; i++) {
    translations[i * 3 + 1] = i === 0 ? 0 : 1;
    rotations[i * 4 + 3] = 1;
  }
  return {
    names,
    parents: Int16Array.from(names, (_, i) => i - 1),
    translations,
    rotations,
    scales: new Float32Array(n * 3).fill(1),
    humanoid: {},
  };
}

export function animation(name: string, tracks: AnimationTrack[], extra: Partial<AnimationAsset> = {}): AnimationAsset {
  const duration = Math.max(...tracks.map(t => t.times[t.times.length - 1]));
  return { name, duration, loop: true, speed: 0, tracks, ...extra };
}

/** Makes a track of rotations about z by the given angles, at the given times. */
export function turns(
  target: string,
  times: number[],
  angles: number[],
  interpolation: 'linear' | 'step' = 'linear',
): AnimationTrack {
  const values = Float32Array.from(angles.flatMap(a => [0, 0, Math.sin(a / 2), Math.cos(a / 2)]));
  return { target, path: 'rotation', interpolation, times: Float32Array.from(times), values };
}

export function moves(target: string, times: number[], x: number[]): AnimationTrack {
  const values = Float32Array.from(x.flatMap(v => [v, 0, 0]));
  return { target, path: 'translation', interpolation: 'linear', times: Float32Array.from(times), values };
}

/** Returns the angle about z of joint `i` of a pose. */
export function angleOf({ rotations }: { rotations: Float32Array }, i: number): number {
  return 2 * Math.atan2(rotations[i * 4 + 2], rotations[i * 4 + 3]);
}
