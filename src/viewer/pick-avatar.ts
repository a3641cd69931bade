import { type Camera, type Object3D, Raycaster, Vector2, Vector3 } from 'three';
import type { LiveAvatar } from '../room/live-avatar.ts';
import type { RoomSession } from '../room/room-session.ts';

const raycaster = new Raycaster();
const pointer = new Vector2();
const hit = new Vector3();

/**
 * Whose surface is seen at a point of the picture; nobody where furniture stands before them. For clicks, whose code comes with the first;
 * where it cannot be had, boxes do.
 *
 * @param x - -1 (left) to 1 (right); `y` -1 (bottom) to 1 (top).
 */
export async function pickAvatar(
  { root, avatars }: RoomSession,
  camera: Camera,
  x: number,
  y: number,
): Promise<LiveAvatar | undefined> {
  const picking = await import('../render/pick.ts').catch(() => undefined);
  if (!picking) return avatarNear(avatars, camera, x, y);
  raycaster.setFromCamera(pointer.set(x, y), camera);
  const groups = new Map<Object3D, LiveAvatar>(avatars.map(avatar => [avatar.group, avatar]));
  let object: Object3D | null = picking.pick(root, raycaster.ray, mesh => mesh.name !== 'contact shadows')?.mesh ?? null;
  for (; object; object = object.parent) {
    const avatar = groups.get(object);
    if (avatar) return avatar;
  }
  return undefined;
}

/** The nearest avatar whose box lies under a point of the picture: cheap enough for every movement of the mouse. */
export function avatarNear(avatars: readonly LiveAvatar[], camera: Camera, x: number, y: number): LiveAvatar | undefined {
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
