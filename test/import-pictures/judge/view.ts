import * as THREE from 'three';
import type { Light } from './page.ts';

/** Pixels a side. */
export const SIZE = 400;
export const BACKGROUND = new THREE.Color(0.22, 0.22, 0.22);

interface Colors {
  readonly sky: Rgb;
  readonly ground: Rgb;
  readonly sun: Rgb;
}
type Rgb = readonly [number, number, number];

/** Linear; all of it together stays below 0.8, where our shoulder begins to bend. */
export const LIGHTS: Readonly<Record<Light, Colors>> = {
  even: { sky: [0.78, 0.78, 0.78], ground: [0.78, 0.78, 0.78], sun: [0, 0, 0] },
  around: { sky: [0.78, 0.78, 0.78], ground: [0.78, 0.78, 0.78], sun: [0, 0, 0] },
  // The plain room's, dimmed as a whole.
  room: { sky: [0.4, 0.41, 0.43], ground: [0.24, 0.22, 0.21], sun: [0.32, 0.31, 0.285] },
  lambert: { sky: [0.5, 0.51, 0.54], ground: [0.3, 0.28, 0.26], sun: [0.24, 0.23, 0.21] },
};
export const SUN_DIRECTION = [0.4, 0.8, 0.45] as const;

/** Of the picture, left empty around the model: half a window of the comparison, and some more. */
const MARGIN = 0.05;

/**
 * A camera that looks from the front, the right and above; the model fills its picture in one direction.
 * @param eachVertex - of the model as it is posed.
 */
export function lookAt(eachVertex: (visit: (vertex: THREE.Vector3) => void) => void): THREE.PerspectiveCamera {
  const box = new THREE.Box3();
  eachVertex(v => box.expandByPoint(v));
  const sphere = box.getBoundingSphere(new THREE.Sphere());
  const radius = Math.max(sphere.radius, 1e-6);
  const camera = new THREE.PerspectiveCamera(30, 1, radius, radius * 10);
  camera.position
    .set(0.45, 0.4, 1)
    .setLength(radius / Math.sin((camera.fov * Math.PI) / 360))
    .add(sphere.center);
  camera.lookAt(sphere.center);
  camera.updateMatrixWorld();
  const seen = new THREE.Box2();
  const point = new THREE.Vector2();
  eachVertex(v => {
    v.project(camera);
    seen.expandByPoint(point.set(v.x, v.y));
  });
  const center = seen.getCenter(new THREE.Vector2());
  const size = seen.getSize(point);
  const zoom = (2 - 4 * MARGIN) / Math.max(size.x, size.y, 1e-6);
  const window = new THREE.Matrix4().makeScale(zoom, zoom, 1).setPosition(-center.x * zoom, -center.y * zoom, 0);
  camera.projectionMatrix.premultiply(window);
  camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
  return camera;
}

const pixel = new Uint8Array(4);

/** Waits until what was drawn is there. */
export const finish = (gl: WebGLRenderingContext | WebGL2RenderingContext): void =>
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
