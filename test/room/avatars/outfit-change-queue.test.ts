import { type Mesh, Object3D, Vector3 } from 'three';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import type { LiveAvatar } from '../../../src/room/avatars/live-avatar.ts';
import { RoomSession } from '../../../src/room/room-session.ts';
import { settle } from '../../virtual-clock.ts';
import { FakeWorld, roomUrl, writeFakeRoom } from '../fakes.ts';

// Virtual time does not wait for code that the first change brings.
beforeAll(() => import('../../../src/room/avatars/outfit-change-queue.ts'));

const file = (name: string) => `https://example.org/resources/${name}`;

/** Two people in a body and a shirt; a coat (of the shirt's category, it covers the body's material), a hat and shoes lie about. */
async function enter(change: (world: FakeWorld) => void = () => {}) {
  const world = new FakeWorld();
  writeFakeRoom(
    world,
    {
      bones: { meshes: 0, skeleton: true, clips: ['idle'] },
      body: { category: 'body', low: true },
      shirt: { category: 'top', low: true, high: ['image/webp'] },
      coat: { category: 'top', low: true, high: ['image/webp'], covers: ['body'], meshes: 2 },
      shoes: { category: 'shoes' },
      hat: {},
    },
    [],
    [
      { skeleton: 'bones', outfit: ['body', 'shirt'], animation: 'idle' },
      { skeleton: 'bones', outfit: ['body', 'shirt'], animation: 'idle' },
    ],
  );
  change(world);
  const session = new RoomSession(roomUrl, world.ports);
  const failed: string[] = [];
  const errors: unknown[] = [];
  session.events.on('failed', ({ url, error }) => {
    failed.push(url);
    errors.push(error);
  });
  const run = async (ms = 100) => {
    for (let i = 0; i < 3; i++) {
      for (let n = 0; n < 8; n++) await settle();
      await world.clock.advance(ms);
    }
    for (let n = 0; n < 8; n++) await settle();
  };
  await session.open();
  await run();
  const [ada] = session.avatars;
  /** What is to be seen of her: one name a mesh. */
  const worn = (avatar: LiveAvatar = ada) => avatar.outfit.map(({ product }) => product.name).join(' ');
  const meshes = () => {
    let count = 0;
    ada.group.traverseVisible(object => {
      if ('isMesh' in object) count++;
    });
    return count;
  };
  return { world, session, run, failed, errors, ada, worn, meshes };
}

/** What a promise comes to: nothing yet, 'done', or the name of the error. */
function outcome(promise: Promise<void>): { now: string | undefined } {
  const seen: { now: string | undefined } = { now: undefined };
  promise.then(
    () => {
      seen.now = 'done';
    },
    error => {
      seen.now = error.name;
    },
  );
  return seen;
}

