import { describe, expect, it } from 'vitest';
import { compileClip } from '../../../src/avatar/clips/clip.ts';
import { addMorphs, clipTime, createCursor, sampleClip } from '../../../src/avatar/clips/sample-clip.ts';
import { Pose } from '../../../src/avatar/skeleton/pose.ts';
import { Skeleton } from '../../../src/avatar/skeleton/skeleton.ts';
import { angleOf, animation, chain, moves, turns } from '../make-figure.ts';

const skeleton = new Skeleton(chain('hips', 'spine', 'head'));

function sampler(clip: ReturnType<typeof compileClip>) {
  const cursor = createCursor(clip);
  const pose = new Pose(skeleton.jointCount);
  return (seconds: number) => {
    sampleClip(clip, seconds, cursor, pose);
    return pose;
  };
}

describe('a clip', () => {
  it('follows the arc, even between keys half a turn apart', () => {
    const at = sampler(compileClip(animation('spin', [turns('spine', [0, 1], [0, 3])]), skeleton));
    for (const f of [0, 0.1, 0.25, 0.5, 0.77, 1]) expect(angleOf(at(f), 1)).toBeCloseTo(3 * f, 3);
  });

  it('takes the shorter way if the signs of two keys differ', () => {
    const track = turns('spine', [0, 1], [0.2, 0.4]);
    (track.values as Float32Array).subarray(4).forEach((v, i, values) => {
      values[i] = -v;
    });
    expect(angleOf(sampler(compileClip(animation('nod', [track]), skeleton))(0.5), 1)).toBeCloseTo(0.3, 3);
  });

  it('can be sampled at times in any order', () => {
    const clip = compileClip(
      animation('a', [turns('spine', [0, 1, 2, 3], [0, 0.1, 0.3, 0]), moves('hips', [0, 1.5, 3], [0, 3, 0])]),
      skeleton,
    );
    const at = sampler(clip);
    for (const seconds of [2.5, 0.5, 3, 0, 1.75, -1, 9]) {
      const fresh = new Pose(3).copy(sampler(clip)(seconds));
      expect([...at(seconds).rotations]).toEqual([...fresh.rotations]);
      expect([...at(seconds).translations]).toEqual([...fresh.translations]);
    }
    expect(at(0.75).translations[0]).toBeCloseTo(1.5);
    expect(at(99).translations[0]).toBe(0);
  });

  it('holds the values of step tracks', () => {
    const at = sampler(compileClip(animation('a', [turns('spine', [0, 1, 2], [0, 0.5, 1], 'step')]), skeleton));
    expect([0.99, 1, 1.99, 2, 5].map(s => Math.round(angleOf(at(s), 1) * 100) / 100)).toEqual([0, 0.5, 0.5, 1, 1]);
  });

  it('holds the first key before its time', () => {
    expect(angleOf(sampler(compileClip(animation('a', [turns('spine', [1, 2], [0.5, 1])]), skeleton))(0.2), 1)).toBeCloseTo(
      0.5,
      3,
    );
  });

  it('keeps the values of still tracks outside the loop and drops unknown joints', () => {
    const clip = compileClip(
      animation('a', [turns('spine', [0, 1], [0.7, 0.7]), turns('tail', [0, 1], [0, 1]), turns('head', [0, 1], [0, 1])]),
      skeleton,
    );
    expect([...clip.moving]).toEqual([2]);
    expect(angleOf(sampler(clip)(0.3), 1)).toBeCloseTo(0.7);
    expect(sampler(clip)(0.3).translations[4]).toBe(1); // not in the clip: as at rest
  });

  it('groups tracks with the same times', () => {
    const clip = compileClip(
      animation('a', [turns('spine', [0, 1], [0, 0.1]), turns('hips', [0, 1], [0, 0.2]), turns('head', [0, 0.5], [0, 0.1])]),
      skeleton,
    );
    expect(clip.rotations.map(g => [...g.joints])).toEqual([[0, 1], [2]]);
    expect(clip.cursorCount).toBe(2);
  });

  it('jumps between two keys at one time, without NaN', () => {
    const at = sampler(compileClip(animation('a', [moves('hips', [0, 1, 1, 2], [0, 1, 5, 6])]), skeleton));
    expect(at(0.5).translations[0]).toBeCloseTo(0.5);
    expect(at(1).translations[0]).toBeCloseTo(5);
    expect(at(1.5).translations[0]).toBeCloseTo(5.5);
    const end = sampler(compileClip(animation('b', [moves('hips', [0, 1, 1], [0, 1, 5])]), skeleton));
    expect(end(1).translations[0]).toBe(5);
  });

  it('treats a rotation without length as no rotation', () => {
    const track = turns('spine', [0, 1], [0, 1]);
    (track.values as Float32Array).fill(0, 0, 4);
    for (const x of sampler(compileClip(animation('a', [track]), skeleton))(0).rotations) expect(Number.isFinite(x)).toBe(true);
  });

  it('adds morph weights that have a slot', () => {
    const track = {
      target: 'smile',
      path: 'weight',
      interpolation: 'linear',
      times: Float32Array.of(0, 1),
      values: Float32Array.of(0, 1),
    } as const;
    const clip = compileClip(animation('a', [turns('spine', [0, 1], [0, 1]), track, { ...track, target: 'blink' }]), skeleton);
    const out = Float32Array.of(0.5, 0);
    const cursor = createCursor(clip);
    cursor.time[0] = 0.5;
    addMorphs(clip, cursor, [0, -1], 0.5, out);
    expect([...out]).toEqual([0.75, 0]);
  });
});

describe('clipTime', () => {
  it('wraps loops and holds other clips at the end', () => {
    const loop = { duration: 2, loop: true };
    const once = { duration: 2, loop: false };
    expect([-0.5, 0, 1, 2, 5].map(s => clipTime(loop, s))).toEqual([1.5, 0, 1, 0, 1]);
    expect([-0.5, 0, 1, 2, 5].map(s => clipTime(once, s))).toEqual([0, 0, 1, 2, 2]);
  });
});
