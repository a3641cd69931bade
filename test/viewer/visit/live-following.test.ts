import { beforeEach, expect, it, vi } from 'vitest';
import type { LiveRoom } from '../../../src/live/live-room.ts';
import { LiveFollowing, type LiveFollowingOptions } from '../../../src/viewer/visit/live-following.ts';

/** Whether the code fails that follows a room. */
let breaks = false;
vi.mock('../../../src/viewer/walking/live-visit.ts', () => ({
  LiveVisit: class {
    live = {} as LiveRoom;
    walker = {};
    constructor() {
      if (breaks) throw new TypeError('broken');
    }
    dispose() {}
  },
}));

beforeEach(() => {
  breaks = false;
});

function follow() {
  const sessionOf = (name: string, queues = ['updates']) => ({ url: `https://room.example/${name}.json`, graph: { queues } });
  const attributes = { live: true, api: undefined };
  const place = { session: sessionOf('a'), resources: { queue: {}, stage: {} }, visitor: {} };
  const told: string[] = [];
  const emit = (type: string) => {
    told.push(type);
    return true;
  };
  const following = new LiveFollowing({ attributes, clock: {}, emit, place } as unknown as LiveFollowingOptions);
  following.opening();
  return { following, attributes, place, told, sessionOf };
}

it('tells who waits the live room once it is followed', async () => {
  const { following } = follow();
  const waiting = following.whenLive();
  await following.begin();
  expect(await waiting).toBe(following.live);
  expect(await following.whenLive()).toBe(following.live);
});

it('waits for a room that is opened in the same task', async () => {
  const { following } = follow();
  following.end();
  queueMicrotask(() => following.opening());
  const waiting = following.whenLive();
  await Promise.resolve();
  await following.begin();
  expect(await waiting).toBe(following.live);
});

it('tells who waits that a room has no updates, or was left', async () => {
  const { following, place, sessionOf } = follow();
  const left = following.whenLive();
  following.end();
  await expect(left).rejects.toThrow(RangeError);
  place.session = sessionOf('b', []);
  following.opening();
  const still = following.whenLive();
  await following.begin();
  await expect(still).rejects.toThrow(RangeError);
});

it('tells who waits that the code fails, and the page why', async () => {
  const { following, told } = follow();
  breaks = true;
  const waiting = following.whenLive();
  await following.begin();
  await expect(waiting).rejects.toThrow(RangeError);
  expect(told).toEqual(['resource-error']);
});

it('waits on in the next room where one was left while its code was on its way', async () => {
  const { following, place, sessionOf } = follow();
  const first = following.begin();
  following.end();
  place.session = sessionOf('b');
  following.opening();
  const waiting = following.whenLive();
  await first;
  expect(following.live).toBeUndefined();
  await following.begin();
  expect(await waiting).toBe(following.live);
});

it('waits while `live` is set again in an open room', async () => {
  const { following } = follow();
  await following.begin();
  following.end();
  const again = following.begin();
  expect(await following.whenLive()).toBe(following.live);
  await again;
});
