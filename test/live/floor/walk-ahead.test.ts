import { expect, it } from 'vitest';
import { walkAhead } from '../../../src/live/floor/walk-ahead.ts';
import type { Walkable } from '../../../src/live/floor/walkable.ts';

/** A room of 4 x 4 m, free from 0 to 4 along x and z. */
const floor: Walkable = {
  ...{ cell: 0.1, x: -1, z: -1, columns: 60, rows: 60, height: new Float32Array(3600) },
  free: Uint8Array.from({ length: 3600 }, (_, i) => Number(i % 60 >= 10 && i % 60 < 50 && i >= 600 && i < 3000)),
};
const NORTH = Math.PI;

it('keys lead straight ahead where the way is free', () => {
  expect(walkAhead(floor, 2, 2, NORTH, 1.2)).toEqual([expect.closeTo(2, 3), expect.closeTo(0.8, 1)]);
});

it('keys slide along a wall that is met at an angle', () => {
  const to = walkAhead(floor, 2, 0.06, NORTH + 0.9, 1.2);
  expect(to?.[0]).toBeLessThan(1.2);
  expect(to?.[1]).toBeGreaterThan(-0.01);
});

it('keys slide out of a corner along the one wall that is left', () => {
  const to = walkAhead(floor, 0.06, 0.06, NORTH - 1, 1.2);
  expect(to?.[0]).toBeGreaterThan(0.8);
});

it('keys stop in a corner, and before a wall that is met straight', () => {
  expect(walkAhead(floor, 0.02, 0.02, NORTH + 0.8, 1.2)).toBeUndefined();
  const to = walkAhead(floor, 2, 0.02, NORTH, 1.2);
  expect(Math.abs((to?.[0] ?? 2) - 2)).toBeLessThan(0.1);
});
