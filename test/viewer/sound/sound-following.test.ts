import { beforeEach, expect, it, vi } from 'vitest';
import type { RoomSession } from '../../../src/room/room-session.ts';
import { SoundFollowing, type SoundFollowingOptions } from '../../../src/viewer/sound/sound-following.ts';

/** What happened to the sounds that were made. */
let events: string[] = [];

vi.mock('../../../src/viewer/sound/room-sound.ts', () => ({
  RoomSound: class {
    constructor() {
      events.push('made');
    }
    set wanted(wanted: boolean) {
      events.push(wanted ? 'on' : 'off');
    }
    dispose() {
      events.push('disposed');
    }
  },
}));

beforeEach(() => {
  events = [];
});

function follow({ sound = false, buttons = false }) {
  const attributes = { sound, buttons };
  const place: { session: RoomSession | undefined } = { session: {} as RoomSession };
  return { attributes, place, following: new SoundFollowing({ attributes, place } as unknown as SoundFollowingOptions) };
}

it('makes a sound once, where the page or its buttons may want one, and ends it', async () => {
  const silent = follow({});
  await silent.following.update();
  expect(events).toEqual([]);
  const { attributes, following } = follow({ buttons: true });
  await following.update();
  attributes.sound = true;
  await following.update();
  expect(events).toEqual(['made', 'off', 'on']);
  following.end();
  following.end();
  expect(events.slice(3)).toEqual(['disposed']);
});

it('makes no sound of a room that was left while the code loaded', async () => {
  const { place, following } = follow({ sound: true });
  const updated = following.update();
  place.session = undefined;
  await updated;
  expect(events).toEqual([]);
});
