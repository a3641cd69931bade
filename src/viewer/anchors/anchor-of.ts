import { type PerspectiveCamera, Vector3 } from 'three';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../room/room-session.ts';

/** An avatar, the name or URL of an avatar or a piece of furniture, or a point of the room in metres. */
export type AnchorTarget = LiveAvatar | string | readonly [number, number, number];

/** The place of an anchor in the picture. */
export interface Anchor {
  /** CSS pixels from the element's left and top edge. Outside of the element if the camera does not see it. */
  x: number;
  y: number;
  /** Whether the camera sees it: it is in the picture, and nothing opaque covers it. */
  visible: boolean;
}

/** Metres from the joint of the head (the top of the neck) to just above the hair, for somebody 1.8 m high. */
const ABOVE_HEAD = 0.32 / 1.8;

const top = new Vector3();

/** Writes the world position of an anchor. @returns false if nothing has that name or URL. */
export function writeAnchor(session: RoomSession, who: AnchorTarget, target: Vector3): boolean {
  if (typeof who !== 'string') {
    if ('face' in who) writeAboveHead(who, target);
    else target.fromArray(who);
    return true;
  }
  const avatar = session.avatar(who);
  if (avatar) {
    writeAboveHead(avatar, target);
    return true;
  }
  const thing = session.furniture.find(({ info, group }) => info.url === who || group.name === who);
  if (!thing) return false;
  const { min, max } = thing.info.product.bounds ?? { min: [0, 0, 0], max: [0, 1, 0] };
  target.set((min[0] + max[0]) / 2, max[1], (min[2] + max[2]) / 2).applyMatrix4(thing.group.matrixWorld);
  return true;
}

/** Writes the position of an avatar's name and speech bubble. Allocates nothing. */
export function writeAboveHead(avatar: LiveAvatar, target: Vector3): void {
  avatar.face(target);
  target.y += ABOVE_HEAD * avatar.info.height;
}

/** Writes where a point of the world is in a picture of `width` x `height` CSS pixels; `visible` says whether it is inside. */
export function project(camera: PerspectiveCamera, width: number, height: number, point: Vector3, target: Anchor): void {
  top.copy(point).project(camera);
  // The division mirrors points behind the camera, so they are moved far outside.
  const ahead = top.z < 1;
  target.x = ahead ? (top.x + 1) * 0.5 * width : -1e4;
  target.y = ahead ? (1 - top.y) * 0.5 * height : -1e4;
  target.visible = ahead && Math.abs(top.x) <= 1 && Math.abs(top.y) <= 1;
}
