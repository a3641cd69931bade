import { describe, expect, it } from 'vitest';
import { Avatar } from '../../src/avatar/avatar.ts';
import { PoseScheduler } from '../../src/avatar/pose-scheduler.ts';
import { Skeleton } from '../../src/avatar/skeleton/skeleton.ts';
import { chain } from './make-figure.ts';

const skeleton = new Skeleton(chain('hips'));

function crowd(n: number, share: number) {
  const scheduler = new PoseScheduler();
  const avatars = Array.from({ length: n }, () => new Avatar(skeleton));
  const entries = avatars.map(a => scheduler.add(a));
  for (const e of entries) scheduler.see(e, share);
  return { scheduler, avatars, entries };
}

describe('the pose scheduler', () => {
  it.each([
    [1000, 60],
    [150, 30],
    [60, 15],
    [20, 8],
    [0, 0],
  ])('a figure of %i thousandths of the picture is posed %i times a second', (share, rate) => {
    const { scheduler, avatars } = crowd(1, share);
    const start = avatars[0].version;
    for (let frame = 0; frame < 600; frame++) scheduler.frame(1 / 60);
    expect((avatars[0].version - start) / 10).toBeGreaterThan(rate * 0.95 - 0.1);
    expect((avatars[0].version - start) / 10).toBeLessThan(rate * 1.05 + 0.2);
  });

  it('spreads the poses of a crowd over the frames', () => {
    const { scheduler } = crowd(100, 60);
    scheduler.frame(1 / 60); // all are posed once
    const posed = Array.from({ length: 60 }, () => scheduler.frame(1 / 60));
    expect(posed.reduce((a, b) => a + b)).toBeGreaterThan(1400);
    expect(Math.max(...posed.slice(8))).toBeLessThan(40);
  });

  it('immediately poses an avatar that enters the view', () => {
    const { scheduler, entries } = crowd(1, 0);
    scheduler.frame(1 / 60);
    scheduler.see(entries[0], 20);
    expect(scheduler.frame(1 / 60)).toBe(1);
    scheduler.remove(entries[0]);
    expect(scheduler.frame(1)).toBe(0);
  });

  it('poses less often on slow machines', () => {
    const { scheduler } = crowd(1, 150);
    scheduler.slowness = 4;
    let posed = 0;
    for (let frame = 0; frame < 600; frame++) posed += scheduler.frame(1 / 60);
    expect(posed / 10).toBeCloseTo(7.5, 0);
  });
});
