import { describe, expect, it } from 'vitest';
import type { AnimationAsset } from '../../../src/assets/motion/animation-asset.ts';
import { LiveSkeleton } from '../../../src/room/avatars/live-skeleton.ts';

const skeleton = new LiveSkeleton({
  names: ['hips', 'head'],
  parents: Int16Array.of(-1, 0),
  translations: new Float32Array(6),
  rotations: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1),
  scales: new Float32Array(6).fill(1),
  humanoid: {},
});
const url = 'https://room/wag.glb';

function clip(...targets: string[]): AnimationAsset {
  const tracks = targets.map(target => {
    const values = Float32Array.of(0, 0, 0, 1, 0, 0, 1, 0);
    return { target, path: 'rotation', interpolation: 'linear', times: Float32Array.of(0, 1), values } as const;
  });
  return { name: 'wag', duration: 1, loop: true, speed: 0, tracks };
}

describe('LiveSkeleton', () => {
  it('reports once the joints that a clip moves and the skeleton lacks; the rest of it plays', () => {
    const told: unknown[] = [];
    const asset = clip('head', 'tail', 'tail', 'left ear');
    const made = skeleton.clip(asset, url, (_url, error) => told.push(error));
    expect([...made.moving]).toEqual([1]);
    expect(skeleton.clip(asset, url, (_url, error) => told.push(error))).toBe(made);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ name: 'FormatError', url, at: 'tracks', value: ['tail', 'left ear'] });
  });

  it('does not report a missing joint whose scale is always 1', () => {
    const told: unknown[] = [];
    const still = { path: 'scale', interpolation: 'linear', times: Float32Array.of(0, 1) } as const;
    const scaled = (target: string, to: number) => ({ ...still, target, values: Float32Array.of(1, 1, 1, 1, 1, to) });
    const asset = { ...clip(), tracks: [scaled('(rest pose)', 1), scaled('wing', 1.5)] };
    skeleton.clip(asset, url, (_url, error) => told.push(error));
    expect(told).toMatchObject([{ value: ['wing'] }]);
  });

  it('reports nothing of a clip that fits', () => {
    const told: unknown[] = [];
    skeleton.clip(clip('hips', 'head'), url, (_url, error) => told.push(error));
    expect(told).toEqual([]);
  });
});
