import { Vector3 } from 'three';
import type { HitPointInfo } from 'three-mesh-bvh';
import { describe, expect, it } from 'vitest';
import { TriangleTree } from '../../../../../src/import/write/levels/spatial/triangle-tree.ts';
import { anywhere, index, positions, theirs } from './scattered-triangles.ts';

const tree = new TriangleTree(positions, index);

describe('TriangleTree', () => {
  it('finds the nearest triangle as three-mesh-bvh does, and where on it', () => {
    const hit: HitPointInfo = { point: new Vector3(), distance: 0, faceIndex: 0 };
    const [corner, place] = [new Vector3(), new Vector3()];
    for (let i = 0; i < 1000; i++) {
      const point = anywhere();
      theirs.closestPointToPoint(point, hit);
      const found = tree.nearest(point.x, point.y, point.z);
      expect(tree.distance).toBeCloseTo(hit.distance, 6);
      place.set(0, 0, 0);
      const shares = [0, 1, 2].map(k => tree.shareOf(k));
      for (let k = 0; k < 3; k++) place.addScaledVector(corner.fromArray(positions, index[found * 3 + k] * 3), shares[k]);
      expect(place.distanceTo(point)).toBeCloseTo(hit.distance, 6);
    }
  });

  it('is empty without triangles', () => {
    const none = new TriangleTree([], []);
    expect(none.nearest(0, 0, 0)).toBe(-1);
  });
});
