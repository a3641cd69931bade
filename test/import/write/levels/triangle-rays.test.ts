import { BackSide, BufferAttribute, BufferGeometry, Ray, Vector3 } from 'three';
import { MeshBVH } from 'three-mesh-bvh';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/random.ts';
import { TriangleBoxes } from '../../../../src/import/write/levels/triangle-boxes.ts';
import { TriangleRays } from '../../../../src/import/write/levels/triangle-rays.ts';

const random = seededRandom(1);
/** Small triangles in a cube from -1 to 1; some without area, some twice at one place. */
const positions = Float32Array.from({ length: 2000 * 9 }, () => 0);
for (let t = 0; t < 2000; t++) {
  const middle = [random(), random(), random()];
  for (let k = 0; k < 9; k++) positions[t * 9 + k] = middle[k % 3] * 2 - 1 + (random() - 0.5) * 0.1;
  if (t % 50 === 0) positions.copyWithin(t * 9 + 3, t * 9, t * 9 + 3);
}
const index = Uint32Array.from({ length: 6000 }, (_, i) => (i < 5940 ? i : i - 60));
const geometry = new BufferGeometry();
geometry.setAttribute('position', new BufferAttribute(positions, 3));
geometry.setIndex(new BufferAttribute(index.slice(), 1));
const theirs = new MeshBVH(geometry, { indirect: true });
const anywhere = (): Vector3 => new Vector3(random(), random(), random()).multiplyScalar(2.4).subScalar(1.2);

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
