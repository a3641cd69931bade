/** Triangles for the tests of trees, and the same tree of three-mesh-bvh. */
import { BufferAttribute, BufferGeometry, Vector3 } from 'three';
import { MeshBVH } from 'three-mesh-bvh';
import { seededRandom } from '../../../../../src/core/random.ts';

const random = seededRandom(1);
/** Small triangles in a cube from -1 to 1; some without area, some twice at one place. */
export const positions = Float32Array.from({ length: 2000 * 9 }, () => 0);
for (let t = 0; t < 2000; t++) {
  const middle = [random(), random(), random()];
  for (let k = 0; k < 9; k++) positions[t * 9 + k] = middle[k % 3] * 2 - 1 + (random() - 0.5) * 0.1;
  if (t % 50 === 0) positions.copyWithin(t * 9 + 3, t * 9, t * 9 + 3);
}
export const index = Uint32Array.from({ length: 6000 }, (_, i) => (i < 5940 ? i : i - 60));
const geometry = new BufferGeometry();
geometry.setAttribute('position', new BufferAttribute(positions, 3));
geometry.setIndex(new BufferAttribute(index.slice(), 1));
export const theirs = new MeshBVH(geometry, { indirect: true });
export const anywhere = (): Vector3 => new Vector3(random(), random(), random()).multiplyScalar(2.4).subScalar(1.2);
