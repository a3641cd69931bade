import type { Object3D } from 'three';

/**
 * An avatar as a whole: what LeanRenderer must know to show a picture of it in place of its meshes while it is small (impostors.ts).
 * Its owner puts it on the group that the meshes hang on, in `userData.foyerFigure`, and keeps it true.
 */
export interface Figure {
  /** Metres from its feet, at the group's origin, to the top of its head. */
  height: number;
  /** Two figures of the same number wear the same: 0..255; -1 for one of which no picture may be kept. */
  look: number;
  /** What it does: 0..31, and where in its clip it is, 0..1, as of its palettes. -1 where two moments never are the same. */
  clip: number;
  phase: number;
  /** Place of its picture in the atlas; -1 while its meshes are drawn. Written by LeanRenderer. */
  tile: number;
}

export const createFigure = (height: number): Figure => ({ height, look: -1, clip: -1, phase: 0, tile: -1 });

/** The figure that an object is a part of. */
export function figureOf(object: Object3D): { figure: Figure; group: Object3D } | undefined {
  for (let o: Object3D | null = object; o; o = o.parent) {
    const figure = o.userData.foyerFigure as Figure | undefined;
    if (figure) return { figure, group: o };
  }
  return undefined;
}
