import { Group, type Mesh, type Texture } from 'three';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FakeProduct, FakeWorld, roomUrl, writeFakeRoom } from './fakes.ts';
import { visit } from './visit.ts';

// Virtual time does not wait for code that the first change brings.
beforeAll(() =>
  Promise.all([import('../../src/room/avatars/outfit-change-queue.ts'), import('../../src/room/documents/room-renewal.ts')]),
);

type Documents = Record<string, { edges?: string[]; data?: Record<string, unknown>; relations?: Record<string, string> }>;

const twoTier = { low: true, high: ['image/webp'] } as const;
const products: Record<string, FakeProduct> = {
  sofa: twoTier,
  lamp: {},
  vase: twoTier,
  body: {},
  shirt: {},
  coat: { meshes: 2 },
  bones: { meshes: 0, skeleton: true, clips: ['idle', 'walk'] },
  bugs: { meshes: 0, skeleton: true, clips: ['idle'] },
};
const file = (name: string) => `https://example.org/resources/${name}`;
const document = (name: string) => new URL(name, roomUrl).href;

/** A room with a sofa, a lamp and two people, complete; `stale` changes its documents on the server and tells the session. */
async function open() {
  const world = new FakeWorld();
  writeFakeRoom(
    world,
    products,
    [{ product: 'sofa' }, { product: 'lamp', position: [2, 0, 0] }],
    [
      { skeleton: 'bones', outfit: ['body', 'shirt'], animation: 'idle' },
      { skeleton: 'bones', outfit: ['body'], animation: 'idle' },
    ],
  );
  const v = visit(world);
  await v.session.open();
  await v.run();
  expect(v.log).toEqual(['interactive', 'complete']);
  world.asked.length = 0;
  return {
    world,
    v,
    session: v.session,
    change(edit: (documents: Documents) => void) {
      const room = JSON.parse(world.files.get(roomUrl) ?? '');
      edit(room.denormalized);
      world.files.set(roomUrl, JSON.stringify(room));
    },
    async stale(...urls: string[]) {
      v.session.graph.invalidate(...urls.map(document));
      for (let i = 0; i < 3; i++) await v.run();
    },
    /** Resources asked for since the room was complete. */
    resources: () => world.asked.map(({ url }) => url).filter(url => url.includes('/resources/')),
    furniture(name: string) {
      const found = v.session.furniture.find(({ group }) => group.name === name);
      if (!found) throw new Error(`no ${name} in the room`);
      return found;
    },
    /** What stands where the sofa stood. */
    first: () => v.session.furniture.find(({ info }) => info.url === document('#f/0'))!,
    ada: v.session.avatar('person 0')!,
    grace: v.session.avatar('person 1')!,
  };
}

const meshesOf = ({ group }: { readonly group: Group }) => group.children as Mesh[];

