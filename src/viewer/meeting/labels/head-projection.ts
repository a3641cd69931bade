import { Matrix4, type PerspectiveCamera, Vector3 } from 'three';
import { writeAboveHead } from '../../anchors/anchor-of.ts';
import type { PersonLabel } from './person-label.ts';

/** Metres ahead of the camera nearer than which nobody has a label. */
const NEAREST = 0.1;
/** Half sizes of the picture beyond which somebody is not in it: a tag may hang in from the side, a bubble from below. */
const ACROSS = 1.05;
const UP = 1.2;
/**
 * A camera whose matrix differs by less than the first number shows the same picture, to half a pixel; by more than the second, everybody
 * may have moved. A camera that follows somebody who breathes is between them.
 */
const STILL = 1e-4;
const ELSEWHERE = 4e-3;

const view = new Matrix4();
const head = new Vector3();

/** Projects heads as one camera sees them, to whole pixels: V8 boxes fractions that are kept, and not whole numbers. */
export class HeadProjection {
  /** Counts views that differ so much that everybody may be elsewhere in the picture. */
  views = 0;
  readonly #matrix = new Float32Array(16);
  readonly #viewed = new Float32Array(16);
  #width = 0;
  #height = 0;
  /** Pixels of a metre at a distance of one metre. */
  #lens = 0;

  /** Looks through the camera from now on. @param width - of the picture, CSS pixels; so `height`. */
  look(camera: PerspectiveCamera, width: number, height: number): void {
    const { elements } = view.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    const isResized = width !== this.#width || height !== this.#height;
    if (!isResized && !differs(elements, this.#matrix, STILL)) return;
    this.#matrix.set(elements);
    this.#width = width;
    this.#height = height;
    this.#lens = (camera.projectionMatrix.elements[5] * height) / 2;
    if (!isResized && !differs(elements, this.#viewed, ELSEWHERE)) return;
    this.#viewed.set(elements);
    this.views++;
  }

  /** Writes where the point above somebody's head is in the picture, how large they are and how far. Allocates nothing. */
  write(label: PersonLabel): void {
    writeAboveHead(label.avatar, head);
    const e = this.#matrix;
    const w = e[3] * head.x + e[7] * head.y + e[11] * head.z + e[15];
    const across = (e[0] * head.x + e[4] * head.y + e[8] * head.z + e[12]) / w;
    const up = (e[1] * head.x + e[5] * head.y + e[9] * head.z + e[13]) / w;
    label.isInPicture = w > NEAREST && Math.abs(across) < ACROSS && Math.abs(up) < UP && label.avatar.group.visible;
    if (!label.isInPicture) return;
    label.x = Math.round((across + 1) * 0.5 * this.#width);
    label.y = Math.round((1 - up) * 0.5 * this.#height);
    label.size = Math.round((label.avatar.info.height * this.#lens) / w);
    label.distance = Math.round(w * 1000);
  }
}

function differs(a: ArrayLike<number>, b: ArrayLike<number>, by: number): boolean {
  for (let i = 0; i < 16; i++) if (Math.abs(a[i] - b[i]) > by) return true;
  return false;
}
