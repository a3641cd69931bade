import { type Camera, Matrix4 } from 'three';
import { FRUSTUM_FLOATS, writeFrustum } from './frustum.ts';

/** The camera data of a frame in typed arrays, refilled each frame. */
export class ViewState {
  /** Projection x view. */
  readonly clip = new Matrix4();
  readonly frustum = new Float32Array(FRUSTUM_FLOATS);
  /** Unit vector of the view direction, and the eye's position. */
  readonly forward = new Float32Array(3);
  readonly eye = new Float32Array(3);
  /** The picture's axes in the world. */
  readonly right = new Float32Array(3);
  readonly up = new Float32Array(3);
  /** Factors of x and y before division by depth. */
  scaleX = 1;
  scaleY = 1;
  /** Pixels a metre at a distance of one metre (perspective), or at any distance (orthographic). */
  pixelsPerMetre = 1;
  perspective = true;

  /**
   * Reads a camera.
   *
   * @param height - of the picture, pixels.
   */
  set(camera: Camera, height: number): void {
    const projection = camera.projectionMatrix.elements;
    this.clip.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    writeFrustum(this.frustum, this.clip.elements);
    const world = camera.matrixWorld.elements;
    for (let i = 0; i < 3; i++) {
      this.forward[i] = -world[8 + i];
      this.eye[i] = world[12 + i];
      this.right[i] = world[i];
      this.up[i] = world[4 + i];
    }
    this.scaleX = projection[0];
    this.scaleY = projection[5];
    this.perspective = projection[11] !== 0;
    this.pixelsPerMetre = Math.abs(projection[5]) * height * 0.5;
  }

  /** Returns the depth of a point: metres along the view. */
  depthOf(x: number, y: number, z: number): number {
    const { eye, forward } = this;
    return (x - eye[0]) * forward[0] + (y - eye[1]) * forward[1] + (z - eye[2]) * forward[2];
  }
}
