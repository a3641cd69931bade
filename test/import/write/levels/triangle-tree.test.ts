import { BufferAttribute, BufferGeometry, Vector3 } from 'three';
import { type HitPointInfo, MeshBVH } from 'three-mesh-bvh';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/random.ts';
import { TriangleTree } from '../../../../src/import/write/levels/triangle-tree.ts';

const random = seededRandom(1);
/** Small triangles in a cube from -1 to 1; some without area, some twice at one place. */
const positions = Float32Array.from({ length: 2000 * 9 }, () => 0);
for (let t = 0; t < 2000; t++) {
  const middle = [random(), random(), random()];
  for (let k = 0; k < 9; k++) positions[t * 9 + k] = middle[k % 3] * 2 - 1 + (random() - 0.5) * 0.1;
  if (t % 50 === 0) positions.copyWithin(t * 9 + 3, t * 9, t * 9 + 3);
}
const index = Uint32Array.from({ length: 6000 }, (_, i) => (i < 5940 ? i : i - 60));
const tree = new TriangleTree(positions, index);
const geometry = new BufferGeometry();
geometry.setAttribute('position', new BufferAttribute(positions, 3));
geometry.setIndex(new BufferAttribute(index.slice(), 1));
const theirs = new MeshBVH(geometry, { indirect: true });
const anywhere = (): Vector3 => new Vector3(random(), random(), random()).multiplyScalar(2.4).subScalar(1.2);

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
