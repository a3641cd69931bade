import { type Camera, Matrix4 } from 'three';
import { FRUSTUM_FLOATS, writeFrustum } from './frustum.ts';

/** What of the camera a frame needs, in typed arrays; filled anew each frame. */
export class ViewState {
  /** Projection x view. */
  readonly clip = new Matrix4();
  readonly frustum = new Float32Array(FRUSTUM_FLOATS);
  /** Unit vector into the picture, and the eye. */
  readonly forward = new Float32Array(3);
  readonly eye = new Float32Array(3);
  /** The picture's own axes in the world. */
  readonly right = new Float32Array(3);
  readonly up = new Float32Array(3);
  /** What x and y are multiplied with before they are divided by the depth. */
  scaleX = 1;
  scaleY = 1;
  /** Pixels that a metre covers at a metre's distance (perspective), or anywhere (orthographic). */
  pixelsPerMetre = 1;
  perspective = true;

  /** @param height - of the picture, pixels. */
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

  /** Metres along the view. */
  depthOf(x: number, y: number, z: number): number {
    const { eye, forward } = this;
    return (x - eye[0]) * forward[0] + (y - eye[1]) * forward[1] + (z - eye[2]) * forward[2];
  }
}
