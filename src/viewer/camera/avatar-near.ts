import { type PerspectiveCamera, Ray, Vector3 } from 'three';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import { aim } from './aim.ts';

const ray = new Ray();
const hit = new Vector3();

/**
 * Finds the nearest avatar whose box is at a point of the picture. Cheap enough for every movement of the mouse.
 * @param x - -1 (left) to 1 (right); `y` -1 (bottom) to 1 (top).
 */
export function avatarNear(
  avatars: readonly LiveAvatar[],
  camera: PerspectiveCamera,
  x: number,
  y: number,
): LiveAvatar | undefined {
  aim(ray, camera, x, y);
  let nearest: LiveAvatar | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const avatar of avatars) {
    if (!ray.intersectBox(avatar.box, hit)) continue;
    const away = hit.distanceToSquared(ray.origin);
    if (away >= distance) continue;
    distance = away;
    nearest = avatar;
  }
  return nearest;
}
