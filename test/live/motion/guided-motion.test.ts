import { expect, it, vi } from 'vitest';
import { GuidedMotion, writeFrameTime } from '../../../src/live/motion/guided-motion.ts';
import type { LiveAvatar } from '../../../src/room/avatars/live-avatar.ts';

const info = { data: { position: [1, 0, 2], rotation: [0, 0, 0, 1], animation: 'idle' } };
const animator = { has: () => true, play: () => {}, speedOf: (clip: string) => (clip === 'walk' ? 1.5 : 0) };
const time = new Float64Array(3);

type Place = [number, number, number];
const walk = (from: Place, to: Place) => ({ path: [from, to] });

/** Steps 60 frames a second from `from` on, as long as it moves. @returns seconds on the server's clock when it stands. */
function until(motion: GuidedMotion, from: number): number {
  for (let frame = 1; frame < 6000; frame++) {
    writeFrameTime(time, from + frame / 60, 1 / 60);
    if (!motion.step(time)) return from + frame / 60;
  }
  return Number.POSITIVE_INFINITY;
}

it('a person needs frames only while they walk, turn or catch up, and stands exactly where the walk ends', () => {
  const avatar = { animator, steer: vi.fn() };
  const motion = new GuidedMotion({ avatar, info, clipChanged: () => {} } as unknown as LiveAvatar, 0);
  expect(until(motion, 0)).toBeLessThan(0.1);
  const moves = vi.fn();
  motion.onMoves = moves;
  motion.intend({ ...walk([1, 0, 2], [1, 0, 5]), start: 10, speed: 1.5, animation: 'walk' }, 10.4);
  expect(moves).toHaveBeenCalledOnce();
  // It begins to be seen 0.4 s late: 0.6 m behind. It arrives 2 s after the start all the same.
  const stands = until(motion, 10.4);
  expect(stands).toBeGreaterThanOrEqual(12);
  expect(stands).toBeLessThan(13.5);
  expect([...motion.shown.subarray(0, 3)]).toEqual([1, 0, 5]);
  expect(motion.shown[4]).toBe(0);
  expect(motion.walking).toBe(false);
  // Another intent wakes it, each time once.
  motion.intend({ ...walk([1, 0, 5], [2, 0, 5]), start: 20, speed: 1.5 }, 20);
  motion.intend({ animation: 'dance' }, 20.1);
  expect(moves).toHaveBeenCalledTimes(2);
  expect(until(motion, 20.1)).toBeLessThan(21.5);
});

it('a walk that begins later waits for its start', () => {
  const motion = new GuidedMotion({ avatar: undefined, info, clipChanged: () => {} } as unknown as LiveAvatar, 0);
  until(motion, 0);
  motion.intend({ ...walk([1, 0, 2], [1, 0, 3]), start: 5, speed: 1 }, 1);
  expect(until(motion, 1)).toBeGreaterThanOrEqual(6);
});
