import type { PerspectiveCamera } from 'three';
import type { Figure } from '../../render/impostors/figure.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';

/** Distances between the camera and the axis of a body where it begins to fade and is invisible, metres. */
const FADES = 0.5;
const GONE = 0.3;
/** Metres above and below a body within which it counts as near. */
const AROUND = 0.15;

/**
 * Fades people who are so near that the camera's near plane would cut into them. A face at 0.6 m is not faded. Call it in each frame.
 * Allocates nothing.
 */
export function fadeNear(avatars: readonly LiveAvatar[], { matrixWorld }: PerspectiveCamera): void {
  const { elements: eye } = matrixWorld;
  for (let i = 0; i < avatars.length; i++) {
    const { group, box } = avatars[i];
    const figure = group.userData.foyerFigure as Figure | undefined;
    if (!figure) continue;
    const { elements: at } = group.matrix;
    const x = eye[12] - at[12];
    const z = eye[14] - at[14];
    const isNear = x * x + z * z < FADES * FADES && eye[13] > box.min.y - AROUND && eye[13] < box.max.y + AROUND;
    figure.opacity = isNear ? Math.max(0, (Math.sqrt(x * x + z * z) - GONE) / (FADES - GONE)) : 1;
  }
}
