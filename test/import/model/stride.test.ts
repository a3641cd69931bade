import { describe, expect, it } from 'vitest';
import type { AnimationAsset } from '../../../src/assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../../src/assets/motion/skeleton-asset.ts';
import { PoseSampler } from '../../../src/import/model/pose-sampler.ts';
import { inPlace, withStride } from '../../../src/import/model/stride.ts';

const NAMES = ['root', 'hips', 'thighL', 'thighR', 'footL', 'footR'];
const PARENTS = [-1, 0, 1, 1, 2, 3];

/** Facing +z: the left thigh is at +x. Turned by `turn` about y, scaled by `scale`, both at the root. */
function walker(turn = 0, scale = 1): SkeletonAsset {
  const translations = [0, 0, 0, 0, 1, 0, 0.1, -0.1, 0, -0.1, -0.1, 0, 0, -0.9, 0, 0, -0.9, 0];
  const rotations = NAMES.flatMap((_, j) => (j === 0 ? [0, Math.sin(turn / 2), 0, Math.cos(turn / 2)] : [0, 0, 0, 1]));
  return {
    names: NAMES,
    parents: Int16Array.from(PARENTS),
    translations: Float32Array.from(translations),
    rotations: Float32Array.from(rotations),
    scales: Float32Array.from(NAMES.flatMap((_, j) => Array(3).fill(j === 0 ? scale : 1))),
    humanoid: { hips: 'hips', leftUpperLeg: 'thighL', rightUpperLeg: 'thighR', leftFoot: 'footL', rightFoot: 'footR' },
  };
}

/** A second in which each foot stands for `stance` of the time, going back at `speed`, and swings forward 20 cm high. */
function walk(speed: number, stance: number, way: readonly [number, number] = [0, 1]): AnimationAsset {
  const times = Float32Array.from({ length: 121 }, (_, i) => i / 120);
  const reach = speed * stance;
  const foot = (phase: number) =>
    Float32Array.from(
      [...times].flatMap(t => {
        const at = (t + phase) % 1;
        const swing = (at - stance) / (1 - stance);
        const along = at < stance ? reach / 2 - speed * at : -reach / 2 + reach * swing;
        return [along * way[0], -0.9 + (at < stance ? 0 : 0.2 * Math.sin(Math.PI * swing)), along * way[1]];
      }),
    );
  const track = (target: string, values: Float32Array) => ({
    target,
    path: 'translation' as const,
    interpolation: 'linear' as const,
    times,
    values,
  });
  return { name: 'walk', duration: 1, loop: true, speed: 0, tracks: [track('footL', foot(0)), track('footR', foot(0.5))] };
}

/** The clip with the hips going off at `speed` towards +z besides. */
const leaving = (clip: AnimationAsset, target: string, speed: number, height: number): AnimationAsset => ({
  ...clip,
  tracks: [
    ...clip.tracks,
    {
      target,
      path: 'translation',
      interpolation: 'linear',
      times: Float32Array.of(0, 0.5, 1),
      values: Float32Array.of(0, height, 0, 0, height + 0.05, 0.6 * speed, 0, height, speed),
    },
  ],
});

describe('the speed of a clip', () => {
  it.each([
    ['a walk', 1.3, 0.6],
    ['a run', 3.5, 0.3],
    ['a stroll', 0.4, 0.65],
  ])('%s in place goes as fast as its planted feet go back', (_, speed, stance) => {
    expect(withStride(walk(speed, stance), walker()).speed).toBeCloseTo(speed, 3);
  });

  it('does not depend on the direction or scale of the figure', () => {
    expect(withStride(walk(1.3, 0.6), walker(2)).speed).toBeCloseTo(1.3, 3);
    expect(withStride(walk(1.3, 0.6), walker(0, 0.5)).speed).toBeCloseTo(0.65, 3);
  });

  it.each([
    ['a shift of weight', walk(0.1, 0.6)],
    ['backwards', walk(1.3, 0.6, [0, -1])],
    ['sideways', walk(1.3, 0.6, [1, 0])],
    ['one foot alone', { ...walk(1.3, 0.6), tracks: walk(1.3, 0.6).tracks.slice(0, 1) }],
    ['what does not loop', { ...walk(1.3, 0.6), loop: false }],
  ])('%s is none', (_, clip) => {
    expect(withStride(clip, walker()).speed).toBe(0);
  });

  it('does not exist without bone names', () => {
    expect(withStride(walk(1.3, 0.6), { ...walker(), humanoid: {} }).speed).toBe(0);
  });

  it('equals the root motion', () => {
    expect(withStride(leaving(walk(0, 0.6), 'hips', 1.1, 1), walker()).speed).toBeCloseTo(1.1, 5);
  });
});

describe('a clip with root motion along a path', () => {
  it.each([
    ['hips', 0, 1],
    ['root', 0, 0],
    ['hips', 1, 1],
  ])('is played in place: %s, turned by %i', (target, turn, height) => {
    const skeleton = walker(turn);
    const sampler = new PoseSampler(inPlace(leaving(walk(0, 0.6), target, 1.1, height), skeleton), skeleton);
    const at = (seconds: number) => [...sampler.sample(seconds).subarray(16 + 12, 16 + 15)];
    const [start, middle, end] = [at(0), at(0.5), at(1)];
    expect(Math.hypot(end[0] - start[0], end[2] - start[2])).toBeLessThan(1e-6);
    // What is not even motion stays: the lunge of 0.1 s ahead of it, and the bob.
    expect(Math.hypot(middle[0] - start[0], middle[2] - start[2])).toBeCloseTo(0.11, 5);
    expect(middle[1] - start[1]).toBeCloseTo(0.05, 5);
  });

  it('stays unchanged where it does not move', () => {
    const clip = walk(1.3, 0.6);
    expect(inPlace(clip, walker())).toBe(clip);
  });
});