describe('a room whose documents change while somebody is in it', () => {
  it('does nothing where the documents say the same as before', async () => {
    const room = await open();
    const before = [room.v.shown(), room.session.furniture, room.session.avatars.slice()];
    await room.stale('room.json', '#f/0', '#sofa');
    expect([room.v.shown(), room.session.furniture, room.session.avatars]).toEqual(before);
    // At its own URL, so that every visitor's request can be answered by 304 or by a shared cache that has just asked.
    expect(room.world.asked.map(({ url, revalidate }) => [url, revalidate])).toEqual([[roomUrl, true]]);
  });

  it('moves what was moved, in the same frame and with the same meshes', async () => {
    const room = await open();
    const [mesh] = meshesOf(room.furniture('lamp'));
    room.change(documents => {
      documents['#f/1'].data = { position: [0, 0, -3] };
    });
    await room.stale('#f/1');
    expect(meshesOf(room.furniture('lamp'))).toEqual([mesh]);
    expect(room.furniture('lamp').group.matrix.elements[14]).toBe(-3);
    expect(room.furniture('lamp').sphere.center.z).toBeCloseTo(-2.5);
    expect(room.resources()).toEqual([]);
  });

  it('adds what is new and removes what is gone; what stays is not requested again', async () => {
    const room = await open();
    const sofa = meshesOf(room.first())[0];
    room.change(documents => {
      documents['#f/2'] = { data: { position: [5, 0, 0], name: 'new vase' }, relations: { ref: '#vase' } };
      documents['#f/3'] = { data: { position: [6, 0, 0], name: 'second sofa' }, relations: { ref: '#sofa' } };
      documents['#f'].edges = ['#f/0', '#f/2', '#f/3'];
    });
    // The room's own document is stale: the groups that it relates to are with it.
    await room.stale('room.json');
    expect(room.session.furniture.map(({ group }) => group.name).sort()).toEqual(['new vase', 'second sofa', 'sofa']);
    expect(meshesOf(room.first())).toEqual([sofa]);
    expect(meshesOf(room.furniture('second sofa'))[0].geometry).toBe(sofa.geometry);
    expect(room.resources()).toEqual([file('vase-mesh0'), file('vase-low'), file('vase-webp')]);
    expect(room.v.log).toEqual(['interactive', 'complete']);
    // The lamp's mesh is let go of with the lamp.
    expect([...room.world.textures.keys()]).toHaveLength(2);
    expect(room.v.shown()).not.toContain(room.v.shown().find(mesh => mesh.parent?.name === 'lamp'));
  });

  it('exchanges a product when the new one can be drawn, not before', async () => {
    const room = await open();
    room.change(documents => {
      documents['#f/0'].relations = { ref: '#vase' };
    });
    room.world.held = [];
    await room.stale('#f/0');
    expect(meshesOf(room.first())).toHaveLength(1);
    expect(room.resources()).toEqual([file('vase-mesh0'), file('vase-low'), file('vase-webp')]);
    const before = meshesOf(room.first())[0];
    room.world.deliver();
    room.world.held = undefined;
    await room.v.run();
    expect(meshesOf(room.first())).toHaveLength(1);
    expect(meshesOf(room.first())[0]).not.toBe(before);
    expect(room.session.resourceCount).toBe(countOf('vase', 'lamp', 'body', 'shirt', 'bones'));
  });

  it('a product with another texture keeps its mesh', async () => {
    const room = await open();
    const geometry = meshesOf(room.first())[0].geometry;
    const map = (mesh: Mesh) => (mesh.material as unknown as { map: Texture | null }).map;
    const before = map(meshesOf(room.first())[0]);
    room.change(documents => {
      const edge = documents['#sofa/webp'];
      edge.data = { ...edge.data, hash: 'f'.repeat(64) };
      edge.relations = { ref: 'resources/sofa-new' };
    });
    room.world.files.set(file('sofa-new'), 'new');
    await room.stale('#sofa/webp');
    expect(meshesOf(room.first())[0].geometry).toBe(geometry);
    expect(map(meshesOf(room.first())[0])).not.toBe(before);
    expect(room.resources()).toEqual([file('sofa-low'), file('sofa-new')]);
  });

  it('repeats a texture differently, and removes light, if the documents say so', async () => {
    const room = await open();
    const map = () => (meshesOf(room.first())[0].material as unknown as { map: Texture }).map;
    const before = map();
    room.change(documents => {
      const edge = documents['#sofa/webp'];
      edge.data = { ...edge.data, wrap: ['clamp', 'clamp'] };
      const light = { sky: [1, 1, 1], ground: [1, 1, 1], sun: { direction: [0, 1, 0], color: [1, 1, 1] }, background: [0, 0, 0] };
      documents['room.json'].data = { light };
    });
    await room.stale('#sofa/webp', 'room.json');
    expect(map()).not.toBe(before);
    expect(room.session.root.userData.foyerLighting).toBeDefined();
    room.change(documents => {
      documents['room.json'].data = {};
    });
    await room.stale('room.json');
    expect(room.session.root.userData.foyerLighting).toBeUndefined();
  });

  it('keeps the old product when the new one is not available', async () => {
    const room = await open();
    const before = meshesOf(room.first())[0];
    room.world.files.set(file('vase-mesh0'), 'corrupt');
    room.change(documents => {
      documents['#f/0'].relations = { ref: '#vase' };
    });
    await room.stale('#f/0');
    expect(meshesOf(room.first())).toEqual([before]);
    expect(room.v.failed).toEqual([file('vase-mesh0')]);
  });

  it('people enter, leave, walk elsewhere and change their clothes', async () => {
    const room = await open();
    const { ada, grace } = room;
    const pose = ada.avatar;
    room.change(documents => {
      documents['#a/0'].data = { position: [7, 0, 0], animation: 'walk' };
      documents['#a/0/1'].relations = { ref: '#coat' };
      documents['#a/2'] = { data: { position: [3, 0, 0], name: 'Joan' }, relations: { ref: '#avatar/1' } };
      documents['#a'].edges = ['#a/0', '#a/2'];
    });
    await room.stale('room.json', '#a/0', '#a/0/1');
    expect(room.session.avatars.map(({ info }) => info.name).sort()).toEqual(['Joan', 'person 0']);
    expect(room.session.avatar('person 0')).toBe(ada);
    expect(ada.avatar).toBe(pose);
    expect(pose?.animator.current?.name).toBe('idle'); // the fake decoder calls every clip so
    expect(ada.group.matrix.elements[12]).toBe(7);
    expect(ada.outfit.map(({ product }) => product.name)).toEqual(['body', 'coat']);
    expect(ada.group.children).toHaveLength(3);
    expect(grace.group.parent).toBeNull();
    expect(room.resources()).toEqual([file('coat-mesh0'), file('coat-mesh1')]);
  });

  it('clothes that only this visitor has changed stay, unless the documents change them', async () => {
    const room = await open();
    const { ada } = room;
    void room.session.dress(ada, '#coat');
    await room.v.run();
    room.change(documents => {
      documents['#a/0'].data = { position: [1, 0, 1], animation: 'idle' };
    });
    await room.stale('#a/0');
    expect(ada.outfit.map(({ product }) => product.name)).toContain('coat');
    expect(ada.group.matrix.elements[14]).toBe(1);
  });

  it('another skeleton is another body', async () => {
    const room = await open();
    const { ada, grace } = room;
    grace.setMorph('smile', 0.7);
    const mug = new Group();
    const [joint] = grace.avatar?.skeleton.names ?? [];
    const takeOff = grace.attach(mug, joint);
    room.change(documents => {
      const avatar = documents['#avatar/1'];
      avatar.relations = { ...avatar.relations, skeleton: '#bugs' };
    });
    await room.stale('#avatar/1');
    const { avatar } = room.session.avatar('person 1') ?? {};
    avatar?.evaluate();
    const { morphs } = avatar?.animator ?? {};
    expect(morphs?.values[morphs.slot('smile')]).toBeCloseTo(0.7);
    expect(mug.parent).not.toBeNull();
    takeOff();
    expect(mug.parent).toBeNull();
    expect(room.session.avatars).toHaveLength(2);
    expect(room.session.avatar('person 0')).toBe(ada);
    expect(room.session.avatar('person 1')).not.toBe(grace);
    expect(room.session.avatar('person 1')?.avatar).toBeDefined();
    expect(room.resources()).toEqual([file('bugs-skeleton'), file('bugs-clip-idle')]);
  });

  it('loses nothing when a document cannot be read again', async () => {
    const room = await open();
    const before = room.v.shown();
    room.change(documents => {
      documents['#f/0'].data = { position: ['here'] };
      documents['#lamp/mesh0'].data = {};
      documents['#avatar/0'].data = { name: 7 };
    });
    await room.stale('#f/0', '#lamp/mesh0', '#avatar/0');
    expect(room.v.shown()).toEqual(before);
    expect(room.v.failed).toHaveLength(3);
    // A group that is no group: whoever was in it stays.
    room.change(documents => {
      (documents as Record<string, unknown>)['#f'] = 'closed';
    });
    await room.stale('#f');
    expect(room.v.shown()).toEqual(before);
    room.world.files.set(roomUrl, 'no JSON');
    await room.stale('room.json');
    expect(room.v.shown()).toEqual(before);
    expect(room.v.failed.at(-1)).toBe(roomUrl);
  });

  it('reports what is not available once, not at each change; and again after it was available', async () => {
    const { v, stale, change } = await open();
    const failed: string[] = [];
    v.session.events.on('failed', ({ url }) => failed.push(url));
    const sofaIs = async (ref: string) => {
      change(documents => {
        documents['#f/0'].relations = { ref };
      });
      await stale('room.json', '#f/0');
    };
    await sofaIs('#nowhere');
    for (let day = 0; day < 3; day++) await stale('room.json');
    expect(failed).toEqual([document('#f/0')]);
    await sofaIs('#vase');
    expect(failed).toHaveLength(1);
    await sofaIs('#nowhere');
    expect(failed).toEqual([document('#f/0'), document('#f/0')]);
  });

  it('many changes in a burst are read together, and those that arrive meanwhile afterwards', async () => {
    const room = await open();
    for (let x = 1; x <= 20; x++) {
      room.change(documents => {
        documents['#f/0'].data = { position: [x, 0, 0] };
      });
      room.session.graph.invalidate(document('#f/0'));
      if (x % 7 === 0) await room.world.clock.advance(12);
    }
    await room.v.run(300);
    expect(room.first().group.matrix.elements[12]).toBe(20);
    expect(room.world.asked.length).toBeLessThanOrEqual(4);
  });

  it('a change arrives through the update queue that a document names', async () => {
    const room = await open();
    const queues: string[] = [];
    room.session.graph.events.on('queue', ({ url }) => queues.push(url));
    room.change(documents => {
      Object.assign(documents['#f/0'], { updates: '/queues/sofa' });
    });
    await room.stale('#f/0');
    expect(queues).toEqual(['https://example.org/queues/sofa']);
    room.change(documents => {
      documents['#f/0'].data = { position: [4, 0, 0] };
    });
    room.session.graph.update(queues[0]);
    await room.v.run();
    expect(room.first().group.matrix.elements[12]).toBe(4);
  });

  it('leaves nothing behind, whenever it is left', async () => {
    for (const moment of [0, 10, 31, 40, 100]) {
      const room = await open();
      room.change(documents => {
        documents['#f/0'].relations = { ref: '#vase' };
        documents['#f'].edges = ['#f/0'];
        documents['#a/0/1'].relations = { ref: '#coat' };
        documents['#a'].edges = ['#a/0'];
      });
      room.session.graph.invalidate(...['room.json', '#f/0', '#a/0/1'].map(document));
      await room.world.clock.advance(moment);
      room.session.dispose();
      await room.v.run(1000);
      expect([room.session.resourceCount, room.world.textures.size, room.v.shown().length]).toEqual([0, 0, 0]);
      expect([room.world.memory.total, room.world.clock.pending]).toEqual([0, 0]);
    }
  });
});

/** Resources of products in a complete room: of two tiers, the high texture only. */
function countOf(...names: string[]): number {
  return names.reduce((sum, name) => {
    const { meshes = 1, high = [], skeleton = false, clips = [] } = products[name];
    return sum + meshes + high.length + Number(skeleton) + clips.length;
  }, 0);
}
