import { describe, expect, it } from 'vitest';
import { cornersOf, TriangleBoxes } from '../../../../../src/import/write/levels/spatial/triangle-boxes.ts';
import { TriangleRays } from '../../../../../src/import/write/levels/spatial/triangle-rays.ts';
import { ViewGrid } from '../../../../../src/import/write/levels/spatial/view-grid.ts';
import { DIRECTIONS } from '../../../../../src/import/write/levels/visibility/view-directions.ts';
import { anywhere, index, positions } from './scattered-triangles.ts';

const order = (triangles: ArrayLike<number>): number[] => Array.from({ length: triangles.length / 3 }, (_, i) => i);

/** A closed cube of 12 triangles. */
const cube = Float32Array.from({ length: 24 }, (_, i) => (((i / 3) >> (i % 3)) & 1 ? 1 : -1));
const sides = [0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5];

describe('ViewGrid', () => {
  it('answers as rays through a tree of boxes do', () => {
    const rays = new TriangleRays(new TriangleBoxes(positions, index));
    const corners = cornersOf(positions, index, order(index));
    let hits = 0;
    for (const direction of [...DIRECTIONS, [0, 1, 0], [0, 0, -1]] as const) {
      const grid = new ViewGrid(corners, direction);
      for (let i = 0; i < 100; i++) {
        const point = Float64Array.from(anywhere().toArray());
        const isHidden = grid.blocks(point, 1e-4, 0.7);
        expect(isHidden).toBe(rays.behind(point, direction, 1e-4, 0.7) >= 0);
        if (isHidden) hits++;
      }
    }
    expect(hits).toBeGreaterThan(200);
  });

  it('lets no ray out of a closed cube, along its axes and edges too', () => {
    const corners = cornersOf(cube, sides, order(sides));
    for (const direction of [
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, 1],
      [0.6, 0.8, 0],
      [-0.6, 0, 0.8],
    ] as const) {
      const grid = new ViewGrid(corners, direction);
      for (const point of [
        [0, 0, 0],
        [0.5, 0.5, 0],
        [1 / 3, 0, 0],
        [0, -0.999, 0.999],
      ])
        expect(grid.blocks(Float64Array.from(point), 1e-4, 9)).toBe(true);
      expect(grid.blocks(Float64Array.of(0, 0, 0), 1e-4, 0.5)).toBe(false);
      expect(grid.blocks(Float64Array.of(9, 9, 9), 1e-4, 9)).toBe(false);
    }
  }); // prettier-ignore

  it('hides nothing without triangles, or behind triangles without area', () => {
    const point = Float64Array.of(0, 0, 0);
    expect(new ViewGrid(new Float64Array(0), DIRECTIONS[0]).blocks(point, 0, 1)).toBe(false);
    expect(new ViewGrid(new Float64Array(9), DIRECTIONS[0]).blocks(point, 0, 1)).toBe(false);
  });
});
