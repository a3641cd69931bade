import { Frustum, Matrix4, PerspectiveCamera, Sphere, Vector3 } from 'three';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { FRUSTUM_FLOATS, touchesFrustum, writeFrustum } from '../../../src/render/frame/frustum.ts';

it("agrees with three's frustum on 2,000 spheres", () => {
  const random = seededRandom(7);
  const camera = new PerspectiveCamera(50, 1.6, 0.1, 30);
  camera.position.set(1, 2, 3);
  camera.lookAt(-2, 0, 5);
  camera.updateMatrixWorld();
  const clip = new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
  const theirs = new Frustum().setFromProjectionMatrix(clip);
  const ours = new Float32Array(FRUSTUM_FLOATS);
  writeFrustum(ours, clip.elements);
  let inside = 0;
  for (let i = 0; i < 2000; i++) {
    const p = new Vector3((random() - 0.5) * 40, (random() - 0.5) * 40, (random() - 0.5) * 40);
    const radius = random() * 3;
    const expected = theirs.intersectsSphere(new Sphere(p, radius));
    if (expected) inside++;
    expect(touchesFrustum(ours, p.x, p.y, p.z, radius)).toBe(expected);
  }
  expect(inside).toBeGreaterThan(100);
});
