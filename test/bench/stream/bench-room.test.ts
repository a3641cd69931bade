import { expect, it } from 'vitest';
import { createBenchRoom } from './bench-room.ts';

it('is the room that the bench states: 330 resources, 38 MB, 6 MB critical, the same for the same seed', () => {
  const room = createBenchRoom(1);
  expect(room.resources).toHaveLength(330);
  expect(room.totalBytes / 1e6).toBeCloseTo(38, 0);
  expect(room.criticalBytes / 1e6).toBeCloseTo(6.06, 1);
  expect(new Set(room.resources.map(r => r.url)).size).toBe(330);
  for (const r of room.resources.slice(0, 20)) expect(room.files.get(r.url)?.body.length).toBe(r.bytes);
  expect(createBenchRoom(1).resources[7]).toEqual(room.resources[7]);
  expect(createBenchRoom(2).resources[7]).not.toEqual(room.resources[7]);
});
