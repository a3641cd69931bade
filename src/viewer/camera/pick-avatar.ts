import { type Object3D, type PerspectiveCamera, Ray, Vector3 } from 'three';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../room/room-session.ts';

const ray = new Ray();
const hit = new Vector3();

/**
 * Whose surface is seen at a point of the picture; nobody where furniture stands before them. For clicks, whose code comes with the first;
 * where it cannot be had, boxes do.
 *
 * @param x - -1 (left) to 1 (right); `y` -1 (bottom) to 1 (top).
 */
export async function pickAvatar(
  { root, avatars }: RoomSession,
  camera: PerspectiveCamera,
  x: number,
  y: number,
): Promise<LiveAvatar | undefined> {
  const picking = await import('../../render/pick.ts').catch(() => undefined);
  if (!picking) return avatarNear(avatars, camera, x, y);
  aim(camera, x, y);
  const groups = new Map<Object3D, LiveAvatar>(avatars.map(avatar => [avatar.group, avatar]));
  let object: Object3D | null = picking.pick(root, ray, mesh => mesh.name !== 'contact shadows')?.mesh ?? null;
  for (; object; object = object.parent) {
    const avatar = groups.get(object);
    if (avatar) return avatar;
  }
  return undefined;
}

/** The nearest avatar whose box lies under a point of the picture: cheap enough for every movement of the mouse. */
export function avatarNear(
  avatars: readonly LiveAvatar[],
  camera: PerspectiveCamera,
  x: number,
  y: number,
): LiveAvatar | undefined {
  aim(camera, x, y);
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

/** Puts `ray` through a point of the picture. */
function aim(camera: PerspectiveCamera, x: number, y: number): void {
  ray.origin.setFromMatrixPosition(camera.matrixWorld);
  ray.direction.set(x, y, 0).unproject(camera).sub(ray.origin).normalize();
}
