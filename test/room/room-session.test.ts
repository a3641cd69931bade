import { PerspectiveCamera } from 'three';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RoomSession } from '../../src/room/room-session.ts';
import { FakeWorld, roomUrl, writeFakeRoom } from './fakes.ts';
import { visit } from './visit.ts';

// Virtual time does not wait for code that the first change brings.
beforeAll(() => import('../../src/room/documents/room-renewal.ts'));

const file = (name: string) => `https://example.org/resources/${name}`;
const twoTier = { low: true, high: ['image/ktx2', 'image/webp'] } as const;

/** Gives the session its first frame: the camera stands at the origin and looks along -z. */
function lookAhead(session: RoomSession): PerspectiveCamera {
  const camera = new PerspectiveCamera(50, 1);
  camera.updateMatrixWorld();
  session.update(0, camera, 100, 100);
  return camera;
}

describe('RoomSession', () => {
  it('shows everything, first low, then high, and releases low textures', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier }, [{ product: 'sofa' }, { product: 'sofa', position: [3, 0, 0] }]);
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(v.log).toEqual(['interactive', 'complete']);
    expect(world.asked.map(a => a.url.split('/').pop())).toEqual(['room.json', 'sofa-mesh0', 'sofa-low', 'sofa-webp']);
    const meshes = v.shown();
    expect(meshes).toHaveLength(2);
    expect(meshes[0].geometry).toBe(meshes[1].geometry);
    expect(meshes[0].material).toBe(meshes[1].material);
    expect(world.textures.size).toBe(1);
    expect(v.fractions.at(-1)).toBe(1);
  });

  it('reports the quality of what the camera sees: nothing, low, high', async () => {
    const world = new FakeWorld();
    world.held = [];
    writeFakeRoom(world, { sofa: twoTier, lamp: twoTier }, [
      { product: 'sofa', position: [0, 0, -5] },
      { product: 'lamp', position: [0, 0, 5] },
    ]);
    const v = visit(world);
    lookAhead(v.session);
    const qualities: number[] = [];
    v.session.events.on('progress', () => qualities.push(v.session.quality));
    await v.session.open();
    for (let i = 0; i < 6; i++) {
      await v.run();
      world.deliver();
    }
    await v.run();
    expect(qualities[0]).toBe(0);
    expect(v.session.quality).toBe(1);
    expect(qualities.every((q, i) => i === 0 || q >= qualities[i - 1])).toBe(true);
    expect(new Set(qualities)).toEqual(new Set([0, 0.5, 1]));
  });

  it('is interactive when what the camera sees is available; then whole, then complete', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier, lamp: twoTier }, [
      { product: 'sofa', position: [0, 0, -5] },
      { product: 'lamp', position: [0, 0, 5] },
    ]);
    world.late.set(file('lamp-mesh0'), 5000);
    const v = visit(world);
    const log: string[] = [];
    for (const state of ['interactive', 'whole', 'complete'] as const) v.session.events.on(state, () => log.push(state));
    lookAhead(v.session);
    await v.session.open();
    await v.run();
    expect([log, v.session.state]).toEqual([['interactive'], 'interactive']);
    await v.run(5000);
    expect(log).toEqual(['interactive', 'whole', 'complete']);
  });

  it('requests high textures when the room is interactive: each request costs processor time', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier, lamp: twoTier }, [{ product: 'sofa' }, { product: 'lamp' }]);
    world.late.set(file('lamp-mesh0'), 1000);
    const v = visit(world);
    await v.session.open();
    await v.run();
    const highs = () => world.asked.map(({ url }) => url.split('/').pop()).filter(name => name?.endsWith('webp'));
    expect([v.log, highs()]).toEqual([[], []]);
    await v.run(1000);
    expect([v.log[0], highs()]).toEqual(['interactive', ['sofa-webp', 'lamp-webp']]);
  });

  it('requests a small high texture at once where the slot has no low one', async () => {
    const world = new FakeWorld();
    const highOnly = { low: false, high: ['image/webp'] } as const;
    writeFakeRoom(world, { sofa: highOnly, lamp: twoTier }, [{ product: 'sofa' }, { product: 'lamp' }]);
    world.late.set(file('lamp-mesh0'), 1000);
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(v.log).toEqual([]);
    expect(world.asked.map(({ url }) => url.split('/').pop()).filter(name => name?.endsWith('webp'))).toEqual(['sofa-webp']);
  });

  it('is not interactive while something in sight, or everything, is missing', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier, lamp: twoTier }, [
      { product: 'sofa', position: [0, 0, -5] },
      { product: 'lamp', position: [0, 0, 5] },
    ]);
    world.late.set(file('sofa-low'), 1000);
    world.late.set(file('lamp-mesh0'), 5000);
    const v = visit(world);
    const camera = new PerspectiveCamera(50, 1);
    // It looks at neither.
    camera.position.set(0, 50, 0);
    camera.updateMatrixWorld();
    v.session.update(0, camera, 100, 100);
    world.held = [];
    await v.session.open();
    await v.run();
    expect(v.log).toEqual([]);
    camera.position.set(0, 0, 0);
    camera.updateMatrixWorld();
    v.session.update(0, camera, 100, 100);
    world.deliver();
    await v.run();
    expect(v.log).toEqual([]);
    await v.run(1000);
    expect(v.log).toEqual(['interactive']);
  });

  it('waits for what may be in sight: a product without bounds, and the first clip of an avatar that lacks the named one', async () => {
    const world = new FakeWorld();
    writeFakeRoom(
      world,
      { sofa: twoTier, lamp: {}, body: { meshes: 0, skeleton: true, clips: ['idle', 'walk'] }, shirt: {} },
      [
        { product: 'sofa', position: [0, 0, -5] },
        { product: 'lamp', position: [0, 0, 500] },
      ],
      [{ skeleton: 'body', outfit: ['shirt'], animation: 'dance' }],
    );
    const { denormalized } = JSON.parse(world.files.get(roomUrl) ?? '');
    delete denormalized['#lamp'].data.bounds;
    world.files.set(roomUrl, JSON.stringify({ id: 'room.json', status: 'success', denormalized }));
    world.late.set(file('lamp-mesh0'), 2000);
    world.late.set(file('body-clip-idle'), 4000);
    world.late.set(file('body-clip-walk'), 9000);
    const v = visit(world);
    const camera = new PerspectiveCamera(50, 1);
    camera.position.set(0, 0, 3);
    camera.updateMatrixWorld();
    v.session.update(0, camera, 100, 100);
    await v.session.open();
    await v.run(3000);
    expect(v.log).toEqual([]);
    expect(v.session.furniture.find(({ unbounded }) => unbounded)?.info.product.name).toBe('lamp');
    await v.run(2000);
    expect(v.log).toEqual(['interactive']);
    v.session.dispose();
  });

  for (const missing of ['sofa-mesh0', 'lamp-mesh0'])
    it(`decodes high textures though ${missing} never comes`, async () => {
      const world = new FakeWorld();
      writeFakeRoom(world, { bench: twoTier, sofa: twoTier, lamp: {} }, [
        { product: 'bench', position: [0, 0, -5] },
        { product: 'sofa', position: [0, 0, -6] },
        { product: 'lamp', position: [0, 0, 50] },
      ]);
      world.hanging.add(file(missing));
      const v = visit(world);
      const camera = new PerspectiveCamera(50, 1);
      void v.session.open();
      for (let second = 0; second < 30; second++) {
        await v.run(1000);
        v.session.update(1, camera, 100, 100);
      }
      expect(v.log).toEqual(['interactive']);
      const highs = [...v.session.resources].filter(({ info }) => info.kind === 'texture' && info.tier === 'high');
      expect(highs.some(({ state }) => state === 'on-gpu')).toBe(true);
      v.session.dispose();
    });

  it('takes KTX2 where the GPU reads it compressed', async () => {
    const world = new FakeWorld();
    world.compressed = true;
    writeFakeRoom(world, { sofa: twoTier }, [{ product: 'sofa' }]);
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(world.asked.map(a => a.url)).toContain(file('sofa-ktx2'));
    expect(world.asked.map(a => a.url)).not.toContain(file('sofa-webp'));
  });

  it('shows a high texture from the cache at once, without its low one', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier }, [{ product: 'sofa' }]);
    world.cached.add((3).toString(16).padStart(64, '0'));
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(world.asked.map(a => a.url)).not.toContain(file('sofa-low'));
    expect(world.asked.find(a => a.url === file('sofa-webp'))?.priority.class).toBeLessThan(3);
    expect(v.log).toEqual(['interactive', 'complete']);
  });

  it('waits for a cache that answers late', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier, lamp: { high: ['image/webp'] } }, [{ product: 'sofa' }, { product: 'lamp' }]);
    const { queue, ...ports } = world.ports;
    const answers: ((cached: boolean) => void)[] = [];
    const slow = { ...queue, hasCached: () => new Promise<boolean>(resolve => answers.push(resolve)) };
    const v = visit(world, { ...ports, queue: slow });
    await v.session.open();
    await v.run();
    expect(v.log).toEqual([]);
    for (const answer of answers) answer(true);
    await v.run();
    expect(v.log).toEqual(['interactive', 'complete']);
    expect(world.asked.map(a => a.url)).not.toContain(file('sofa-low'));
  });

  it('falls back to the low texture when the cached high one is bad', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier }, [{ product: 'sofa' }]);
    world.cached.add((3).toString(16).padStart(64, '0'));
    world.files.set(file('sofa-webp'), 'corrupt');
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(v.failed).toEqual([file('sofa-webp')]);
    expect(world.asked.map(a => a.url)).toContain(file('sofa-low'));
    expect(v.log).toEqual(['interactive', 'complete']);
  });

  it('one corrupt mesh, one missing texture, one truncated animation: three errors, and the rest is shown', async () => {
    const world = new FakeWorld();
    writeFakeRoom(
      world,
      { sofa: twoTier, lamp: twoTier, vase: {}, body: {}, bones: { meshes: 0, skeleton: true, clips: ['idle', 'walk'] } },
      [{ product: 'sofa' }, { product: 'lamp' }, { product: 'vase' }],
      [{ skeleton: 'bones', outfit: ['body'], animation: 'idle' }],
    );
    world.files.set(file('vase-mesh0'), 'corrupt');
    world.files.delete(file('lamp-webp'));
    world.files.set(file('bones-clip-walk'), 'corrupt');
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(v.failed.sort()).toEqual([file('bones-clip-walk'), file('lamp-webp'), file('vase-mesh0')]);
    expect(v.log).toEqual(['interactive', 'complete']);
    expect(v.shown()).toHaveLength(3);
  });

  it('requests again what failed, on retry', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { vase: {} }, [{ product: 'vase' }]);
    world.files.set(file('vase-mesh0'), 'corrupt');
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(v.shown()).toHaveLength(0);
    world.files.set(file('vase-mesh0'), 'fine');
    v.session.retry();
    await v.run();
    expect(v.shown()).toHaveLength(1);
    expect(v.failed).toHaveLength(1);
  });

  it('requests again the documents that failed, on retry; those that still fail are reported again', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { vase: {}, sofa: {} }, [{ product: 'vase' }, { product: 'sofa' }]);
    const room = JSON.parse(world.files.get(roomUrl) ?? '');
    const vase = room.denormalized['#vase'];
    const late = new URL('late.json', roomUrl).href;
    room.denormalized['#f/0'].relations.ref = 'late.json';
    room.denormalized['#f/1'].relations.ref = 'never.json';
    world.files.set(roomUrl, JSON.stringify(room));
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect([v.shown().length, v.failed.length]).toEqual([0, 2]);
    vase.relations.resources = `${roomUrl}${vase.relations.resources}`;
    world.files.set(late, JSON.stringify({ id: late, status: 'success', denormalized: { [late]: vase } }));
    world.asked.length = 0;
    v.session.retry();
    for (let i = 0; i < 3; i++) await v.run();
    expect(v.shown()).toHaveLength(1);
    expect(v.failed).toHaveLength(3);
    expect(world.asked.map(({ url }) => url.replace(/\?.*/, '').split('/').pop())).toEqual([
      'late.json',
      'never.json',
      'vase-mesh0',
    ]);
    v.session.retry();
    for (let i = 0; i < 3; i++) await v.run();
    expect(v.failed).toHaveLength(4);
  });

  it('a wrong document does not affect the others', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: {}, vase: {} }, [{ product: 'sofa' }, { product: 'vase' }, { product: 'nothing' }]);
    const room = JSON.parse(world.files.get(roomUrl) ?? '');
    room.denormalized['#vase'].data.bounds.min = ['low'];
    world.files.set(roomUrl, JSON.stringify(room));
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(v.failed).toHaveLength(2);
    expect(v.shown()).toHaveLength(1);
    expect(v.log).toEqual(['interactive', 'complete']);
  });

  it('a mirror that is not an http URL does not affect the rest', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: {}, lamp: {} }, [{ product: 'sofa' }, { product: 'lamp' }]);
    const room = JSON.parse(world.files.get(roomUrl) ?? '');
    room.denormalized['#lamp/mesh0'].data.mirrors = ['https://mirror.example/lamp', 'javascript:alert(1)'];
    world.files.set(roomUrl, JSON.stringify(room));
    const v = visit(world);
    const errors: unknown[] = [];
    v.session.events.on('failed', ({ error }) => errors.push(error));
    await v.session.open();
    await v.run();
    const at = { name: 'FormatError', at: 'data.mirrors', value: 'javascript:alert(1)' };
    expect(errors).toEqual([expect.objectContaining(at)]);
    expect(v.shown()).toHaveLength(1);
  });

  it("rejects when the room's own document is not available", async () => {
    await expect(visit(new FakeWorld()).session.open()).rejects.toThrow('not found');
  });

  it('an empty room is complete', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, {}, []);
    const v = visit(world);
    await v.session.open();
    await v.run();
    expect(v.log).toEqual(['interactive', 'complete']);
    expect(v.fractions.at(-1)).toBe(1);
  });

  it('furniture with a spin turns with the time of the room, and is still at a fixed moment', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { ball: {}, sofa: {} }, [{ product: 'ball', spin: 90 }, { product: 'sofa' }]);
    const v = visit(world);
    await v.session.open();
    await v.run();
    const camera = new PerspectiveCamera(50, 1);
    const angles = () =>
      v.session.furniture.map(({ group }) =>
        Math.round((2 * Math.atan2(group.quaternion.y, group.quaternion.w) * 180) / Math.PI),
      );
    v.session.update(0.5, camera, 100, 100);
    expect(angles()).toEqual([45, 0]);
    v.session.update(0, camera, 100, 100);
    expect(angles()).toEqual([45, 0]);
    v.session.update(0.5, camera, 100, 100);
    expect(angles()).toEqual([90, 0]);
    const [mesh] = v.shown();
    expect(mesh.matrixWorld.elements[2]).toBeCloseTo(-1);
    v.session.poseAt(0.1);
    expect(angles()).toEqual([9, 0]);
    v.session.update(0.1, camera, 100, 100);
    expect(angles()).toEqual([18, 0]);
  });

  it('what the camera sees is requested first, and that changes as it turns', async () => {
    const world = new FakeWorld();
    world.held = [];
    writeFakeRoom(world, { ahead: {}, behind: {} }, [
      { product: 'ahead', position: [0, 0, -5] },
      { product: 'behind', position: [0, 0, 5] },
    ]);
    const v = visit(world);
    const camera = lookAhead(v.session);
    await v.session.open();
    await v.run();
    const classOf = (name: string) => world.asked.find(a => a.url === file(`${name}-mesh0`))?.priority.class;
    // What it does not see is not requested before the door opens.
    expect([classOf('ahead'), classOf('behind')]).toEqual([1, undefined]);
    camera.rotation.y = Math.PI;
    camera.updateMatrixWorld();
    await v.run(300);
    v.session.update(0, camera, 100, 100);
    await v.run();
    expect([classOf('ahead'), classOf('behind')]).toEqual([2, 1]);
  });

  it('requests all that the camera does not see, at once, when a file that it sees hangs', async () => {
    const world = new FakeWorld();
    const unseen = Array.from({ length: 30 }, (_, i) => `lamp${i}`);
    writeFakeRoom(world, { sofa: {}, bench: {}, ...Object.fromEntries(unseen.map(name => [name, {}])) }, [
      { product: 'sofa', position: [0, 0, -5] },
      { product: 'bench', position: [0, 0, -6] },
      ...unseen.map(product => ({ product, position: [0, 0, 50] as const })),
    ]);
    world.hanging.add(file('sofa-mesh0'));
    const v = visit(world);
    const camera = lookAhead(v.session);
    await v.session.open();
    const requested = () => world.asked.filter(({ url }) => url.includes('lamp')).length;
    const until = async (second: number) => {
      while (world.clock.now() < second * 1000) {
        await v.run(250);
        v.session.update(0.25, camera, 100, 100);
      }
    };
    await until(1);
    expect(requested()).toBe(0);
    await until(4);
    expect(requested()).toBe(unseen.length);
    // It opens without the sofa.
    await until(25);
    expect(v.log).toEqual(['interactive']);
    v.session.dispose();
  });

  it.each([
    ['a mesh', file('lamp-mesh0')],
    ['a document', 'https://example.org/lamp.json'],
  ])('%s that never comes keeps nobody outside: the rest goes on, high textures too', async (_, hanging) => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier, lamp: {} }, [{ product: 'sofa' }, { product: 'lamp' }]);
    world.hanging.add(hanging);
    if (hanging.endsWith('.json'))
      world.files.set(roomUrl, (world.files.get(roomUrl) ?? '').replace('"ref":"#lamp"', '"ref":"lamp.json"'));
    const v = visit(world);
    const camera = new PerspectiveCamera(50, 1);
    camera.position.z = 5;
    camera.updateMatrixWorld();
    void v.session.open();
    for (let second = 0; second < 19; second++) {
      await v.run(1000);
      v.session.update(1, camera, 100, 100);
    }
    expect([v.log, v.failed]).toEqual([[], []]);
    for (let second = 0; second < 3; second++) {
      await v.run(1000);
      v.session.update(1, camera, 100, 100);
    }
    await v.run();
    expect(v.log).toEqual(['interactive']);
    expect(v.session.quality).toBeLessThan(1);
    expect(world.asked.map(a => a.url)).toContain(file('sofa-webp'));
    expect(world.textures.size).toBe(1);
    v.session.dispose();
  });

  it.each<[string, { readonly z?: number; readonly looks?: number; readonly setUp?: (world: FakeWorld) => void }]>([
    ['sees nothing', { z: -500 }],
    ['sees a file that fails', { setUp: world => world.files.delete(file('sofa-mesh0')) }],
    ['sees a file that is broken', { setUp: world => world.files.set(file('sofa-low'), 'corrupt') }],
    ['sees a file that arrives late', { setUp: world => world.late.set(file('sofa-mesh0'), 15_000) }],
    ['sees a cached high texture', { setUp: world => world.cached.add('sofa-webp') }],
    ['is only known before the first document', { looks: 1 }],
    ['is never known', { looks: 0 }],
  ])('is complete where the camera %s, and its progress never falls', async (_, { z = 0, looks = 200, setUp }) => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier, bench: twoTier, lamp: twoTier }, [
      { product: 'sofa', position: [0, 0, -5] },
      { product: 'bench', position: [0, 0, -6] },
      { product: 'lamp', position: [0, 0, 50] },
    ]);
    setUp?.(world);
    const v = visit(world);
    const camera = new PerspectiveCamera(50, 1);
    camera.position.z = z;
    camera.updateMatrixWorld();
    if (looks > 0) v.session.update(0, camera, 100, 100);
    void v.session.open();
    for (let look = 1; look < 200; look++) {
      await v.run(100);
      if (look < looks) v.session.update(0.1, camera, 100, 100);
    }
    expect(v.log).toEqual(['interactive', 'complete']);
    for (const toward of ['interactive', 'complete'] as const) {
      const fractions = v.progress.filter(report => report.toward === toward).map(({ fraction }) => fraction);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      // Where the camera sees nothing, the door waits for whatever arrives first.
      expect(fractions.at(-1)).toBe(z < 0 && toward === 'interactive' ? 0 : 1);
    }
    expect(v.fractions.at(-1)).toBe(1);
    v.session.dispose();
  });

  it('counts toward interactive what the camera sees, as it turns, and is whole when the room opens', async () => {
    const world = new FakeWorld();
    world.held = [];
    writeFakeRoom(world, { sofa: twoTier, bench: twoTier, lamp: twoTier }, [
      { product: 'sofa', position: [0, 0, -5] },
      { product: 'bench', position: [0, 0, -6] },
      { product: 'lamp', position: [0, 0, 50] },
    ]);
    // The mesh and the low texture of two products and of one, by their documents 100 bytes each.
    const [seen, behind] = [400, 200];
    const v = visit(world);
    const camera = lookAhead(v.session);
    await v.session.open();
    const look = async () => {
      await v.run(300);
      v.session.update(0.3, camera, 100, 100);
      await v.run();
    };
    await look();
    expect(v.progress.at(-1)).toEqual({ toward: 'interactive', bytesDone: 0, bytesKnown: seen, fraction: 0 });
    camera.rotation.y = Math.PI;
    camera.updateMatrixWorld();
    await look();
    expect(v.progress.at(-1)).toEqual({ toward: 'interactive', bytesDone: 0, bytesKnown: behind, fraction: 0 });
    camera.rotation.y = 0;
    camera.updateMatrixWorld();
    await look();
    expect(v.log).toEqual([]);
    for (let i = 0; i < 4; i++) {
      world.deliver();
      await look();
    }
    expect(v.log).toEqual(['interactive', 'complete']);
    const toEnter = v.progress.filter(({ toward }) => toward === 'interactive');
    // The lamp was asked for while the camera saw it, and has arrived with the rest.
    expect(toEnter.at(-1)).toEqual({ toward: 'interactive', bytesDone: seen, bytesKnown: seen, fraction: 1 });
    const after = v.progress.filter(({ toward }) => toward === 'complete');
    expect(after[0]).toMatchObject({ bytesDone: 0, fraction: 0 });
    expect(after.at(-1)).toMatchObject({ fraction: 1 });
    v.session.dispose();
  });

  it('decodes high textures only once the visitor has entered, though they have arrived before', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier }, [{ product: 'sofa', position: [0, 0, -5] }]);
    let enter = () => {};
    const v = visit(world, { ...world.ports, entered: () => new Promise<void>(resolve => (enter = resolve)) });
    const camera = lookAhead(v.session);
    await v.session.open();
    const look = async () => {
      for (let i = 0; i < 8; i++) {
        await v.run(300);
        v.session.update(0.3, camera, 100, 100);
      }
    };
    await look();
    expect(world.asked.map(({ url }) => url)).toContain(file('sofa-webp'));
    expect(v.log).toEqual(['interactive']);
    enter();
    await look();
    expect(v.log).toEqual(['interactive', 'complete']);
    v.session.dispose();
  });

  it('requests the rest where what the camera sees is taken out of the room before it has arrived', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: {}, lamp: {} }, [
      { product: 'sofa', position: [0, 0, -5] },
      { product: 'lamp', position: [0, 0, 50] },
    ]);
    world.hanging.add(file('sofa-mesh0'));
    const v = visit(world);
    lookAhead(v.session);
    await v.session.open();
    await v.run();
    expect(world.asked.map(({ url }) => url)).not.toContain(file('lamp-mesh0'));
    const room = JSON.parse(world.files.get(roomUrl) ?? '');
    for (const document of Object.values<{ edges?: string[] }>(room.denormalized))
      if (document.edges?.some(edge => edge.includes('#f/0')))
        document.edges = document.edges.filter(edge => !edge.includes('#f/0'));
    world.files.set(roomUrl, JSON.stringify(room));
    v.session.graph.invalidate(roomUrl, ...Object.keys(room.denormalized).map(key => new URL(key, roomUrl).href));
    for (let i = 0; i < 10; i++) await v.run();
    expect(v.session.furniture).toHaveLength(1);
    expect(v.log).toEqual(['interactive', 'complete']);
    v.session.dispose();
  });

  it('opens after a while although documents still arrive, if something is visible', async () => {
    const world = new FakeWorld();
    const places = Array.from({ length: 40 }, () => ({ product: 'lamp' }));
    writeFakeRoom(world, { lamp: {}, sofa: twoTier }, [{ product: 'sofa' }, ...places]);
    let n = 0;
    const room = (world.files.get(roomUrl) ?? '').replaceAll('"ref":"#lamp"', () => `"ref":"lamp${n++}.json"`);
    world.files.set(roomUrl, room);
    for (let i = 0; i < n; i++) {
      const document = { data: { name: 'lamp' }, relations: { resources: 'room.json#lamp/r' } };
      world.files.set(
        new URL(`lamp${i}.json`, roomUrl).href,
        JSON.stringify({ status: 'success', denormalized: { [`lamp${i}.json`]: document } }),
      );
      world.late.set(new URL(`lamp${i}.json`, roomUrl).href, i * 500);
    }
    const v = visit(world);
    const camera = new PerspectiveCamera(50, 1);
    void v.session.open();
    const until = async (second: number) => {
      while (world.clock.now() < second * 1000) {
        await v.run(500);
        v.session.update(0.5, camera, 100, 100);
      }
    };
    await until(11);
    expect(v.log).toEqual([]);
    await until(13);
    expect(v.log).toEqual(['interactive']);
    expect(v.session.furniture.length).toBeLessThan(30);
    await until(22);
    expect(v.log).toEqual(['interactive', 'complete']);
    expect(v.session.furniture).toHaveLength(41);
    v.session.dispose();
  });

  it('a room of which nothing has arrived is not interactive, however long that takes', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { lamp: {} }, [{ product: 'lamp' }]);
    world.hanging.add(file('lamp-mesh0'));
    const v = visit(world);
    await v.session.open();
    for (let second = 0; second < 60; second++) {
      await v.run(1000);
      v.session.update(1, new PerspectiveCamera(50, 1), 100, 100);
    }
    expect(v.log).toEqual([]);
    v.session.dispose();
  });

  it('progress counts what entering needs, then what makes the room sharper, and never falls in either', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { a: twoTier, b: twoTier, c: {} }, [{ product: 'a' }, { product: 'b' }, { product: 'c' }]);
    world.held = [];
    const v = visit(world);
    await v.session.open();
    for (let i = 0; i < 20; i++) {
      await v.run(20);
      world.held.shift()?.();
    }
    await v.run();
    for (const toward of ['interactive', 'complete'] as const) {
      const reports = v.progress.filter(report => report.toward === toward);
      expect(reports.every(({ fraction }, i) => i === 0 || fraction >= reports[i - 1].fraction)).toBe(true);
      expect(new Set(reports.map(({ fraction }) => fraction)).size).toBeGreaterThan(1);
      const { fraction, bytesDone, bytesKnown } = reports[reports.length - 1];
      expect([fraction, bytesDone]).toEqual([1, bytesKnown]);
    }
    const changes = v.progress.filter(({ toward }, i) => i > 0 && toward !== v.progress[i - 1].toward);
    expect(changes.map(({ toward }) => toward)).toEqual(['complete']);
  });

  it('textures are loaded again through the queue after the context was lost', async () => {
    const world = new FakeWorld();
    writeFakeRoom(world, { sofa: twoTier }, [{ product: 'sofa' }]);
    const v = visit(world);
    await v.session.open();
    await v.run();
    const material = v.shown()[0].material as unknown as { map: unknown };
    const before = material.map;
    v.session.reloadTextures();
    expect(material.map).toBeNull();
    await v.run();
    expect(material.map).not.toBeNull();
    expect(material.map).not.toBe(before);
    expect(world.textures.size).toBe(1);
    expect(v.log).toEqual(['interactive', 'complete']);
  });

  it('leaves nothing behind, whenever it is left', async () => {
    for (const moment of [undefined, 0, 4, 12, 30, 1000]) {
      const world = new FakeWorld();
      writeFakeRoom(
        world,
        { sofa: twoTier, body: {}, bones: { meshes: 0, skeleton: true, clips: ['idle'] } },
        [{ product: 'sofa' }, { product: 'sofa' }],
        [{ skeleton: 'bones', outfit: ['body'], animation: 'idle' }],
      );
      const v = visit(world);
      const opening = v.session.open().catch(error => error.name);
      if (moment !== undefined) await world.clock.advance(moment);
      v.session.dispose();
      v.session.dispose();
      await v.run(1000);
      expect(await opening).toBe(moment === undefined ? 'AbortError' : undefined);
      expect([v.session.resourceCount, world.textures.size, v.shown().length, world.clock.pending]).toEqual([0, 0, 0, 0]);
    }
  });
});
