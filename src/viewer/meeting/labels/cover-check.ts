import { type Object3D, type PerspectiveCamera, Vector3 } from 'three';
import type { PersonLabel } from './person-label.ts';

/** Somebody is checked again after moving by this many CSS pixels, and after this many seconds, because furniture arrives and turns. */
const MOVED = 6;
const AGAIN_S = 30;

const point = new Vector3();

/** Whether something stands between the camera and a point of the world. */
export type IsCovered = (camera: PerspectiveCamera, root: Object3D, point: Vector3) => boolean;

/** Finds out whose face is covered: one person a call, in turn, because a ray costs 0.14 ms in the lounge. */
export class CoverCheck {
  readonly #isCovered: IsCovered;
  #turn = 0;

  constructor(isCovered: IsCovered) {
    this.#isCovered = isCovered;
  }

  /**
   * Checks the next person who moved since their last check. Allocates nothing.
   * @param order - labels, of which the first `most` count. Figures below `smallest` CSS pixels are skipped.
   * @param view - number of the view that the labels were projected in.
   * @param second - of the clock.
   * @returns whether `covered` of a label changed.
   */
  next(
    order: readonly PersonLabel[],
    most: number,
    smallest: number,
    view: number,
    camera: PerspectiveCamera,
    root: Object3D,
    second: number,
  ): boolean {
    const count = Math.min(order.length, most);
    for (let i = 0; i < count; i++) {
      this.#turn = (this.#turn + 1) % count;
      const label = order[this.#turn];
      const { looked } = label;
      if (!label.isInPicture || label.size < smallest) continue;
      const isSame = looked.view === view && Math.abs(looked.x - label.x) < MOVED && Math.abs(looked.y - label.y) < MOVED;
      if (isSame && second - looked.second < AGAIN_S) continue;
      looked.second = second;
      looked.view = view;
      looked.x = label.x;
      looked.y = label.y;
      label.avatar.face(point);
      const before = label.covered;
      label.covered = this.#isCovered(camera, root, point);
      return label.covered !== before;
    }
    return false;
  }
}
