import { expect, it } from 'vitest';
import type { AnimationAsset } from '../../../src/assets/motion/animation-asset.ts';
import type { ImportedModel } from '../../../src/import/model/imported-model.ts';
import { withPackedClips } from '../../../src/import/reading/pack-clips.ts';

it('a clip keeps its numbers when they are put into one buffer, also those that tracks share', () => {
  const times = Float32Array.of(0, 0.5, 1);
  const track = { target: 'arm', path: 'translation', interpolation: 'linear' } as const;
  const tracks = [1, 2].map(x => ({ ...track, times, values: Float32Array.of(x, 0, 0, x, 1, 0, x, 2, 0) }));
  const rotation = { ...track, path: 'rotation', times: times.slice(1), values: new Int16Array(8).fill(1) } as const;
  const clip: AnimationAsset = { name: 'wave', duration: 1, loop: true, speed: 0, tracks: [...tracks, rotation] };
  const model: ImportedModel = { name: 'clips', bytes: 1, warnings: [], clips: [clip, { ...clip, tracks: [] }] };
  const packed = withPackedClips(model);
  expect(packed).toEqual(model);
  const [first, second, third] = packed.clips?.[0].tracks ?? [];
  expect(first.times).toBe(second.times);
  expect(new Set([first.times, first.values, second.values, third.times].map(a => a.buffer)).size).toBe(1);
  expect(first.times.buffer.byteLength).toBe(4 * (3 + 9 + 9 + 2));
});
