import { type Box3, type Camera, Frustum, Matrix4, type Sphere, Vector3 } from 'three';

const projected = new Matrix4();
const eye = new Vector3();

/** Computes whether the camera sees things, and how large they are in its picture. Allocates nothing after construction. */
export class ViewScore {
  readonly #frustum = new Frustum();
  readonly #eye = new Vector3();
  /** Pixels that one metre at a distance of one metre covers. */
  #pixels = 1;
  #limit = 1;
  #height = 1;

  /** Sets the camera. Its `matrixWorld` and projection must be up to date. `width` and `height` are in pixels. */
  look(camera: Camera, width: number, height: number): void {
    projected.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.#frustum.setFromProjectionMatrix(projected);
    this.#eye.setFromMatrixPosition(camera.matrixWorld);
    // projectionMatrix[1][1] = 1 / tan(fov / 2): half the height of the picture is that many metres at one metre.
    this.#pixels = (camera.projectionMatrix.elements[5] * height) / 2;
    this.#limit = width * height;
    this.#height = height;
  }

  /** @param box - around the same thing, if it is known: often much smaller. */
  sees(sphere: Sphere, box?: Box3): boolean {
    return this.#frustum.intersectsSphere(sphere) && (!box || this.#frustum.intersectsBox(box));
  }

  /** Height of the sphere as a share of the height of the picture; 0 when the camera does not see it. */
  share(sphere: Sphere): number {
    if (!this.sees(sphere)) return 0;
    const distance = eye.copy(sphere.center).sub(this.#eye).length();
    return distance <= sphere.radius ? 1 : (2 * sphere.radius * this.#pixels) / (distance * this.#height);
  }

  /** Pixels that the sphere would cover if the camera looked at it; at most the whole picture. */
  area(sphere: Sphere): number {
    const distance = eye.copy(sphere.center).sub(this.#eye).length();
    if (distance <= sphere.radius) return this.#limit;
    const radius = (sphere.radius / distance) * this.#pixels;
    return Math.min(this.#limit, Math.PI * radius * radius);
  }
}
