import { BackSide, Ray, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { TriangleBoxes } from '../../../../../src/import/write/levels/spatial/triangle-boxes.ts';
import { TriangleRays } from '../../../../../src/import/write/levels/spatial/triangle-rays.ts';
import { anywhere, index, positions, theirs } from './scattered-triangles.ts';

describe.each([{ byCost: false }, { byCost: true }])('TriangleRays, boxes split by cost: $byCost', ({ byCost }) => {
  const rays = new TriangleRays(new TriangleBoxes(positions, index, byCost));

  it('finds the first triangle that a ray meets from behind, along axes too', () => {
    let hits = 0;
    for (let i = 0; i < 2000; i++) {
      const origin = anywhere();
      const direction = i % 4 === 0 ? new Vector3(0, i % 8 === 0 ? 1 : -1, 0) : anywhere().normalize();
      const hit = theirs.raycastFirst(new Ray(origin, direction), BackSide, 1e-4, 0.7);
      const [from, to] = [origin.toArray(), direction.toArray()];
      const found = rays.behind(from, to, 1e-4, 0.7);
      expect(found >= 0).toBe(hit !== null);
      if (hit) expect(rays.distance).toBeCloseTo(hit.distance, 5);
      expect(rays.blocks(from, to, 1e-4, 0.7, i % 64)).toBe(found >= 0);
      expect(rays.behindAsBefore(from, to, 1e-4, 0.7, i % 64)).toBe(found);
      if (found >= 0) hits++;
    }
    expect(hits).toBeGreaterThan(50);
  });

  it('loses no ray between two neighbours, nor in a side of a box', () => {
    // A closed cube of 12 triangles, seen from its middle and from points on its axes.
    const corners = Float32Array.from({ length: 24 }, (_, i) => (((i / 3) >> (i % 3)) & 1 ? 1 : -1));
    const sides = [0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5];
    const cube = new TriangleRays(new TriangleBoxes(corners, sides, byCost));
    for (const origin of [
      [0, 0, 0],
      [0.5, 0.5, 0],
      [1 / 3, 0, 0],
    ]) // prettier-ignore
      for (const direction of [
        [1, 0, 0],
        [0, -1, 0],
        [0, 0, 1],
        [0.6, 0.8, 0],
        [-0.6, 0, 0.8],
      ]) // prettier-ignore
        expect(cube.behind(origin, direction, 1e-4, 9)).toBeGreaterThanOrEqual(0);
  });

  it('meets nothing without triangles', () => {
    const none = new TriangleRays(new TriangleBoxes([], [], byCost));
    expect(none.behind([0, 0, 0], [1, 0, 0], 0, 1)).toBe(-1);
    expect(none.behindAsBefore([0, 0, 0], [1, 0, 0], 0, 1, 3)).toBe(-1);
    expect(none.blocks([0, 0, 0], [1, 0, 0], 0, 1, 3)).toBe(false);
  });
});
