import type { Object3D } from 'three';
import type { Figure } from '../impostors/figure.ts';

/** Figures fainter than this are not drawn: three's renderer cannot fade one object of a material that others share. */
const FAINT = 0.5;

/** Leaves out figures that have faded, while a frame is drawn: the near plane would cut the head of somebody who walks past the camera. */
export class FadedFigures {
  readonly #hidden: Object3D[] = [];

  /** @param scene - its figures lie at most two levels deep. Allocates nothing. */
  hide(scene: Object3D): void {
    for (const room of scene.children) for (const object of room.children) this.#hide(object);
  }

  /** Shows again what `hide` hid. */
  show(): void {
    for (const object of this.#hidden) object.visible = true;
    this.#hidden.length = 0;
  }

  #hide(object: Object3D): void {
    const figure = object.userData.foyerFigure as Figure | undefined;
    if (!figure || figure.opacity >= FAINT || !object.visible) return;
    object.visible = false;
    this.#hidden.push(object);
  }
}
