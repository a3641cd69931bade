import { type Object3D, type PerspectiveCamera, Ray } from 'three';
import { pick } from '../../render/pick.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { LiveFurniture } from '../../room/furniture/live-furniture.ts';
import type { RoomSession } from '../../room/room-session.ts';
import { aim } from './aim.ts';

/** The surface at a point of the picture. */
export interface RoomPick {
  readonly kind: 'avatar' | 'furniture';
  readonly name: string;
  /** URL of its edge in the room. */
  readonly url: string;
  /** The point on the surface, metres. */
  readonly point: readonly [number, number, number];
  /** Normal of the surface there, length 1, towards the camera. */
  readonly normal: readonly [number, number, number];
  readonly thing: LiveAvatar | LiveFurniture;
}

const ray = new Ray();

/**
 * Finds the nearest surface of the room at a point of the picture.
 * @param x - -1 (left) to 1 (right); `y` -1 (bottom) to 1 (top).
 * @param except - is ignored: the piece that is being carried.
 */
export function pickRoom(
  { root, avatars, furniture }: RoomSession,
  camera: PerspectiveCamera,
  x: number,
  y: number,
  except?: LiveFurniture,
): RoomPick | undefined {
  aim(ray, camera, x, y);
  const hit = pick(root, ray, mesh => mesh.name !== 'contact shadows' && mesh.parent !== except?.group);
  if (!hit) return undefined;
  const groups = new Map<Object3D, LiveAvatar | LiveFurniture>();
  for (const thing of furniture) groups.set(thing.group, thing);
  for (const avatar of avatars) groups.set(avatar.group, avatar);
  for (let object: Object3D | null = hit.mesh; object; object = object.parent) {
    const thing = groups.get(object);
    if (!thing) continue;
    const { x: px, y: py, z: pz } = hit.point;
    const { x: nx, y: ny, z: nz } = hit.normal;
    const kind = 'face' in thing ? 'avatar' : 'furniture';
    return { kind, name: object.name, url: thing.info.url, point: [px, py, pz], normal: [nx, ny, nz], thing };
  }
  return undefined;
}
