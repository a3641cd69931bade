import fc from 'fast-check';
import { type Mesh, PerspectiveCamera, type Texture } from 'three';
import { describe, expect, it } from 'vitest';
import { FakeWorld, writeFakeRoom } from '../fakes.ts';
import { type Visit, visit } from '../visit.ts';

const twoTier = { low: true, high: ['image/webp'] } as const;
const SIZE = 16;
/** On the GPU: all levels of 16 x 16 RGBA8; a low texture is one pixel. */
const HIGH_BYTES = (256 + 64 + 16 + 4 + 1) * 4;
const LOW_BYTES = 4;
/** On its way a high texture is in the page too. */
const ON_ITS_WAY = HIGH_BYTES + SIZE * SIZE * 4;

/** Products around the origin, the first ahead of a camera that looks along -z, the others further to the left, all the way round. */
function round(names: readonly string[]): { world: FakeWorld; v: Visit; look(at: string, z?: number): Promise<void> } {
  const world = new FakeWorld();
  world.highSize = SIZE;
  const angle = (name: string) => (names.indexOf(name) / names.length) * 2 * Math.PI;
  writeFakeRoom(
    world,
    Object.fromEntries(names.map(name => [name, twoTier])),
    names.map(name => ({ product: name, position: [-Math.sin(angle(name)) * 5, 0, -Math.cos(angle(name)) * 5] })),
  );
  const v = visit(world);
  const camera = new PerspectiveCamera(50, 1);
  return {
    world,
    v,
    /** Turns the camera there and lets a few seconds pass. */
    async look(at, z = 0) {
      camera.rotation.y = angle(at);
      camera.position.z = z;
      camera.updateMatrixWorld();
      for (let i = 0; i < 12; i++) {
        v.session.update(0.25, camera, 100, 100);
        await v.run(250);
      }
    },
  };
}

/** What a product shows: `high`, `low` or nothing. */
function tierOf({ world, v }: { world: FakeWorld; v: Visit }, name: string): string {
  const furniture = v.session.furniture.find(f => f.info.product.name === name);
  const surface = (furniture?.group.children[0] as Mesh | undefined)?.material as { map?: Texture } | undefined;
  const bytes = surface?.map && world.textures.get(surface.map);
  return bytes === HIGH_BYTES ? 'high' : bytes === LOW_BYTES ? 'low' : 'none';
}

/** Bytes of the textures that are there. */
const held = (world: FakeWorld) => [...world.textures.values()].reduce((sum, bytes) => sum + bytes, 0);

describe('a room whose visitor saves data', () => {
  it('requests the high textures of what the camera sees large, and others when it comes near them', async () => {
    const room = round(['ash', 'bed', 'cup', 'dish']);
    room.v.session.sparing = true;
    const open = room.v.session.open();
    // From nine metres away all are small in the picture.
    await room.look('ash', 4);
    await open;
    await room.look('ash', 4);
    expect(['ash', 'bed', 'cup', 'dish'].map(name => tierOf(room, name))).toEqual(['low', 'low', 'low', 'low']);
    expect([room.v.session.heldBack, room.v.log]).toEqual([4, ['interactive', 'complete']]);
    await room.look('ash');
    expect(['ash', 'bed', 'cup', 'dish'].map(name => tierOf(room, name))).toEqual(['high', 'low', 'low', 'low']);
    // On request, all of them.
    room.v.session.sparing = false;
    await room.look('ash');
    expect(room.v.session.heldBack).toBe(0);
  });
});

