import { describe, expect, it } from 'vitest';
import { StoredPaths } from '../../../src/net/transfer/path-memory.ts';
import { FakeStorage } from '../fake-storage.ts';
import { BASE, contentOf, setup } from '../setup.ts';

const ORIGIN = 'https://room.example';
const KEY = `foyer:path:${ORIGIN}`;
const path = { bandwidth: 2_500_000, roundTripMs: 48, protocol: 'h2' };
const DAY = 24 * 3_600_000;

describe('StoredPaths', () => {
  it('recalls what was kept, for a week', () => {
    const storage = new FakeStorage();
    let today = 1e12;
    const paths = new StoredPaths(storage, () => today);
    expect(paths.recall(ORIGIN)).toBeUndefined();
    paths.keep(ORIGIN, path);
    today += 7 * DAY;
    expect(paths.recall(ORIGIN)).toEqual(path);
    expect(paths.recall('https://other.example')).toBeUndefined();
    today += 1;
    expect(paths.recall(ORIGIN)).toBeUndefined();
    expect(storage.length).toBe(0);
  });

  it('takes nothing that cannot be true', () => {
    const storage = new FakeStorage();
    const paths = new StoredPaths(storage, () => 1e12);
    const bad = [
      '',
      '{',
      'null',
      '7',
      '[]',
      '{}',
      JSON.stringify({ ...path }),
      JSON.stringify({ ...path, at: 2e12 }),
      JSON.stringify({ ...path, at: '1e12' }),
      JSON.stringify({ ...path, at: 1e12, bandwidth: 1e30 }),
      JSON.stringify({ ...path, at: 1e12, bandwidth: -1 }),
      JSON.stringify({ ...path, at: 1e12, bandwidth: null }),
      JSON.stringify({ ...path, at: 1e12, roundTripMs: 0 }),
      JSON.stringify({ ...path, at: 1e12, roundTripMs: 1e9 }),
    ];
    for (const text of bad) {
      storage.setItem(KEY, text);
      expect(paths.recall(ORIGIN), text).toBeUndefined();
      expect(storage.getItem(KEY), text).toBeNull();
    }
    storage.setItem(KEY, JSON.stringify({ ...path, at: 1e12, protocol: { evil: true } }));
    expect(paths.recall(ORIGIN)).toEqual({ bandwidth: 2_500_000, roundTripMs: 48 });
  });

  it('forgets where storage is denied, before and in between', () => {
    const storage = new FakeStorage();
    storage.denied = true;
    for (const paths of [new StoredPaths(undefined, () => 1e12), new StoredPaths(storage, () => 1e12)]) {
      paths.keep(ORIGIN, path);
      expect(paths.recall(ORIGIN)).toBeUndefined();
    }
  });
});

it('the second visit starts with what the first one found', async () => {
  const storage = new FakeStorage();
  const paths = new StoredPaths(storage, () => 1e12);
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [new URL(`f${i}`, BASE).href, contentOf(`f${i}`, 50_000)]),
  );
  const visit = () => {
    const made = setup(
      files,
      {},
      {
        paths,
        timings: listener => {
          listener({ url: BASE, protocol: 'h2', roundTripMs: 100 });
          return () => {};
        },
      },
    );
    for (const url of Object.keys(files)) made.queue.load({ url, bytes: 50_000, priority: { class: 1, utility: 1 } });
    return made;
  };
  const first = visit();
  expect(first.queue.stats.bandwidth).toBeUndefined();
  await first.clock.run();
  const second = visit();
  expect(second.queue.stats.bandwidth).toBeGreaterThan(0.9e6);
  expect(second.queue.stats.bandwidth).toBeLessThan(1.1e6);
});
