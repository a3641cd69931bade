import { expect, it } from 'vitest';
import type { AnimationAsset } from '../../../../src/assets/motion/animation-asset.ts';
import { hashOfClip } from '../../../../src/import/write/cache/content-hash.ts';

const clip = (change: (numbers: Float32Array) => void = () => {}, more: Partial<AnimationAsset> = {}): AnimationAsset => {
  // One buffer for all, as clips come from another thread.
  const numbers = Float32Array.from({ length: 40_000 }, (_, i) => i);
  change(numbers);
  const track = { target: 'arm', path: 'translation', interpolation: 'linear' } as const;
  const tracks = [
    { ...track, times: numbers.subarray(0, 2), values: numbers.subarray(2, 8) },
    { ...track, target: 'leg', times: numbers.subarray(8, 9_008), values: numbers.subarray(9_008, 36_008) },
  ];
  return { name: 'wave', duration: 1, loop: true, speed: 0, tracks, ...more };
};

it('clips have the same hash where all values are equal, and another one where any differs', () => {
  const [first, second] = clip().tracks;
  expect(hashOfClip(clip())).toBe(hashOfClip(clip()));
  const others = [
    clip(n => n.set([-1], 0)),
    clip(n => n.set([-1], 36_007)),
    clip(undefined, { name: 'nod' }),
    clip(undefined, { loop: false }),
    clip(undefined, { tracks: [first] }),
    clip(undefined, { tracks: [second, first] }),
    clip(undefined, { tracks: [{ ...first, target: 'leg' }, second] }),
    clip(undefined, { tracks: [{ ...first, interpolation: 'step' }, second] }),
    clip(undefined, { tracks: [{ ...first, values: new Int16Array(first.values.buffer, 8, 12) }, second] }),
  ];
  expect(new Set([clip(), ...others].map(hashOfClip)).size).toBe(others.length + 1);
});
