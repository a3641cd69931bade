/** Says how large the eye at the door sees what stands in a written room. */
import { type quat, vec3 } from 'gl-matrix';
import type { AvatarEdge, Bounds, FurnitureEdge, RoomDocument } from '../../../graph/room-documents.ts';

/** Half the diagonal of a picture of 16:9 that is 50 degrees high, as the viewer's is, in radians. */
const HALF_DIAGONAL = Math.atan(Math.tan((25 * Math.PI) / 180) * Math.hypot(1, 16 / 9));
/** The viewer's own door, where the room's document names none. */
const DOOR = { position: [0, 1.7, 5], target: [0, 1.2, 0] } as const;
/** Half the height of an avatar, metres. */
const HALF_PERSON = 0.9;

/** Its methods return how urgent something is: 1 to 2 where the door shows it, 0 to 0.5 where it does not, and more where it looks larger. */
export class DoorView {
  readonly #eye: vec3;
  readonly #ahead: vec3;

  constructor({ position, target }: NonNullable<RoomDocument['data']['spawn']> | typeof DOOR = DOOR) {
    this.#eye = vec3.clone(position as vec3);
    this.#ahead = vec3.sub(vec3.create(), target as vec3, position as vec3);
  }

  /** What has no bounds may be seen anywhere. */
  furniture({ position, rotation, scale }: FurnitureEdge['data'], bounds: Bounds | undefined): number {
    if (!bounds) return 1;
    const scales: vec3 = typeof scale === 'number' ? [scale, scale, scale] : scale;
    const half = vec3.sub(vec3.create(), bounds.max, bounds.min);
    vec3.multiply(half, vec3.scale(half, half, 0.5), scales);
    const centre = vec3.lerp(vec3.create(), bounds.min, bounds.max, 0.5);
    vec3.transformQuat(centre, vec3.multiply(centre, centre, scales), rotation as quat);
    return this.#urgency(vec3.add(centre, centre, position), vec3.length(half));
  }

  avatar({ position: [x, y, z] }: AvatarEdge['data']): number {
    return this.#urgency([x, y + HALF_PERSON, z], HALF_PERSON);
  }

  #urgency(centre: vec3, radius: number): number {
    const away = vec3.sub(vec3.create(), centre, this.#eye);
    const sine = radius / vec3.length(away);
    if (!(sine < 1)) return 2;
    const isSeen = vec3.angle(away, this.#ahead) - Math.asin(sine) < HALF_DIAGONAL;
    return sine ** 2 / 2 + (isSeen ? 1 : 0);
  }
}
