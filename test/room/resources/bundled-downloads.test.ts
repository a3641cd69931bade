import { describe, expect, it } from 'vitest';
import { CRITICAL, CRITICAL_VISIBLE, type Priority } from '../../../src/net/queue/priority.ts';
import { BundledDownloads } from '../../../src/room/resources/bundled-downloads.ts';
import { contentOf, hashNow, setup } from '../../net/setup.ts';

const url = 'https://a.example/all.bundle';
const all = contentOf('all', 1000);
const bundle = { url, bytes: all.length, hash: hashNow(all) };
const part = (at: number, bytes: number, utility = 1) => ({
  bundle: { ...bundle, at },
  bytes,
  priority: { class: CRITICAL, utility },
  signal: new AbortController().signal,
});

function bundles(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = { [url]: all }) {
  const world = setup(files);
  return { ...world, bundles: new BundledDownloads(world.queue) };
}

describe('BundledDownloads', () => {
  it('requests a bundle once, and cuts each resource out of it', async () => {
    const { bundles: downloads, clock, network } = bundles();
    const parts = [downloads.load(part(0, 300)), downloads.load(part(300, 500)), downloads.load(part(800, 200))];
    await clock.run();
    const found = await Promise.all(parts.map(({ done }) => done));
    expect(found.map(bytes => bytes.length)).toEqual([300, 500, 200]);
    expect(Buffer.concat(found).equals(all)).toBe(true);
    // A worker takes the whole buffer along.
    expect(found.map(bytes => bytes.buffer.byteLength)).toEqual([300, 500, 200]);
    expect(parts.map(({ received }) => received)).toEqual([300, 500, 200]);
    expect(network.requests).toHaveLength(1);
  });

  it('gives a bundle the class of its most urgent resource, and the utility of all of that class', () => {
    const told: Priority[] = [];
    const download = {
      done: new Promise<never>(() => {}),
      received: 0,
      setPriority: (p: Priority) => told.push(p),
      addMirrors: () => {},
    };
    const downloads = new BundledDownloads({ load: () => download, hasCached: async () => false, mayHaveCached: () => false });
    downloads.load(part(0, 300, 5));
    const second = downloads.load(part(300, 500, 2));
    expect(told.at(-1)).toEqual({ class: CRITICAL, utility: 7 });
    second.setPriority({ class: CRITICAL_VISIBLE, utility: 3 });
    expect(told.at(-1)).toEqual({ class: CRITICAL_VISIBLE, utility: 3 });
  });

  it('goes on while a caller waits, and is aborted when none does', async () => {
    const { bundles: downloads, queue, clock } = bundles();
    const [first, second] = [new AbortController(), new AbortController()];
    const left = [first, second].map(({ signal }, i) => downloads.load({ ...part(i * 300, 300), signal }).done.catch(e => e));
    first.abort(new Error('left'));
    expect(await left[0]).toEqual(new Error('left'));
    expect(queue.snapshot()).toHaveLength(1);
    second.abort(new Error('left too'));
    expect(await left[1]).toEqual(new Error('left too'));
    expect(queue.snapshot()).toHaveLength(0);
    // It may be wanted again.
    const again = downloads.load(part(0, 10));
    await clock.run();
    expect((await again.done).length).toBe(10);
  });

  it('does not request again what failed', async () => {
    const { bundles: downloads, clock, network } = bundles({});
    for (let i = 0; i < 2; i++) {
      const failed = downloads.load(part(0, 300)).done.catch(error => error);
      await clock.run();
      expect(await failed).toMatchObject({ url, status: 404 });
    }
    expect(network.requests).toHaveLength(1);
  });
});