describe('dressing', () => {
  it('replaces the worn product of its category once all of the new one is available', async () => {
    const { world, session, run, ada, worn, meshes } = await enter();
    expect([worn(), meshes()]).toEqual(['body shirt', 2]);
    world.held = [];
    const change = outcome(session.dress(ada, '#coat'));
    await run();
    expect([worn(), meshes(), change.now]).toEqual(['body shirt', 2, undefined]);
    // Two meshes and the low texture: the last of them makes it whole. The high one comes later.
    for (let i = 0; i < 3; i++) {
      expect(change.now).toBeUndefined();
      world.held.shift()?.();
      await run();
    }
    expect([worn(), change.now]).toEqual(['body coat', 'done']);
    expect(world.held).toHaveLength(1);
    world.deliver();
    await run();
    expect(world.asked.map(a => a.url)).toContain(file('coat-webp'));
  });

  it('hides what the product covers, and shows it again', async () => {
    const { session, run, ada, meshes } = await enter();
    void session.dress('person 0', '#coat');
    await run();
    expect(meshes()).toBe(2); // both of the coat, none of the body
    await session.dress(ada, { off: ['top'] });
    expect(meshes()).toBe(1);
  });

  it('of two quick changes the last counts, in whatever order their resources arrive; what both need is kept', async () => {
    const { world, session, run, ada, worn } = await enter();
    world.held = [];
    const first = outcome(session.dress(ada, { on: ['#coat'] }));
    await run();
    const second = outcome(session.dress(ada, '#shoes'));
    const third = outcome(session.dress(ada, { off: ['top'], on: ['#hat'] }));
    await run();
    expect([first.now, second.now, third.now]).toEqual(['AbortError', 'AbortError', undefined]);
    world.deliver();
    await run();
    expect([worn(), third.now]).toEqual(['body shoes hat', 'done']);
  });

  it('a cancelled change is not applied by one that is requested in the same task', async () => {
    const { world, session, run, ada, worn } = await enter();
    world.held = [];
    const abort = new AbortController();
    const cancelled = outcome(session.dress(ada, '#coat', abort.signal));
    await run();
    abort.abort();
    const next = outcome(session.dress(ada, '#shoes'));
    await run();
    world.deliver();
    await run();
    expect([worn(), cancelled.now, next.now]).toEqual(['body shirt shoes', 'AbortError', 'done']);
  });

  it('is cancelled by its signal: nothing changes, and its downloads are aborted', async () => {
    const { world, session, run, ada, worn } = await enter();
    const before = [session.resourceCount, world.textures.size];
    world.held = [];
    const abort = new AbortController();
    const change = outcome(session.dress(ada, '#coat', abort.signal));
    await run();
    abort.abort();
    await settle();
    expect(change.now).toBe('AbortError');
    world.deliver();
    await run();
    expect([worn(), session.resourceCount, world.textures.size]).toEqual(['body shirt', ...before]);
    await expect(session.dress(ada, '#coat', abort.signal)).rejects.toThrow('aborted');
  });

  it('keeps the old outfit when a mesh of the new one is bad, and says why', async () => {
    const { world, session, run, ada, worn, failed, meshes } = await enter();
    world.files.set(file('coat-mesh1'), 'corrupt');
    const change = session.dress(ada, '#coat');
    const refused = expect(change).rejects.toThrow(FormatError);
    await run();
    await refused;
    expect([worn(), meshes(), failed]).toEqual(['body shirt', 2, [file('coat-mesh1')]]);
    await expect(session.dress(ada, '#nothing')).rejects.toThrow('lacks the document');
    await expect(session.dress(ada, '#bones')).rejects.toThrow('without a mesh');
    const onTail = session.dress(ada, { on: ['#hat'], joint: 'tail' });
    const misfit = { name: 'FormatError', url: new URL('#hat', roomUrl).href, at: 'joint', value: 'tail' };
    const hung = expect(onTail).rejects.toMatchObject(misfit);
    await run();
    await hung;
    await expect(session.dress('Nobody', '#hat')).rejects.toThrow('nobody in the room is called "Nobody"');
    await expect(session.dress(ada, 'https://[')).rejects.toThrow('not the URL of a product');
    expect(worn()).toBe('body shirt');
  });

  it('a product that is not available does not affect a change requested right after it', async () => {
    const { session, run, ada, worn, failed } = await enter();
    const changes = [outcome(session.dress(ada, '#nothing')), outcome(session.dress(ada, '#hat'))];
    await run();
    expect(changes.map(({ now }) => now)).toEqual(['AbortError', 'done']);
    expect(worn()).toBe('body shirt hat');
    expect(failed).toEqual([new URL('#nothing', roomUrl).href]);
  });

  it('a product whose mesh is bad, or does not fit, does not affect a change requested right after it', async () => {
    const { world, session, run, ada, worn, failed } = await enter();
    world.files.set(file('coat-mesh1'), 'corrupt');
    const changes = [
      outcome(session.dress(ada, { on: ['#coat'], off: ['body'] })),
      outcome(session.dress(ada, '#bones')),
      outcome(session.dress(ada, '#shoes')),
      outcome(session.dress(ada, '#hat')),
    ];
    await run();
    expect(changes.map(({ now }) => now)).toEqual(['AbortError', 'AbortError', 'AbortError', 'done']);
    // What is sound of the earlier ones is done, and the shirt stays, for the coat did not come.
    expect(worn()).toBe('shirt shoes hat');
    expect(failed).toEqual([file('coat-mesh1'), new URL('#bones', roomUrl).href]);
  });

  it('fails for its own product, and the earlier change is undone too', async () => {
    const { world, session, run, ada, worn } = await enter();
    world.files.set(file('coat-mesh1'), 'corrupt');
    const changes = [outcome(session.dress(ada, '#hat')), outcome(session.dress(ada, '#coat'))];
    await run();
    expect(changes.map(({ now }) => now)).toEqual(['AbortError', 'FormatError']);
    expect(worn()).toBe('body shirt');
  });

  it('an avatar with a broken product can change the rest', async () => {
    const { session, run, ada, worn, failed } = await enter(world => world.files.set(file('shirt-mesh0'), 'corrupt'));
    expect(failed).toEqual([file('shirt-mesh0')]);
    const change = outcome(session.dress(ada, '#hat'));
    await run();
    expect([worn(), change.now]).toEqual(['body shirt hat', 'done']);
  });

  it('a bad texture does not affect the rest', async () => {
    const { world, session, run, ada, worn } = await enter();
    world.files.set(file('coat-low'), 'corrupt');
    const change = outcome(session.dress(ada, '#coat'));
    await run();
    expect([worn(), change.now]).toEqual(['body coat', 'done']);
  });

  it('follows the named joint, and releases it', async () => {
    const { session, run, ada } = await enter();
    void session.dress(ada, { on: ['#hat'], joint: 'head' });
    await run();
    const hanger = ada.group.children.at(-1);
    ada.poseAt(0);
    expect(hanger?.matrix.elements[13]).toBeCloseTo(1.6);
    ada.poseAt(0.5);
    expect(hanger?.matrix.elements[13]).toBeCloseTo(1.75);
    await session.dress(ada, { off: ['#hat'] });
    expect(hanger?.parent).toBeNull();
  });

  it("attaches an object of three's to a joint", async () => {
    const { session, ada } = await enter();
    const mug = new Object3D();
    mug.position.set(0, 0.1, 0);
    const before = ada.group.children.length;
    const takeOff = ada.attach(mug, 'head');
    const height = (seconds: number) => {
      ada.poseAt(seconds);
      session.root.updateMatrixWorld();
      return mug.getWorldPosition(new Vector3()).y;
    };
    expect([height(0), height(0.5)]).toEqual([expect.closeTo(1.7), expect.closeTo(1.85)]);
    takeOff();
    takeOff();
    expect([mug.parent, ada.group.children.length]).toEqual([null, before]);
    const [fromHead] = [ada.attach(mug, 'head'), ada.attach(mug, 'hips')];
    const hips = mug.parent;
    fromHead();
    expect(mug.parent).toBe(hips);
    expect(() => ada.attach(mug, 'wing')).toThrow('person 0 has no joint "wing"');
    ada.attach(mug, 'head');
    session.dispose();
    expect(mug.parent).toBeNull();
  });

  it('reports an object on a missing joint once the skeleton has arrived; the other objects are attached', async () => {
    const { world, session, run, ada, errors } = await enter(world => {
      world.held = [];
    });
    const [mug, kite] = [new Object3D(), new Object3D()];
    ada.attach(mug, 'head');
    ada.attach(kite, 'tail');
    expect([errors, mug.parent]).toEqual([[], null]);
    for (let i = 0; i < 3; i++) {
      world.deliver();
      await run();
    }
    expect(errors).toEqual([expect.objectContaining({ name: 'FormatError', at: 'joint', value: 'tail' })]);
    expect([mug.parent === null, kite.parent]).toEqual([false, null]);
    session.dispose();
  });

  it('sets a morph weight on whatever is worn, for one avatar only', async () => {
    const { session, run, ada } = await enter();
    /** How far the first vertex of each mesh is moved. */
    const depths = (avatar: LiveAvatar) => {
      const found: number[] = [];
      avatar.group.traverse(object => {
        if ('isMesh' in object) found.push((object as Mesh).geometry.getAttribute('position').array[2]);
      });
      return found;
    };
    expect(ada.morphs).toEqual(['smile']);
    // The code that moves vertices comes with the first face.
    await vi.dynamicImportSettled();
    ada.setMorph('smile', 0.5);
    ada.poseAt(0);
    expect([depths(ada), depths(session.avatars[1])]).toEqual([
      [0.5, 0.5],
      [0, 0],
    ]);
    void session.dress(ada, '#coat');
    await run();
    ada.poseAt(0);
    expect(depths(ada)).toEqual([0.5, 0.5, 0.5]);
    ada.setMorph('smile', 0);
    ada.poseAt(0);
    expect(depths(ada)).toEqual([0, 0, 0]);
    expect(() => ada.setMorph('smile', Number.NaN)).toThrow(RangeError);
  });

  it('leaves nothing behind after many changes, finished or not', async () => {
    const { world, session, run, ada, worn } = await enter();
    const count = () => [session.resourceCount, world.textures.size, ada.group.children.length, world.clock.pending];
    const before = count();
    for (let i = 0; i < 50; i++) {
      const changes = [session.dress(ada, '#coat'), session.dress(ada, '#shoes')];
      for (const change of changes) change.catch(() => {});
      if (i % 3) await run(i % 7);
      await Promise.allSettled(i % 2 ? [] : [session.dress(ada, { off: ['shoes', '#coat'] }), run()]);
    }
    const last = session.dress(ada, { on: ['#shirt'], off: ['shoes'] });
    await run();
    await last;
    expect([worn(), ...count()]).toEqual(['body shirt', ...before]);
  });

  it('ends with the room', async () => {
    const { world, session, run, ada } = await enter();
    world.held = [];
    const change = outcome(session.dress(ada, '#coat'));
    const documents = outcome(session.dress(session.avatars[1], '#coat'));
    session.dispose();
    world.deliver();
    await run();
    expect([change.now, documents.now]).toEqual(['AbortError', 'AbortError']);
    expect([session.resourceCount, world.textures.size, world.clock.pending]).toEqual([0, 0, 0]);
  });

  it('one person changes, the other does not', async () => {
    const { session, run, ada, worn } = await enter();
    const grace = session.avatars[1];
    void session.dress(ada, '#coat');
    await run();
    expect([worn(ada), worn(grace)]).toEqual(['body coat', 'body shirt']);
    expect(grace.group.children).toHaveLength(2);
  });
});
