import { expect, it } from 'vitest';
import type { Walkable } from '../../../src/live/floor/walkable.ts';
import { MyAvatar, type MyAvatarOptions } from '../../../src/live/motion/my-avatar.ts';

/** A room of 4 x 4 m, free from 0 to 4 along x and z. */
const floor: Walkable = {
  ...{ cell: 0.1, x: -1, z: -1, columns: 60, rows: 60, height: new Float32Array(3600) },
  free: Uint8Array.from({ length: 3600 }, (_, i) => Number(i % 60 >= 10 && i % 60 < 50 && i >= 600 && i < 3000)),
};

it('an avatar steered into a corner stops instead of going on with its last walk', () => {
  const intents: { path?: number[][] }[] = [];
  const motion = { shown: new Float32Array([2, 0, 2, 0, 0]), walking: false, intend: () => (motion.walking = true) };
  const options = {
    ...{ motion, clock: { now: 0 }, floor: () => floor, random: () => 0 },
    me: { activity: 'standing', avatar: {} },
    sender: { send: (intent: object) => intents.push(intent), dispose: () => {} },
  };
  const avatar = new MyAvatar(options as unknown as MyAvatarOptions);
  avatar.steer(-1, 0);
  expect(intents.at(-1)?.path).toHaveLength(2);
  motion.shown.set([0.02, 0, 0.02]);
  avatar.steer(-1, -1);
  expect(intents.at(-1)?.path).toEqual([[expect.closeTo(0.02), 0, expect.closeTo(0.02)]]);
  expect(intents).toHaveLength(2);
});
