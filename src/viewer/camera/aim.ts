import type { PerspectiveCamera, Ray } from 'three';

/** Sets `ray` through a point of the picture. @param x - -1 (left) to 1 (right); `y` -1 (bottom) to 1 (top). */
export function aim(ray: Ray, camera: PerspectiveCamera, x: number, y: number): void {
  ray.origin.setFromMatrixPosition(camera.matrixWorld);
  ray.direction.set(x, y, 0).unproject(camera).sub(ray.origin).normalize();
}
