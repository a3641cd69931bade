import type { Object3D } from 'three';

/**
 * An avatar as a whole: the data that LeanRenderer needs to draw it as an impostor while it is small (impostors.ts). The owner
 * sets it at `userData.foyerFigure` of the meshes' group, and keeps it up to date.
 */
export interface Figure {
  /** Metres from the feet, at the group's origin, to the top of the head. */
  height: number;
  /** Figures of the same number wear the same: 0..255; -1 forbids pictures of this figure. */
  look: number;
  /** Current clip, 0..31, and its phase, 0..1, as of the last palettes. -1 if no two moments are the same. */
  clip: number;
  phase: number;
  /** Opacity, 0..1: figures close to the camera fade. 0 is not drawn. */
  opacity: number;
  /** Atlas tile of its picture; -1 while its meshes are drawn. Written by LeanRenderer. */
  tile: number;
}

export const createFigure = (height: number): Figure => ({ height, look: -1, clip: -1, phase: 0, opacity: 1, tile: -1 });

/** Returns the figure that an object is part of. */
export function figureOf(object: Object3D): { figure: Figure; group: Object3D } | undefined {
  for (let o: Object3D | null = object; o; o = o.parent) {
    const figure = o.userData.foyerFigure as Figure | undefined;
    if (figure) return { figure, group: o };
  }
  return undefined;
}
