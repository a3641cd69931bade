import { expect, it } from 'vitest';
import { type PictureSources, RoomPicture } from '../../../src/viewer/visit/room-picture.ts';

/** A picture of a room that is open. `leave` makes the visitor's update open another room. */
function makePicture() {
  const updated: string[] = [];
  const sessionOf = (name: string) => ({ update: () => updated.push(name) });
  let leaves = false;
  const from = {
    state: 'complete',
    paused: false,
    session: sessionOf('first'),
    resources: { stage: {}, governor: { frame: () => {} } },
    visitor: {
      attends: false,
      update: () => {
        if (!leaves) return;
        from.session = sessionOf('second');
        from.state = 'opening';
      },
    },
    following: {},
    layers: { update: () => {} },
  };
  const picture = new RoomPicture(from as unknown as PictureSources);
  return { picture, updated, leave: () => (leaves = true) };
}

it('updates the open room, and no room that was left in the same frame', () => {
  const { picture, updated, leave } = makePicture();
  picture.update(0.016);
  expect(updated).toEqual(['first']);
  leave();
  picture.update(0.016);
  expect(updated).toEqual(['first']);
});
