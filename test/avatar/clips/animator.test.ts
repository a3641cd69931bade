import { describe, expect, it } from 'vitest';
import { Animator } from '../../../src/avatar/clips/animator.ts';
import { compileClip } from '../../../src/avatar/clips/clip.ts';
import { Pose } from '../../../src/avatar/skeleton/pose.ts';
import { Skeleton } from '../../../src/avatar/skeleton/skeleton.ts';
import { angleOf, animation, chain, turns } from '../make-figure.ts';

const skeleton = new Skeleton(chain('hips', 'spine', 'head'));
const weight = (target: string, value: number) =>
  ({
    target,
    path: 'weight',
    interpolation: 'linear',
    times: Float32Array.of(0, 1),
    values: Float32Array.of(value, value),
  }) as const;

function setup() {
  const animator = new Animator(skeleton);
  animator.add(compileClip(animation('low', [turns('spine', [0, 1], [0.2, 0.2]), weight('smile', 1)]), skeleton));
  animator.add(compileClip(animation('high', [turns('spine', [0, 1], [1, 1])]), skeleton));
  animator.add(compileClip(animation('walk', [turns('hips', [0, 1], [0, 1])], { speed: 1 }), skeleton));
  animator.add(compileClip(animation('run', [turns('hips', [0, 0.5], [0, 1])], { speed: 3 }), skeleton));
  animator.add(compileClip(animation('nod', [turns('head', [0, 0.5, 1], [0.3, 0.8, 0.3])], { loop: false }), skeleton));
  animator.add(compileClip(animation('shake', [turns('head', [0, 0.5, 1], [0, -0.6, 0])], { loop: false }), skeleton));
  animator.add(compileClip(animation('fall', [turns('hips', [0, 1], [0, 1])], { loop: false }), skeleton));
  const pose = new Pose(skeleton.jointCount);
  const angle = (joint: number) => {
    animator.evaluate(pose);
    return angleOf(pose, joint);
  };
  return { animator, angle };
}

describe('the animator', () => {
  it('holds the rest pose until a clip plays', () => {
    const { animator, angle } = setup();
    animator.advance(1);
    expect(angle(1)).toBe(0);
    expect(animator.play('nothing')).toBe(false);
  });

  it('starts the first clip immediately and fades into the next', () => {
    const { animator, angle } = setup();
    animator.play('low');
    expect(angle(1)).toBeCloseTo(0.2, 3);
    animator.play('high', { fade: 1 });
    expect(angle(1)).toBeCloseTo(0.2, 3);
    animator.advance(0.5);
    expect(angle(1)).toBeCloseTo(0.6, 2);
    animator.advance(0.51);
    expect(angle(1)).toBeCloseTo(1, 3);
  });

  it('never jumps when a fade begins during another fade', () => {
    const { animator, angle } = setup();
    animator.play('low');
    animator.play('high', { fade: 1 });
    animator.advance(0.5);
    const before = angle(1);
    animator.play('low', { fade: 1 });
    expect(angle(1)).toBeCloseTo(before, 4);
    animator.advance(1.1);
    expect(angle(1)).toBeCloseTo(0.2, 3);
  });

  it('ends a clip that does not loop at its last pose and can play it again', () => {
    const { animator, angle } = setup();
    animator.play('fall', { fade: 0 });
    animator.advance(5);
    expect(animator.ended).toBe(true);
    expect(angle(0)).toBeCloseTo(1, 3);
    animator.play('fall', { fade: 0 });
    expect(angle(0)).toBeCloseTo(0, 3);
  });

  it('adds a gesture to the playing clip and removes it again', () => {
    const { animator, angle } = setup();
    animator.play('low');
    animator.gesture('nod', { fade: 0.1 });
    expect(angle(2)).toBeCloseTo(0, 3);
    animator.advance(0.5);
    expect(angle(2)).toBeCloseTo(0.5, 2); // relative to its own first pose
    expect(angle(1)).toBeCloseTo(0.2, 3);
    animator.advance(0.6);
    expect(animator.gesturing).toBe(false);
    expect(angle(2)).toBeCloseTo(0, 3);
  });

  it('never jumps when a gesture replaces one or two others', () => {
    const { animator, angle } = setup();
    animator.play('low');
    animator.gesture('nod', { fade: 0.2 });
    animator.advance(0.4);
    const begun = angle(2);
    expect(begun).toBeGreaterThan(0.3);
    animator.gesture('shake', { fade: 0.2 });
    expect(angle(2)).toBeCloseTo(begun, 3);
    animator.advance(0.08);
    const between = angle(2);
    animator.gesture('nod', { fade: 0.2 });
    expect(angle(2)).toBeCloseTo(between, 3);
    let last = between;
    for (let i = 0; i < 60; i++) {
      animator.advance(0.02);
      const now = angle(2);
      expect(Math.abs(now - last)).toBeLessThan(0.08);
      last = now;
    }
    expect(animator.gesturing).toBe(false);
    expect(last).toBeCloseTo(0, 3);
  });

  it('never jumps in morph weights when a fade begins during another fade', () => {
    const { animator, angle } = setup();
    const smile = () => {
      angle(0);
      return animator.morphs.values[animator.morphs.slot('smile')];
    };
    animator.play('low');
    animator.play('high', { fade: 1 });
    animator.advance(0.25);
    const before = smile();
    expect(before).toBeGreaterThan(0.7);
    animator.play('walk', { fade: 1 });
    expect(smile()).toBeCloseTo(before, 5);
    animator.morphs.set('smile', 0.1);
    animator.advance(0.5);
    expect(smile()).toBeCloseTo(before / 2 + 0.1, 5);
    animator.advance(0.6);
    expect(smile()).toBeCloseTo(0.1, 5);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a phase or rate of %s and plays on', wrong => {
    const { animator, angle } = setup();
    animator.play('low');
    expect(() => animator.play('high', { phase: wrong })).toThrow(RangeError);
    expect(() => animator.play('high', { rate: wrong })).toThrow('phase and rate of "high" must be finite');
    animator.advance(0.1);
    expect(angle(1)).toBeCloseTo(0.2, 3);
  });

  it('keeps the step phase from walking to running, and runs as fast as the feet', () => {
    const { animator, angle } = setup();
    animator.play('walk');
    animator.matchSpeed(2); // twice as fast
    animator.advance(0.25);
    expect(angle(0)).toBeCloseTo(0.5, 2);
    animator.play('run', { fade: 0 });
    expect(angle(0)).toBeCloseTo(0.5, 2);
  });

  it('keeps its precision over a long time', () => {
    const { animator, angle } = setup();
    animator.play('walk');
    for (let day = 0; day < 30; day++) animator.advance(86_400);
    animator.advance(0.25);
    expect(angle(0)).toBeCloseTo(0.25, 3);
  });

  it('fades morph weights and adds the set ones', () => {
    const { animator } = setup();
    const pose = new Pose(3);
    animator.morphs.set('blink', 0.7);
    animator.play('low');
    animator.play('high', { fade: 1 });
    animator.advance(0.5);
    animator.evaluate(pose);
    expect(animator.morphs.values[animator.morphs.slot('smile')]).toBeCloseTo(0.5);
    expect(animator.morphs.values[animator.morphs.slot('blink')]).toBeCloseTo(0.7);
  });
});
