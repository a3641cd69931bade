import { describe, expect, it } from 'vitest';
import type { AnimationAsset, AnimationTrack } from '../../../../src/assets/motion/animation-asset.ts';
import { decodeAnimation } from '../../../../src/assets/motion/decode-animation.ts';
import type { SkeletonAsset } from '../../../../src/assets/motion/skeleton-asset.ts';
import { writeAnimation } from '../../../../src/import/write/clips/animation-writer.ts';
import { compactClip } from '../../../../src/import/write/clips/compact-clip.ts';

const COUNT = 40;
const skeleton: SkeletonAsset = {
  names: Array.from({ length: COUNT }, (_, j) => `joint ${j}`),
  parents: Int16Array.from({ length: COUNT }, () => -1),
  translations: new Float32Array(COUNT * 3),
  rotations: Float32Array.from({ length: COUNT * 4 }, (_, i) => Number(i % 4 === 3)),
  scales: new Float32Array(COUNT * 3).fill(1),
  humanoid: {},
};

/** Two seconds at 30 a second. */
const times = Float32Array.from({ length: 61 }, (_, k) => k / 30);

/** A joint that turns about z by `angle` of the frame's number. */
const turning = (target: string, angle: (k: number) => number): AnimationTrack => ({
  target,
  path: 'rotation',
  interpolation: 'linear',
  times,
  values: Float32Array.from([...times].flatMap((_, k) => [0, 0, Math.sin(angle(k) / 2), Math.cos(angle(k) / 2)])),
});

const clipOf = (tracks: AnimationTrack[]): AnimationAsset => ({ name: 'clip', duration: 2, loop: true, speed: 0, tracks });
const restless = (j: number, k: number): number => 0.3 * Math.sin(k * 1.3 + j) + 0.2 * Math.sin(k * 2.1 + 2 * j);

const many = (count: number, step: number, from = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, k) => from + k * step);

/** A joint that moves to another place at each key. */
function jumping(target: string, times: Float32Array): AnimationTrack {
  const values = Float32Array.from({ length: times.length * 3 }, (_, i) => (i * 7) % 5);
  return { target, path: 'translation', interpolation: 'linear', times, values };
}

describe('a written clip', () => {
  it('has one list of times for all tracks that keep most of their keys', async () => {
    const clip = compactClip(clipOf(skeleton.names.map((name, j) => turning(name, k => restless(j, k)))), skeleton);
    expect(new Set(clip.tracks.map(t => t.times.join())).size).toBe(1);
    const bytes = await writeAnimation(clip, 'test');
    // 2,440 keys of 8 bytes each and what tells of 40 tracks.
    expect(bytes.byteLength).toBeLessThan(2440 * 8 + 40 * 170);
  });

  it('drops keys of tracks that need few', () => {
    const { tracks } = compactClip(
      clipOf([turning('joint 0', k => k * 0.01), turning('joint 1', k => restless(1, k))]),
      skeleton,
    );
    expect(tracks[0].times.length).toBeLessThan(8);
    expect(tracks[1].times.length).toBe(61);
  });

  it('stores keys of joints that move alike once', async () => {
    const alike = await writeAnimation(
      compactClip(clipOf(skeleton.names.map(n => turning(n, k => restless(1, k)))), skeleton),
      'test',
    );
    const { json } = parts(alike);
    expect(json.accessors).toHaveLength(2);
    expect(decodeAnimation(alike, 'test').tracks).toHaveLength(COUNT);
  });

  it('ends when its source ends, to 31 microseconds', async () => {
    const bytes = await writeAnimation(compactClip(clipOf([turning('joint 0', k => restless(0, k))]), skeleton), 'test');
    expect(Math.abs(decodeAnimation(bytes, 'test').duration - 2)).toBeLessThan(31e-6);
  });

  it.each<[string, Float32Array[]]>([
    ['two keys of one track are closer than times are rounded', [many(1000, 0.1), Float32Array.of(0, 0.5, 0.50001, 1)]],
    ['it is long and its keys are as close as 32 bits allow', [many(800, 1 / 16, 999_900)]],
  ])('keeps keys apart where %s', async (_, lists) => {
    const clip = clipOf(lists.map((list, j) => jumping(`joint ${j}`, list)));
    const { tracks } = decodeAnimation(await writeAnimation(compactClip(clip, skeleton), 'test'), 'test');
    expect(tracks.map(t => t.times.every((time, k) => k === 0 || time > t.times[k - 1]))).toEqual(lists.map(() => true));
    expect(tracks.at(-1)?.times).toEqual(lists.at(-1));
  });

  it('may last a time that has more than 32 bits', async () => {
    const clip = { ...clipOf([jumping('joint 0', Float32Array.of(0, 1000, 3000.137))]), duration: 3000.137 };
    const bytes = await writeAnimation(compactClip(clip, skeleton), 'test');
    expect(decodeAnimation(bytes, 'test').duration).toBe(Math.fround(3000.137));
  });
});

function parts(bytes: Uint8Array): { json: { accessors: unknown[] } } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
  return { json: JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + length))) };
}
