import { describe, expect, it } from 'vitest';
import { loadRetarget } from '../../../src/room/avatars/live-skeleton.ts';
import { FakeWorld, writeFakeRoom } from '../fakes.ts';
import { visit } from '../visit.ts';

const people = {
  body: {},
  knight: { meshes: 0, skeleton: true, clips: ['walk', 'wave'] },
  mage: { meshes: 0, skeleton: true, clips: ['idle'] },
};
const waving = { skeleton: 'mage', outfit: ['body'], animation: 'wave' };
const walking = { skeleton: 'knight', outfit: ['body'], animation: 'walk' };

/** What waits for the code that fits clips has had its turn. */
async function fitted(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await loadRetarget();
}

describe('a clip that an avatar lacks', () => {
  it("is another avatar's clip of that name, in whatever order they arrive, and no byte is requested twice", async () => {
    for (const avatars of [
      [waving, walking],
      [walking, waving],
    ]) {
      const world = new FakeWorld();
      writeFakeRoom(world, people, [], avatars);
      const v = visit(world);
      await v.session.open();
      await v.run();
      expect(v.log).toEqual(['interactive', 'complete']);
      await fitted();
      const playing = v.session.avatars.map(a => [
        a.info.data.animation,
        a.avatar?.animator.current?.name,
        a.avatar?.animator.names,
      ]);
      expect(playing).toContainEqual(['wave', 'idle', ['idle', 'wave']]);
      const urls = world.asked.map(a => a.url);
      expect(new Set(urls).size).toBe(urls.length);
    }
  });

  it('is any of its own if nobody has it, or if the only one failed', async () => {
    const alone = new FakeWorld();
    writeFakeRoom(alone, people, [], [waving]);
    const broken = new FakeWorld();
    writeFakeRoom(broken, people, [], [waving, walking]);
    broken.files.set('https://example.org/resources/knight-clip-wave', 'corrupt');
    for (const world of [alone, broken]) {
      const v = visit(world);
      await v.session.open();
      await v.run();
      expect(v.log).toEqual(['interactive', 'complete']);
      expect(v.session.avatars.find(a => a.plays('wave'))?.avatar?.animator.names).toEqual(['idle']);
    }
  });

  it('is released when the room is left', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, people, [], [waving, walking]);
    const v = visit(world);
    await v.session.open();
    await v.run();
    v.session.dispose();
    expect(v.session.resourceCount).toBe(0);
  });
});