describe('a room that holds no more than its memory budget', () => {
  it('shows what the camera sees best in high, the rest in low, and is complete', async () => {
    const room = round(['ash', 'bed', 'cup', 'dish']);
    await room.v.session.open();
    await room.look('ash');
    const meshes = room.world.memory.total - held(room.world);
    // One on its way fits, two that are there do not.
    room.world.memory.limit = meshes + 4 * LOW_BYTES + ON_ITS_WAY;
    await room.look('ash');
    expect(tierOf(room, 'ash')).toBe('high');
    expect(['bed', 'cup', 'dish'].map(name => tierOf(room, name))).toEqual(['low', 'low', 'low']);
    expect(room.v.session.heldBack).toBe(3);
    await room.look('cup');
    expect([tierOf(room, 'ash'), tierOf(room, 'cup')]).toEqual(['low', 'high']);
    expect(room.world.memory.gpu + room.world.memory.cpu - meshes).toBe(held(room.world));
    expect(room.world.memory.total).toBeLessThanOrEqual(room.world.memory.limit);
    expect(room.v.session.quality).toBe(1);
    expect(room.v.log).toEqual(['interactive', 'complete']);
    room.world.memory.limit = Number.POSITIVE_INFINITY;
    await room.look('cup');
    expect(['ash', 'bed', 'cup', 'dish'].map(name => tierOf(room, name))).toEqual(['high', 'high', 'high', 'high']);
    expect(room.v.session.heldBack).toBe(0);
  });

  it('requests from the start only as many high textures as fit, and is complete without the others', async () => {
    const room = round(['ash', 'bed', 'cup']);
    room.world.memory.limit = 1500 + ON_ITS_WAY;
    await room.v.session.open();
    await room.look('ash');
    expect(room.world.asked.filter(({ url }) => url.endsWith('webp'))).toHaveLength(1);
    expect(tierOf(room, 'ash')).toBe('high');
    expect(room.v.log).toEqual(['interactive', 'complete']);
    expect(room.v.fractions.at(-1)).toBe(1);
  });

  it('treats a cached high texture that does not fit as missing', async () => {
    const room = round(['ash', 'bed']);
    for (const hash of [2, 5]) room.world.cached.add(hash.toString(16).padStart(64, '0'));
    room.world.memory.limit = 1200 + ON_ITS_WAY;
    await room.v.session.open();
    await room.look('ash');
    expect([tierOf(room, 'ash'), tierOf(room, 'bed')]).toEqual(['high', 'low']);
    expect(room.v.log).toEqual(['interactive', 'complete']);
  });

  it('keeps the high texture until the low one has arrived', async () => {
    const room = round(['ash', 'bed']);
    await room.v.session.open();
    await room.look('ash');
    room.world.held = [];
    room.world.memory.limit = 10;
    await room.look('ash');
    expect([tierOf(room, 'ash'), tierOf(room, 'bed')]).toEqual(['high', 'high']);
    room.world.deliver();
    room.world.held = undefined;
    await room.look('ash');
    expect([tierOf(room, 'ash'), tierOf(room, 'bed')]).toEqual(['low', 'low']);
  });

  it('keeps the high texture if the low one is not available again, and requests that once', async () => {
    const room = round(['ash', 'bed']);
    await room.v.session.open();
    await room.look('ash');
    room.world.files.delete('https://example.org/resources/ash-low');
    room.world.memory.limit = 10;
    await room.look('bed');
    await room.look('bed');
    expect([tierOf(room, 'ash'), tierOf(room, 'bed')]).toEqual(['high', 'low']);
    expect(room.world.asked.filter(({ url }) => url.endsWith('ash-low'))).toHaveLength(2);
    expect(room.v.failed).toEqual(['https://example.org/resources/ash-low']);
  });

  it('two textures that are equally visible do not alternate for ever', async () => {
    const room = round(['ash', 'bed', 'cup']);
    await room.v.session.open();
    await room.look('ash');
    room.world.memory.limit = room.world.memory.total - 2 * HIGH_BYTES + ON_ITS_WAY;
    await room.look('ash');
    const before = room.world.asked.length;
    const camera = new PerspectiveCamera(50, 1);
    for (let i = 0; i < 40; i++) {
      // It sways by a degree: b and c are to both sides, out of sight.
      camera.rotation.y = (i & 1 ? 1 : -1) * 0.02;
      camera.updateMatrixWorld();
      room.v.session.update(0.25, camera, 100, 100);
      await room.v.run(250);
    }
    expect(room.world.asked.length).toBe(before);
  });

  it('stays within any budget wherever the camera looks, with every byte counted, and frees all', async () => {
    const names = ['ash', 'bed', 'cup', 'dish', 'ewer'];
    const visits = fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(5 * HIGH_BYTES)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(visits, async steps => {
        const room = round(names);
        await room.v.session.open();
        await room.look('ash');
        const meshes = room.world.memory.total - held(room.world);
        const least = meshes + names.length * LOW_BYTES;
        for (const [name, more] of steps) {
          room.world.memory.limit = least + more;
          await room.look(name);
          expect(room.world.memory.total).toBe(meshes + held(room.world));
          expect(room.world.memory.total).toBeLessThanOrEqual(room.world.memory.limit);
          for (const each of names) expect(tierOf(room, each)).not.toBe('none');
          if (more > ON_ITS_WAY + LOW_BYTES) expect(tierOf(room, name)).toBe('high');
        }
        room.v.session.dispose();
        expect([room.world.memory.total, room.world.textures.size]).toEqual([0, 0]);
      }),
      { numRuns: 12, seed: 3 },
    );
  });
});
