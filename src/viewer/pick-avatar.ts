import { type Camera, Raycaster, Vector2, Vector3 } from 'three';
import type { LiveAvatar } from '../room/live-avatar.ts';

const raycaster = new Raycaster();
const pointer = new Vector2();
const hit = new Vector3();

/**
 * The nearest avatar under a point of the picture.
 *
 * @param x - -1 (left) to 1 (right); `y` -1 (bottom) to 1 (top).
 */
export function pickAvatar(avatars: readonly LiveAvatar[], camera: Camera, x: number, y: number): LiveAvatar | undefined {
  raycaster.setFromCamera(pointer.set(x, y), camera);
  let nearest: LiveAvatar | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const avatar of avatars) {
    if (!raycaster.ray.intersectBox(avatar.box, hit)) continue;
    const away = hit.distanceToSquared(raycaster.ray.origin);
    if (away >= distance) continue;
    distance = away;
    nearest = avatar;
  }
  return nearest;
}
