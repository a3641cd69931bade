import { describe, expect, it } from 'vitest';
import type { UploadJob } from '../../../src/assets/memory/upload-job.ts';
import { CRITICAL, type Priority } from '../../../src/net/queue/priority.ts';
import type { ResourceInfo } from '../../../src/room/documents/room-info.ts';
import { FrameChanges } from '../../../src/room/resources/frame-changes.ts';
import { RoomResources } from '../../../src/room/resources/room-resources.ts';
import { contentOf, hashNow, setup } from '../../net/setup.ts';
import { FakeWorld } from '../fakes.ts';

const bytes = contentOf('chair', 1000);

function meshAt(url: string, ...mirrors: string[]): ResourceInfo & { readonly kind: 'mesh' } {
  return {
    kind: 'mesh',
    slot: 'chair',
    name: '',
    tier: 'low',
    type: 'model/gltf-binary',
    bytes: bytes.length,
    hash: hashNow(bytes),
    url,
    mirrors,
    width: undefined,
    height: undefined,
  };
}

/** A store over a queue whose network has the bytes at one URL only. */
function storeOver(url: string) {
  const world = new FakeWorld();
  const network = setup({ [url]: bytes });
  const store = new RoomResources(
    { ...world.ports, queue: network.queue },
    world.memory,
    new FrameChanges(world.clock, () => {}),
  );
  return { ...network, store };
}

describe('a hash that two documents name at different places', () => {
  const [first, firstMirror] = ['https://a.example/chair', 'https://b.example/chair'];
  const [second, secondMirror] = ['https://c.example/chair', 'https://d.example/chair'];

  for (const url of [first, firstMirror, second, secondMirror])
    it(`comes from ${url} where no other has it`, async () => {
      const { store, clock } = storeOver(url);
      const mesh = store.acquire(meshAt(first, firstMirror));
      expect(store.acquire(meshAt(second, secondMirror))).toBe(mesh);
      store.start(mesh, { class: CRITICAL, utility: 1 });
      await clock.run();
      expect(mesh.state).toBe('on-gpu');
      store.dispose();
    });

  it('comes from the place that a document names only after the first has been asked', async () => {
    const { store, clock, queue } = storeOver(secondMirror);
    const mesh = store.acquire(meshAt(first, firstMirror));
    store.start(mesh, { class: CRITICAL, utility: 1 });
    await clock.run(() => queue.stats.active === 1);
    store.acquire(meshAt(second, secondMirror));
    await clock.run();
    expect(mesh.state).toBe('on-gpu');
    expect(mesh.error).toBeUndefined();
    store.dispose();
  });

  it('is requested once at each place if none has it, and fails', async () => {
    const { store, clock, network } = storeOver('https://nowhere.example/chair');
    const mesh = store.acquire(meshAt(first, second));
    store.acquire(meshAt(second, first));
    store.start(mesh, { class: CRITICAL, utility: 1 });
    await clock.run();
    expect(mesh.state).toBe('failed');
    expect(network.requests.map(r => r.url).sort()).toEqual([first, second]);
    store.dispose();
  });
});

describe('a resource that stands in a bundle', () => {
  const own = 'https://a.example/chair';
  const url = 'https://a.example/all.bundle';
  const all = contentOf('before', 10 + bytes.length);
  all.set(bytes, 10);
  const info = { ...meshAt(own), bundle: { url, bytes: all.length, hash: hashNow(all), at: 10 } };

  function storeWith(files: Record<string, Uint8Array<ArrayBuffer>>) {
    const world = new FakeWorld();
    const network = setup(files);
    const store = new RoomResources(
      { ...world.ports, queue: network.queue },
      world.memory,
      new FrameChanges(world.clock, () => {}),
    );
    return { ...network, store, mesh: store.acquire(info) };
  }

  it('is cut out of it', async () => {
    const { store, mesh, clock, network } = storeWith({ [url]: all });
    store.start(mesh, { class: CRITICAL, utility: 1 });
    await clock.run();
    expect(mesh.state).toBe('on-gpu');
    expect(network.requests.map(r => r.url)).toEqual([url]);
    store.dispose();
  });

  it('is loaded from its own URL if the bundle is not available', async () => {
    const { store, mesh, clock, network } = storeWith({ [own]: bytes });
    store.start(mesh, { class: CRITICAL, utility: 1 });
    await clock.run();
    expect(mesh.state).toBe('on-gpu');
    expect(network.requests.map(r => r.url)).toEqual([url, own]);
    store.dispose();
  });

  it('is loaded from its own URL once the room is complete, without the rest of the bundle', async () => {
    const { store, mesh, clock, network } = storeWith({ [own]: bytes, [url]: all });
    store.releaseHigh();
    store.start(mesh, { class: CRITICAL, utility: 1 });
    await clock.run();
    expect(network.requests.map(r => r.url)).toEqual([own]);
    store.dispose();
  });
});

describe('what a GPU cannot take', () => {
  it('is one clear error, and its pixels are freed; the decoder is told how large a texture may be', async () => {
    const url = 'https://a.example/wood';
    const world = new FakeWorld();
    const { queue, clock } = setup({ [url]: bytes });
    const { decoder, gpu, uploads } = world.ports;
    let closed = 0;
    let most: number | undefined;
    const store = new RoomResources(
      {
        queue,
        uploads,
        decoder: {
          ...decoder,
          texture: async (_, { maxSize }) => {
            most = maxSize;
            const image = { width: 2048, height: 2048, close: () => closed++ };
            return { kind: 'picture', width: 2048, height: 2048, image: image as never };
          },
        },
        gpu: {
          ...gpu,
          maxTextureSize: 1024,
          createTexture: () => {
            throw new RangeError("texture of 2048 x 2048 is larger than this GPU's 1024");
          },
        },
      },
      world.memory,
      new FrameChanges(world.clock, () => {}),
    );
    const wood = store.acquire({ ...meshAt(url), kind: 'texture', type: 'image/webp' });
    store.start(wood, { class: CRITICAL, utility: 1 });
    await clock.run();
    expect([wood.state, most, closed, world.memory.total]).toEqual(['failed', 1024, 1, 0]);
    expect(String(wood.error)).toContain('2048 x 2048');
    store.dispose();
  });
});

it('waiting uploads are reordered too when the camera turns', async () => {
  const url = 'https://a.example/wood';
  const world = new FakeWorld();
  const { queue, clock } = setup({ [url]: bytes });
  const given: [UploadJob, Priority][] = [];
  const uploads = {
    add: (job: UploadJob, priority: Priority) => {
      given.push([job, priority]);
      return new Promise<void>(() => {});
    },
    setPriority: (job: UploadJob, priority: Priority) => {
      given.push([job, priority]);
    },
  };
  const store = new RoomResources({ ...world.ports, queue, uploads }, world.memory, new FrameChanges(world.clock, () => {}));
  const wood = store.acquire({ ...meshAt(url), kind: 'texture', type: 'image/webp' });
  store.start(wood, { class: CRITICAL, utility: 1 });
  store.prioritise(wood, { class: CRITICAL, utility: 2 });
  await clock.run();
  expect(wood.state).toBe('decoded');
  store.prioritise(wood, { class: CRITICAL, utility: 3 });
  expect(given.map(([, { utility }]) => utility)).toEqual([2, 3]);
  expect(given[1][0]).toBe(given[0][0]);
  store.evict(wood);
  store.prioritise(wood, { class: CRITICAL, utility: 4 });
  expect(given).toHaveLength(2);
  store.dispose();
});
